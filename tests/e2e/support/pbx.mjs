// SPDX-License-Identifier: Apache-2.0
// What stands in the Asterisk of the tests, asked of itself.
import { until } from './until.mjs';

const base = process.env.FIRSTHAND_TELEPHONY_ARI_URL;
const login = Buffer.from(`${process.env.FIRSTHAND_TELEPHONY_ARI_USER}:${process.env.FIRSTHAND_TELEPHONY_ARI_PASSWORD}`).toString('base64');

export async function list(what) {
  const answer = await fetch(`${base}/${what}`, { headers: { authorization: `Basic ${login}` }, signal: AbortSignal.timeout(3000) });
  return answer.json();
}

/** No channel and no bridge is left over. */
export const nothing_left = () =>
  until('no channel and no bridge is left in the PBX', async () => [...(await list('channels')).map((channel) => channel.name), ...(await list('bridges')).map((bridge) => bridge.id)], { within: 6000, good: (seen) => seen.length === 0 });

/** The names of the recordings that the PBX still has. */
export const stored_recordings = async () => (await list('recordings/stored')).map((recording) => recording.name);
