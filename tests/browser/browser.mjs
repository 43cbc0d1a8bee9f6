// SPDX-License-Identifier: EUPL-1.2
// A real Chromium, axe inside it, and an ear for everything it complains about.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2, levels A and AA, and what axe itself advises. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const WIDE = { width: 1366, height: 768 };
export const NARROW = { width: 320, height: 640 };

export function start() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page that remembers every message on its console, every error and every answer that should not be. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, ignoreHTTPSErrors: true, locale: 'nl-NL', ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  // What the browser itself broke off because the person went on to another page is no complaint.
  const brokenOff = (request) => request.failure()?.errorText === 'net::ERR_ABORTED';
  page.on('requestfailed', (request) => brokenOff(request) || complaints.push(`failed: ${request.url()}`));
  return { context, page, complaints };
}

/**
 * What axe finds on the page as it is now. Scripts from outside are barred by the content security policy, so axe
 * goes in through the debugging protocol.
 */
export async function axe(page) {
  const session = await page.context().newCDPSession(page);
  const evaluate = async (expression) => {
    const answer = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails.exception));
    return answer.result.value;
  };
  await evaluate(AXE);
  const options = JSON.stringify({ runOnly: TAGS, resultTypes: ['violations', 'incomplete'] });
  const found = JSON.parse(await evaluate(`axe.run(document, ${options}).then((r) => JSON.stringify(r))`));
  await session.detach();
  const told = (results) =>
    results.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.html.slice(0, 120)}`).join(' | ')}`);
  const contrast = found.incomplete.filter((one) => one.id === 'color-contrast');
  return { violations: told(found.violations), undecided: told(contrast) };
}

/** Whether the page itself scrolls sideways; tables may, inside their own frame. */
export function scrollsSideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
}
