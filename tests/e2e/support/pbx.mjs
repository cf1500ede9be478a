// SPDX-License-Identifier: Apache-2.0
// What stands in the Asterisk of the tests, asked of itself.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from './until.mjs';

const base = process.env.FIRSTHAND_TELEPHONY_ARI_URL;
const login = Buffer.from(`${process.env.FIRSTHAND_TELEPHONY_ARI_USER}:${process.env.FIRSTHAND_TELEPHONY_ARI_PASSWORD}`).toString('base64');

/** The other PBX: its name in the records, its SIP port, its interface, and what its peer is started with. */
export const second = {
  name: 'pbx2', port: Number(process.env.E2E_SECOND_SIP_PORT), url: `http://127.0.0.1:${process.env.E2E_SECOND_HTTP_PORT}/ari`,
  peer: {
    PEER_INSTANCE: `${process.env.PEER_INSTANCE ?? 'peer'}2`, PEER_SIP_PORT: process.env.E2E_SECOND_SIP_PORT, PEER_HTTP_PORT: process.env.E2E_SECOND_HTTP_PORT,
    PEER_AMI_PORT: process.env.E2E_SECOND_AMI_PORT, PEER_RTP_START: process.env.E2E_SECOND_RTP_START, PEER_RTP_END: process.env.E2E_SECOND_RTP_END,
  },
};

export async function list(what, url = base) {
  const answer = await fetch(`${url}/${what}`, { headers: { authorization: `Basic ${login}` }, signal: AbortSignal.timeout(3000) });
  return answer.json();
}

/** No channel and no bridge is left over. */
export const nothing_left = (url = base) =>
  until('no channel and no bridge is left in the PBX', async () => [...(await list('channels', url)).map((channel) => channel.name), ...(await list('bridges', url)).map((bridge) => bridge.id)], { within: 6000, good: (seen) => seen.length === 0 });

/** The names of the recordings that the PBX still has. */
export const stored_recordings = async () => (await list('recordings/stored')).map((recording) => recording.name);

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../../ops/asterisk/peer', import.meta.url));
const as_root = (...words) => (process.getuid() === 0 ? run(words[0], words.slice(1)) : run('sudo', ['-E', ...words]));
/** ops/asterisk/peer; the PBX of the tests lives in a chroot, which is root's. */
export const peer = async (what) => (await as_root(program, what)).stdout.trim();

/** Asterisk stands still, its connections open and silent; the answer wakes it up. */
export async function stop_pbx() {
  const pid = /pid=(\d+)/.exec(await peer('status'))[1];
  await as_root('kill', '-STOP', pid);
  return () => as_root('kill', '-CONT', pid);
}

/** Where Asterisk writes down what its dialplan does. */
export const pbx_log = () => execFileSync(program, ['log'], { encoding: 'utf8' }).trim();

/** The answer says which sounds it has played since this was called. */
export function sounds_from_now() {
  const file = pbx_log();
  const text = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const from = text().length;
  return () => [...text().slice(from).matchAll(/<PJSIP\/trunk-[0-9a-f]+> Playing '([^'.]+)/g)].map(([, sound]) => sound);
}
