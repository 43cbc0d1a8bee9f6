// SPDX-License-Identifier: EUPL-1.2
// A rule that never finds anything guards nothing: each is shown a description in which it has something to find.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

const here = import.meta.dirname;
const sound = JSON.parse(await readFile(join(here, '../../node/src/api/openapi.json'), 'utf8'));

const changes = {
  'version-is-whole': (api) => { api.info.version = '1'; },
  'server-is-https-and-names-the-major-version': (api) => { api.servers[0].url = 'http://localhost'; },
  'path-in-lower-case': (api) => { api.paths['/Accounts/'] = api.paths['/accounts']; },
  'query-in-camel-case': (api) => { query(api).name = 'goede_regels'; },
  'fields-in-camel-case': (api) => { api.components.schemas.Sessie.properties.geldig_tot = { type: 'string' }; },
  'forms-in-pascal-case': (api) => { api.components.schemas.een_vorm = { type: 'object' }; },
  'success-names-the-version': (api) => { delete api.paths['/accounts'].get.responses['200'].headers; },
  'failure-is-problem-details': (api) => {
    api.components.responses.Ongeldig.content['application/problem+json'].schema.required = ['status'];
  },
  'input-can-be-refused': (api) => { delete api.paths['/accounts'].post.responses['400']; },
  'who-signs-in-can-be-refused': (api) => { delete api.paths['/accounts'].get.responses['403']; },
  'no-number-of-a-person-or-aanbieder-in-an-address': (api) => { query(api).name = 'kvkNummer'; },
};

function query(api) {
  return api.paths['/aanbieders/_invoer'].post.parameters.find((one) => one.in === 'query');
}

/** Which rules find something, by name without what all have in common. */
function found(file) {
  const words = ['lint', '--quiet', '-f', 'json', '-r', join(here, 'rules.yaml'), file];
  return new Promise((resolve) => {
    execFile(join(here, 'node_modules/.bin/spectral'), words, { maxBuffer: 1 << 24 }, (_, out) => {
      resolve(new Set(JSON.parse(out).map((one) => one.code.replace(/^basisnet-/, ''))));
    });
  });
}

test('every rule finds what it is there for', async () => {
  const rules = (await readFile(join(here, 'rules.yaml'), 'utf8')).matchAll(/^ {2}basisnet-(.+):$/gm);
  assert.deepEqual([...rules].map((one) => one[1]).sort(), Object.keys(changes).sort());
  const folder = await mkdtemp(join(tmpdir(), 'basisnet-openapi-'));
  try {
    // Those that change the same part of the description take turns.
    for (const turn of [0, 1]) {
      const api = structuredClone(sound);
      const here = Object.keys(changes).filter((_, place) => place % 2 === turn);
      here.forEach((name) => changes[name](api));
      const file = join(folder, `${turn}.json`);
      await writeFile(file, JSON.stringify(api));
      const names = await found(file);
      here.forEach((name) => assert.ok(names.has(name), `${name} found nothing`));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
