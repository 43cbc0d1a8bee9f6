// SPDX-License-Identifier: EUPL-1.2
// Real nodes, real people: sign in, find an aanbieder, ask for inzage, decide on it, read the answer.
//
// The five nodes are those of the demonstration. Everything happens twice: with scripts, and without.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { NARROW, WIDE, axe, open, scrollsSideways, start } from './browser.mjs';

const PROGRAM = process.env.BASISNET ?? join(import.meta.dirname, '../../target/debug/basisnet');
const PASSWORD = 'alleen-voor-de-demo';
const READY = 'De nodes blijven draaien';

let folder;
let demo;
let browser;
const nodes = {};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'basisnet-demo-'));
  demo = spawn(PROGRAM, ['demo', '--map', join(folder, 'demo')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  await new Promise((resolve, reject) => {
    const hear = (chunk) => {
      told += chunk;
      if (told.includes(READY) && told.includes('Ctrl-C')) resolve();
    };
    demo.stdout.on('data', hear);
    demo.stderr.on('data', hear);
    demo.on('exit', (code) => reject(new Error(`the demonstration stopped (${code}):\n${told}`)));
  });
  for (const [, name, address] of told.matchAll(/^\s*(\S+)\s+(https:\/\/\S+?)\/?\s*$/gm)) nodes[name.toLowerCase()] = address;
  assert.ok(nodes.veenendaal && nodes.amersfoort, told);
  browser = await start();
});

after(async () => {
  await browser?.close();
  if (demo && demo.exitCode === null) {
    const gone = new Promise((resolve) => demo.once('exit', resolve));
    demo.kill('SIGINT');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A refusal has its status, and Chromium says so on the console; nothing else may be there. */
const unexpected = (complaints) => complaints.filter((one) => !/status of (403|404|422)/.test(one));

const faults = [];

/** Looks at a page as it is, wide and narrow, light and dark; emulation works without scripts, axe does not. */
async function look(page, name, scripts) {
  if (!scripts) return;
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      const { violations, undecided } = await axe(page);
      faults.push(...[...violations, ...undecided].map((one) => `${name} ${colorScheme} ${size.width}: ${one}`));
      if (await scrollsSideways(page)) faults.push(`${name} ${size.width}: scrolls sideways`);
      if (process.env.SCHERMAFDRUKKEN) {
        const file = join(process.env.SCHERMAFDRUKKEN, `echt-${name}-${colorScheme}-${size.width}.png`);
        await page.screenshot({ path: file, fullPage: true });
      }
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(WIDE);
}

async function signIn(page, node, account, password = PASSWORD) {
  await page.goto(`${nodes[node]}/`);
  await page.getByLabel('Naam van uw account').fill(account);
  await page.getByLabel('Wachtwoord').fill(password);
  await page.getByRole('button', { name: 'Aanmelden' }).click();
}

/** The rows of aanbieders that others know, by the addresses of their pages. */
async function known(page) {
  await page.goto(`${nodes.veenendaal}/zoeken`);
  await page.getByLabel('KVK-nummer, AGB-code of naam').fill('zorg');
  await page.getByRole('button', { name: 'Zoeken' }).click();
  const rows = page.getByRole('row').filter({ hasText: /In \d+ andere gemeente/ });
  const links = await rows.getByRole('link').all();
  return Promise.all(links.map((link) => link.getAttribute('href')));
}

/** From the page of an aanbieder to a question that was sent. */
async function ask(page, aanbieder, scripts) {
  await page.goto(nodes.veenendaal + aanbieder);
  await look(page, 'aanbieder', scripts);
  const row = page.getByRole('row').filter({ hasText: 'Bekend' }).first();
  assert.match(await row.innerText(), /@/, 'whom to call stands with a treffer');
  const member = (await row.getByRole('rowheader').innerText()).trim();
  await row.getByRole('link', { name: /^Inzage vragen/ }).click();
  await page.getByRole('button', { name: 'Verder: controleren' }).click();
  assert.match(await page.title(), /^Fout: /);
  await look(page, 'vraag-fout', scripts);
  await page.getByLabel(/Toezicht op kwaliteit/).check();
  await page.getByLabel('Kenmerk van uw zaak').fill('Z-2026-014');
  await page.getByLabel('Er loopt een onderzoek waarvoor dit nodig is').check();
  await page.getByLabel('Openbare bronnen hebben het niet').check();
  await page.getByLabel('Of er toezicht loopt of liep').check();
  await page.getByLabel('Wie te bellen').check();
  await page.getByRole('button', { name: 'Verder: controleren' }).click();
  assert.match(await page.title(), /^Controleer uw vraag/);
  await look(page, 'vraag-controle', scripts);
  await page.getByRole('button', { name: 'Terug en wijzigen' }).click();
  assert.equal(await page.getByLabel('Kenmerk van uw zaak').inputValue(), 'Z-2026-014', 'what was filled in stays');
  await page.getByRole('button', { name: 'Verder: controleren' }).click();
  await page.getByRole('button', { name: /^Versturen naar/ }).click();
  await page.waitForURL(/\/inzage\/[0-9a-f]{32}$/);
  await look(page, 'inzage', scripts);
  return member.replace(/^Gemeente /, '').toLowerCase();
}

/** A person at the source grants what waits there. */
async function grant(node, scripts) {
  const { context, page, complaints } = await open(browser, { javaScriptEnabled: scripts });
  await signIn(page, node, 'toezicht');
  await page.getByRole('link', { name: /^Verzoeken van anderen/ }).click();
  await look(page, 'verzoeken', scripts);
  await page.getByRole('row').filter({ hasText: 'Wacht op besluit' }).first().getByRole('link').click();
  await look(page, 'verzoek', scripts);
  await page.getByRole('button', { name: 'Verder: bevestigen' }).click();
  assert.match(await page.title(), /^Fout: /);
  await page.getByLabel('Inzage verlenen').check();
  await page.getByRole('button', { name: 'Verder: bevestigen' }).click();
  await look(page, 'verzoek-bevestigen', scripts);
  await page.getByRole('button', { name: 'Inzage verlenen' }).click();
  await page.getByText('De inzage is verleend').waitFor();
  assert.deepEqual(unexpected(complaints), []);
  await context.close();
}

for (const scripts of [true, false]) {
  test(`somebody signs in, finds an aanbieder, asks for inzage and reads the answer, scripts ${scripts ? 'on' : 'off'}`, async () => {
    const { context, page, complaints } = await open(browser, { javaScriptEnabled: scripts });
    await signIn(page, 'veenendaal', 'toezicht', 'niet het goede wachtwoord');
    await page.getByText('De naam of het wachtwoord klopt niet').waitFor();
    await look(page, 'aanmelden-fout', scripts);
    await signIn(page, 'veenendaal', 'toezicht');
    await page.getByRole('heading', { level: 1, name: 'Aanbieder zoeken' }).waitFor();
    const aanbieders = await known(page);
    await look(page, 'zoeken', scripts);
    assert.ok(aanbieders.length > 1, 'there are treffers');
    const source = await ask(page, aanbieders[scripts ? 0 : 1], scripts);
    const address = page.url();
    if (await page.getByText('Wacht op besluit').first().isVisible()) {
      await grant(source, scripts);
    }
    await page.goto(address);
    await page.getByRole('heading', { name: 'Het antwoord' }).waitFor();
    await page.getByRole('heading', { name: 'Wat u moet doen en laten' }).waitFor();
    await look(page, 'antwoord', scripts);
    await page.getByRole('link', { name: 'Mijn inzagevragen' }).first().click();
    await page.getByRole('cell', { name: 'Beantwoord' }).first().waitFor();
    await look(page, 'inzagen', scripts);
    await page.getByRole('link', { name: 'Logboek' }).click();
    await look(page, 'logboek', scripts);
    await page.getByRole('button', { name: 'Afmelden' }).click();
    await page.getByRole('heading', { level: 1, name: 'Aanmelden' }).waitFor();
    assert.deepEqual(unexpected(complaints), []);
    await context.close();
  });
}

test('everybody sees what his role allows, and no more', async () => {
  for (const [account, allowed, barred] of [
    ['beheer', ['/logboek', '/alarmen'], ['/zoeken', '/inzage', '/attenderingen']],
    ['fg', ['/logboek', '/alarmen'], ['/zoeken']],
    ['college', ['/logboek', '/zoeken', '/alarmen'], []],
    ['contracten', ['/zoeken', '/inzage', '/verzoeken', '/attenderingen'], ['/alarmen']],
  ]) {
    const { context, page } = await open(browser);
    await signIn(page, 'veenendaal', account);
    await page.getByRole('button', { name: 'Afmelden' }).waitFor();
    for (const path of allowed) {
      assert.equal((await page.goto(nodes.veenendaal + path)).status(), 200, `${account} ${path}`);
      await page.getByRole('navigation', { name: 'Hoofdmenu' }).locator(`a[href="${path}"]`).waitFor();
    }
    for (const path of barred) {
      assert.equal((await page.goto(nodes.veenendaal + path)).status(), 403, `${account} ${path}`);
      const link = page.getByRole('navigation', { name: 'Hoofdmenu' }).locator(`a[href="${path}"]`);
      assert.equal(await link.count(), 0, `${account} does not see ${path}`);
    }
    await context.close();
  }
});

test('a form of another site, a stranger and a wrong address get a page of their own', async () => {
  const { context, page } = await open(browser);
  assert.match((await page.goto(`${nodes.veenendaal}/zoeken`)).url(), /\/aanmelden\?verder=\/zoeken$/);
  assert.equal((await page.goto(`${nodes.veenendaal}/bestaat-niet`)).status(), 404);
  await look(page, 'niet-gevonden', true);
  await page.goto(`${nodes.veenendaal}/toegankelijkheid`);
  await look(page, 'toegankelijkheid', true);
  const headers = (await page.goto(`${nodes.veenendaal}/aanmelden`)).headers();
  assert.match(headers['content-security-policy'], /default-src 'none'/);
  const cookies = await context.cookies();
  for (const cookie of cookies) {
    assert.ok(cookie.secure && cookie.httpOnly && cookie.sameSite === 'Strict', cookie.name);
    assert.match(cookie.name, /^__Host-/);
  }
  const answer = await context.request.post(`${nodes.veenendaal}/aanmelden`, {
    form: { naam: 'toezicht', wachtwoord: PASSWORD, csrf: '0'.repeat(64) },
    maxRedirects: 0,
  });
  assert.equal(answer.status(), 403);
  await context.close();
});

test('axe found nothing on any of these pages', () => {
  assert.deepEqual(faults, []);
});
