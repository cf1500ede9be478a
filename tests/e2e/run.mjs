// SPDX-License-Identifier: Apache-2.0
// Browser tests against a running engine, in the order of their names.
//   FIRSTHAND_URL        where it answers (default: the url in sign-in.json)
//   FIRSTHAND_SIGN_IN    path of the sign-in.json it wrote
//   FIRSTHAND_CHROMIUM   the browser (default /usr/bin/chromium)
// Arguments choose files by a part of their name. Pictures go to tests/e2e/screenshots.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

let after_failure = null;
const folder = fileURLToPath(new URL('./', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.e2e.mjs') && !name.startsWith('pbx'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort();

let passed = 0;
const failed = [];
async function test(name, work) {
  const started = performance.now();
  try {
    await work();
    passed += 1;
    console.log(`ok    ${name} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    failed.push(name);
    console.log(`FAIL  ${name}\n${error.stack ?? error}\n`);
    await after_failure?.(name);
  }
}

for (const file of files) {
  console.log(`-- ${file}`);
  if (/^(console|stories)\//.test(file)) ({ after_failure } = await import('./console/lib.mjs'));
  const { default: run } = await import(new URL(file, import.meta.url));
  await run(test);
}
console.log(`${passed} passed, ${failed.length} failed${failed.length > 0 ? `: ${failed.join('; ')}` : ''}`);
process.exit(failed.length > 0 || passed === 0 ? 1 : 0);
