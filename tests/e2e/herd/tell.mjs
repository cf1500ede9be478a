// SPDX-License-Identifier: Apache-2.0
// The story of one call, so that a failure can be understood: what the store wrote, what the phones and Asterisk said.
import { sql } from '../support/system.mjs';

const clock = (at) => new Date(at).toISOString().slice(11, 23);

export function story_of(call, { phones, ari, faults }, number = '') {
  const lines = [];
  const add = (at, text) => lines.push([Number(at), text]);
  const row = call ? sql(`select number, channel_id, extract(epoch from enqueued_at) * 1000, extract(epoch from coalesce(ended_at, now())) * 1000, row_to_json(i) from interaction i where id = ${call}`)[0] : null;
  const who = (row?.[0] ?? number).replace('+86', '');
  const channels = new Set(row?.[1] ? [row[1]] : []);
  if (call) {
    for (const [at, id, kind, source, facts] of sql(`select extract(epoch from at) * 1000, id, kind, source, data from history where interaction_id = ${call} order by id`)) add(at, `history ${id} ${kind} (${source}) ${facts}`);
    for (const [at, id, state, agent, why, ended] of sql(`select extract(epoch from offered_at) * 1000, id, state, agent_id, reason, ended_at from offer where interaction_id = ${call} order by id`)) add(at, `offer ${id} ${state} to ${agent} (${why}) until ${ended}`);
    for (const [at, key, outcome, tries, done, payload] of sql(`select extract(epoch from at) * 1000, key, outcome, tries, done_at, payload from outbox where kind = 'pbx' and payload->>'interaction' = '${call}' order by id`)) add(at, `command ${key} → ${outcome} after ${tries} tries at ${done} ${payload}`);
    for (const [at, text] of sql(`select extract(epoch from began_at) * 1000, row_to_json(t) from transfer t where interaction_id = ${call}`)) add(at, `transfer ${text}`);
  }
  for (const event of ari) {
    if (event.number === who && who) channels.add(event.id);
  }
  const belongs = (id) => [...channels].some((channel) => id.includes(channel)) || (call && new RegExp(`(^|-)${call}(-|$)`).test(id));
  for (const event of ari) if (belongs(event.id) || belongs(event.bridge ?? '')) add(event.at, `pbx     ${event.type} ${event.id} ${event.more}`);
  for (const event of phones) if (who && (event.from === who || event.number === who || event.id_of === who)) add(event.seen, `phone   ${JSON.stringify(event)}`);
  const [first, last] = [Math.min(...lines.map(([at]) => at)), Math.max(...lines.map(([at]) => at))];
  for (const fault of faults) if (fault.from < last + 2000 && (fault.until ?? Infinity) > first - 2000) { add(fault.from, `FAULT   ${fault.kind}`); if (fault.until) add(fault.until, `        ${fault.kind} is over`); }
  lines.sort((a, b) => a[0] - b[0]);
  return [`   the story of call ${call ?? '(none)'} of ${who}: ${row?.[4] ?? ''}`, ...lines.map(([at, text]) => `   ${clock(at)} ${text}`)].join('\n');
}
