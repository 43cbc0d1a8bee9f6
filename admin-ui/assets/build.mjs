// SPDX-License-Identifier: EUPL-1.2
// Builds `dist`: one style sheet, the scripts and the icon, each under a name that carries the hash of its content.
//
// The style sheet holds only the components in use, and of the design tokens only those that some rule reaches.
// Four cascade layers say who wins: a house style outside the layers, then ours, then the theme, then the rest.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(root, 'dist');

const COMPONENTS = [
  'alert', 'breadcrumb-nav', 'button', 'button-group', 'checkbox', 'data-badge', 'data-list', 'form-field',
  'form-field-description', 'form-field-error-message', 'form-fieldset', 'form-label', 'heading-1', 'heading-2',
  'heading-3', 'link', 'pagination', 'paragraph', 'radio-button', 'select', 'skip-link', 'table', 'textarea',
  'textbox', 'unordered-list',
];

const read = (...path) => readFileSync(join(...path), 'utf8');
const fromPackage = (...path) => read(root, 'node_modules', ...path);

/** Without comments and superfluous white space. */
function squeeze(css) {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/\s*([{};])\s*/g, '$1')
    .replace(/;}/g, '}')
    .trim();
}

/** The declarations of custom properties in a style sheet of tokens. */
function declarations(css) {
  const found = new Map();
  for (const [, name, value] of squeeze(css).matchAll(/(--[\w-]+)\s*:\s*([^;}]*)/g)) {
    found.set(name, value.trim());
  }
  return found;
}

const namesIn = (css) => [...css.matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name]) => name);

/** The tokens that the rules reach, directly or through other tokens; what the theme sets is left to the theme. */
function reachable(tokens, rules, theme) {
  const kept = new Map();
  const queue = namesIn(rules + theme);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (kept.has(name) || !tokens.has(name) || theme.includes(`${name}:`)) continue;
    kept.set(name, tokens.get(name));
    queue.push(...namesIn(tokens.get(name)));
  }
  return [...kept].sort(([a], [b]) => (a < b ? -1 : 1));
}

function styleSheet() {
  const components = COMPONENTS.map((name) => squeeze(fromPackage('@utrecht', `${name}-css`, 'dist', 'index.css')));
  const nlds = components.join('');
  const theme = squeeze(read(here, 'css', 'theme.css'));
  const own = squeeze(read(here, 'css', 'bn.css'));
  const all = declarations(fromPackage('@nl-design-system-unstable', 'voorbeeld-design-tokens', 'dist', 'theme.css'));
  const tokens = reachable(all, nlds + own, theme).map(([name, value]) => `${name}:${value}`).join(';');
  return [
    '/*! BasisNet, EUPL-1.2. Components: NL Design System community, Gemeente Utrecht, Frameless, EUPL-1.2. */',
    '@layer tokens,nlds,theme,bn;',
    `@layer tokens{:root{${tokens}}}`,
    `@layer nlds{${nlds}}`,
    `@layer theme{${theme}}`,
    `@layer bn{${own}}`,
    '',
  ].join('\n');
}

/** Writes a file under a name with its hash and returns the line for the list of names. */
function place(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const [stem, extension] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.'))];
  const hashed = `${stem}-${hash}${extension}`;
  writeFileSync(join(dist, hashed), content);
  return `${name} ${hashed}`;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const names = [
  place('bn.css', styleSheet()),
  place('bn.js', read(here, 'js', 'bn.js')),
  place('htmx.js', fromPackage('htmx.org', 'dist', 'htmx.min.js')),
  place('icon.svg', read(here, 'img', 'icon.svg')),
];
writeFileSync(join(dist, 'names.txt'), `${names.join('\n')}\n`);
