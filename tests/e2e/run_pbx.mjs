// SPDX-License-Identifier: Apache-2.0
// The story on a real Asterisk: SIP phones, Chromium, PostgreSQL, Redis and mails, and an engine that is killed.
//   FIRSTHAND_URL, FIRSTHAND_SIGN_IN, E2E_DATA   the running engine and its data directory
//   E2E_PBX                                     which chapters: pbx (the engine routes, by ARI), two (by two PBXs), scenes, ami (Asterisk does) or herd
//   PEER_…                                       the Asterisk it is linked to, as in ops/asterisk/peer
// Arguments choose chapters by a part of their name. A step that fails ends its chapter.
import { readdirSync } from 'node:fs';
import { after_failure, close_browser } from './console/lib.mjs';
import { leave, phones } from './support/stage.mjs';

const wanted = process.argv.slice(2);
const kind = process.env.E2E_PBX ?? 'pbx';
const chapters = readdirSync(new URL('./story/', import.meta.url)).filter((name) => name.endsWith(`.${kind}.mjs`))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part))).sort();

let passed = 0;
const failed = [];
class Stop extends Error {}
async function step(name, work) {
  const started = performance.now();
  try {
    const result = await work();
    passed += 1;
    console.log(`ok    ${name} (${Math.round(performance.now() - started)} ms)`);
    return result;
  } catch (error) {
    failed.push(name);
    console.log(`FAIL  ${name} (${Math.round(performance.now() - started)} ms)\n${error.stack ?? error}\n`);
    throw new Stop(name, { cause: error });
  }
}

await phones.ready();
for (const chapter of chapters) {
  console.log(`-- ${chapter}`);
  try {
    const { default: play } = await import(new URL(chapter, new URL('./story/', import.meta.url)));
    await play(step);
  } catch (error) {
    if (!(error instanceof Stop)) {
      failed.push(chapter);
      console.log(`FAIL  ${chapter}\n${error.stack ?? error}`);
    }
    await after_failure(chapter, { keep: true });
  }
}
try {
  await leave();
} catch (error) {
  failed.push('the pages had no script error');
  console.log(error.stack ?? error);
}
await close_browser();
console.log(`${passed} passed, ${failed.length} failed${failed.length > 0 ? `: ${failed.join('; ')}` : ''}`);
process.exit(failed.length > 0 || passed === 0 ? 1 : 0);
