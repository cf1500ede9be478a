// SPDX-License-Identifier: Apache-2.0
// Fails when what a first visit must load, gzipped, grows beyond the budget of the design.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const initial_limit = 230 * 1024;
const lazy_limit = 60 * 1024;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const size = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

const initial = new Set();
const walk = (key, into) => {
  const chunk = manifest[key];
  if (into.has(chunk.file)) return;
  into.add(chunk.file);
  for (const css of chunk.css ?? []) into.add(css);
  for (const next of chunk.imports ?? []) walk(next, into);
};
walk('index.html', initial);
// One language is loaded at once: the longer one counts.
const catalogues = Object.keys(manifest).filter((key) => /i18n\/\w+\.json$/.test(key));
const longest = Math.max(...catalogues.map((key) => size(manifest[key].file)));
if (catalogues.length !== 2) throw new Error('the languages are not where this script looks for them');

const sum = (files) => [...files].reduce((total, file) => total + size(file), 0);
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
let failed = false;
const report = (name, bytes, limit) => {
  const over = bytes > limit;
  failed ||= over;
  console.log(`${over ? 'OVER ' : 'ok   '} ${name.padEnd(44)} ${kb(bytes).padStart(10)} of ${kb(limit)}`);
};
report('initial JS + CSS, one language', sum(initial) + longest, initial_limit);
const later = Object.entries(manifest).filter(([key, chunk]) => chunk.isDynamicEntry && !catalogues.includes(key)).map(([key]) => {
  const files = new Set();
  walk(key, files);
  return { key, bytes: sum([...files].filter((file) => !initial.has(file))) };
}).sort((a, b) => b.bytes - a.bytes);
// The largest, and whatever else is over.
for (const { key, bytes } of later.filter((part, index) => index === 0 || part.bytes > lazy_limit)) report(`lazy ${key}`, bytes, lazy_limit);
process.exit(failed ? 1 : 0);
