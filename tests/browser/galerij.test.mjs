// SPDX-License-Identifier: EUPL-1.2
// Every page in every state, wide and narrow, light and dark: no violation, nothing on the console, no sideways scroll.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { NARROW, WIDE, axe, open, scrollsSideways, start } from './browser.mjs';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

let folder;
let server;
let browser;
let address;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'basisnet-galerij-'));
  const gallery = process.env.GALERIJ;
  assert.ok(gallery, 'GALERIJ must name the built example galerij; make test-pages builds it');
  const written = spawnSync(gallery, [folder], { stdio: 'inherit' });
  assert.equal(written.status, 0, 'the gallery could not be written');
  server = createServer((request, response) => {
    const path = join(folder, normalize(new URL(request.url, 'http://localhost').pathname));
    try {
      const body = readFileSync(path);
      response.writeHead(200, { 'content-type': TYPES[extname(path)], 'content-security-policy': POLICY });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await start();
});

after(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function check(page, name, language) {
  const faults = [];
  // The looks are the same in both languages; the words differ in length.
  for (const colorScheme of language === 'nl' ? ['light', 'dark'] : ['light']) {
    await page.emulateMedia({ colorScheme });
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      const where = `${language}/${name} ${colorScheme} ${size.width}`;
      const { violations, undecided } = await axe(page);
      faults.push(...violations.map((one) => `${where}: ${one}`), ...undecided.map((one) => `${where}: undecided ${one}`));
      if (await scrollsSideways(page)) faults.push(`${where}: scrolls sideways`);
      if (process.env.SCHERMAFDRUKKEN) {
        const file = join(process.env.SCHERMAFDRUKKEN, `${language}-${name}-${colorScheme}-${size.width}.png`);
        await page.screenshot({ path: file, fullPage: true });
      }
    }
  }
  return faults;
}

// The two languages side by side: each has its own context in the browser, and a machine has two cores.
describe('the gallery', { concurrency: 2 }, () => {
  for (const language of ['nl', 'en']) {
    test(`no page in ${language} has a violation, a message on the console or sideways scroll`, async () => {
      const { context, page, complaints } = await open(browser);
      const names = readdirSync(join(folder, language)).filter((name) => name.endsWith('.html'));
      assert.ok(names.length > 30);
      const faults = [];
      for (const file of names) {
        const name = file.replace('.html', '');
        // The pages that wait refresh themselves; there is nobody here to answer.
        await page.route('**/stand', (route) => route.fulfill({ status: 204 }));
        await page.goto(`${address}/${language}/${file}`);
        faults.push(...(await check(page, name, language)));
      }
      assert.deepEqual(faults, []);
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }
});
