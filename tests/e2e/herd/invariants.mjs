// SPDX-License-Identifier: Apache-2.0
// What must hold after a herd of calls, whatever failed meanwhile; asked of PostgreSQL, Asterisk, Redis and the disk,
// never of the engine's own counters. Each answer is a list of {what, call}: empty is right.
import { existsSync, readFileSync } from 'node:fs';
import { redis, sql, sql_all } from '../support/system.mjs';
import { list } from '../support/pbx.mjs';

// What may follow what in the history of one call. A call that is transferred or comes back waits or rings again; one
// that is handed on, after a consultation or by the telephone, is talked on at once.
const MOVES = {
  waiting: { offer_made: 'offered', call_abandoned: 'ended', call_released: 'ended', call_ended: 'ended', place_kept: 'waiting', call_requeued: 'waiting', call_answered: 'talking', transfer_not_taken: 'waiting', offer_missed: 'waiting' },
  offered: { offer_accepted: 'taken', offer_declined: 'waiting', offer_missed: 'waiting', offer_withdrawn: 'waiting', call_answered: 'talking', call_ended: 'ended', call_abandoned: 'ended', call_released: 'ended', place_kept: 'waiting', offer_made: 'offered', call_requeued: 'waiting', transfer_not_taken: 'waiting' },
  taken: { call_answered: 'talking', call_ended: 'ended', offer_missed: 'waiting', offer_made: 'offered', call_requeued: 'waiting', consult_answered: 'talking' },
  talking: { call_held: 'talking', call_resumed: 'talking', call_transferred: 'waiting', call_handed_on: 'talking', consult_asked: 'talking', offer_made: 'talking', offer_accepted: 'talking', offer_declined: 'talking', offer_missed: 'waiting', offer_withdrawn: 'talking', call_ended: 'ended', call_requeued: 'waiting', call_answered: 'talking', transfer_not_taken: 'waiting', call_released: 'ended' },
  ended: {},
};
const FIRST = 'call_arrived';
const LAST = ['call_ended', 'call_abandoned', 'call_released'];

/** Why this history of a call cannot be, or nothing. */
export function impossible(kinds) {
  if (kinds[0] !== FIRST) return `begins with ${kinds[0]}`;
  if (kinds.filter((kind) => kind === FIRST).length > 1) return 'arrived twice';
  const ends = kinds.filter((kind) => LAST.includes(kind)).length;
  if (ends !== 1) return `${ends} ends`;
  let state = 'waiting';
  for (const kind of kinds.slice(1)) {
    const next = MOVES[state][kind];
    if (next === undefined) {
      const known = Object.values(MOVES).some((moves) => kind in moves);
      if (known) return `${kind} while ${state}`;
      continue; // callbacks, notes and the like
    }
    state = next;
  }
  return state === 'ended' ? '' : `ends as ${state}`;
}

/** All questions of a list at once; each is what would be wrong, and the query that finds it, its call first. */
const answers = (questions) => sql_all(questions.map(([, query]) => query)).flatMap((rows, at) => rows.map(([call, ...more]) => ({ what: `${questions[at][0]}: ${more.join(' ')}`, call: Number(call) || null })));

/** Questions to PostgreSQL that must have no answer; `since` is when the herd began. */
export function of_the_store(since, people) {
  const calls = `(select * from interaction where enqueued_at >= '${since}')`;
  const offers = `(select o.*, coalesce(o.ended_at, 'infinity') as over, i.queue_code, i.enqueued_at, i.requeued_at, i.place_at from offer o join interaction i on i.id = o.interaction_id where o.offered_at >= '${since}')`;
  const ids = people.join(',');
  return answers([
    ['two offers of one call at once', `select a.interaction_id, a.id, b.id from ${offers} a join ${offers} b on a.interaction_id = b.interaction_id and a.id < b.id and b.offered_at < a.over`],
    ['two offers at one desk at once', `select a.interaction_id, b.interaction_id, a.agent_id from ${offers} a join ${offers} b on a.agent_id = b.agent_id and a.id < b.id and b.offered_at < a.over`],
    ['accepted twice', `select o.interaction_id, count(*) from ${offers} o where state = 'accepted' group by 1 having count(*) > 1 + (select count(*) from transfer t where t.interaction_id = o.interaction_id) * 2 + (select count(*) from history h where h.interaction_id = o.interaction_id and h.kind in ('offer_missed', 'call_requeued'))`],
    ['taken again and again, never joined', `select h.interaction_id, count(*) from history h join interaction i on i.id = h.interaction_id where h.kind = 'call_requeued' and i.enqueued_at >= '${since}' group by 1 having count(*) > 5`],
    ['without an end', `select id, state, number, agent_id from ${calls} i where state <> 'ended'`],
    ['without an outcome', `select id, state from ${calls} i where state = 'ended' and outcome = ''`],
    ['one channel, two calls', `select min(id), channel_id, count(*) from ${calls} i where channel_id <> '' group by channel_id having count(*) > 1`],
    ['a desk still has a call', `select d.interaction_id, u.login, d.presence from desk d join user_account u on u.id = d.user_id where d.user_id in (${ids}) and (d.interaction_id is not null or d.presence in ('offered', 'talking'))`],
    ['wrap-up without an end', `select null, u.login, d.wrap_up_until from desk d join user_account u on u.id = d.user_id where d.user_id in (${ids}) and d.presence = 'wrap_up' and (d.wrap_up_until is null or d.wrap_up_until < now() - interval '5 seconds')`],
    ['an offer is open', `select interaction_id, id, agent_id from ${offers} o where state = 'open'`],
    ['a transfer goes on', `select interaction_id, id, state from transfer where state <> 'ended'`],
    ['somebody listens', `select interaction_id, id from listening where ended_at is null`],
    ['given up without a promise', `select id, outcome, number from ${calls} i where outcome in ('abandoned', 'callback') and number <> '' and direction = 'inbound' and callback_id is null`],
    ['a promise that is not there or nobody\'s', `select i.id, i.callback_id, b.user_id from ${calls} i left join callback b on b.id = i.callback_id where i.callback_id is not null and (b.id is null or (b.user_id is null and b.department_id is null) or b.number = '')`],
    ['two promises for one matter', `select min(interaction_id), customer_id, case_id, count(*) from callback where state = 'open' and kind <> 'follow_up' group by customer_id, case_id having count(*) > 1`],
    ['a promise lives on although the customer was talked to', `select b.interaction_id, b.id, i.id from callback b join ${calls} i on i.customer_id = b.customer_id and i.direction = 'inbound' and i.answered_at > b.promised_at + interval '1 second' where b.kind = 'abandoned' and b.state = 'open' and b.promised_at >= '${since}'`],
    ['a promise without a clock', `select b.interaction_id, b.id from callback b where b.state = 'open' and b.promised_at >= '${since}' and not exists (select 1 from sla_clock c where c.callback_id = b.id and c.state in ('running', 'breached'))`],
    ['outside of the skills', `select o.interaction_id, u.login, o.queue_code, o.reason from ${offers} o join user_account u on u.id = o.agent_id where o.reason = 'skills' and not exists (select 1 from transfer t where t.interaction_id = o.interaction_id and t.queue_code <> '') and o.offered_at < coalesce(o.requeued_at, least(o.place_at, o.enqueued_at)) + interval '55 seconds' and not u.skills @> case o.queue_code when 'complaints' then '{complaint}'::text[] when 'english' then '{complaint,english}' else array[o.queue_code] end`],
    ['offered to somebody who was not there', `select o.interaction_id, u.login, o.id, p.presence, p.at, o.offered_at from ${offers} o join user_account u on u.id = o.agent_id join lateral (select h.data->>'presence' as presence, h.at, h.id from history h where h.kind = 'presence' and (h.data->>'user')::bigint = o.agent_id and h.at >= '${since}' and h.id < o.id order by h.id desc limit 1) p on p.presence in ('break', 'offline')`],
    ['offered in the middle of a talk', `select o.interaction_id, u.login, b.interaction_id, b.ended_at, o.offered_at from ${offers} o join user_account u on u.id = o.agent_id join ${offers} b on b.agent_id = o.agent_id and b.state = 'accepted' and b.interaction_id <> o.interaction_id and b.ended_at < o.offered_at join ${calls} i on i.id = b.interaction_id and i.ended_at > o.offered_at and i.agent_id = o.agent_id and i.leg_id in (b.leg_id, b.leg_id || '-a')`],
    ['thrown out of a talk', `select id, answered_at, ended_at from ${calls} i where outcome = 'released' and answered_at < ended_at - interval '5 seconds'`],
    ['an event broke a rule', `select null, source, key, why, event from parked_event where at >= '${since}'`],
    ['a command waits', `select (payload->>'interaction')::bigint, key, tries, at from outbox where kind = 'pbx' and done_at is null`],
    ['a command was given up', `select null, key, outcome from outbox where kind = 'pbx' and at >= '${since}' and outcome in ('given up', 'not understood')`],
  ]);
}

/** The history of each call against what can be. */
export function of_the_histories(since) {
  const found = sql(`select h.interaction_id, string_agg(case when h.kind = 'call_transferred' and h.data->>'how' in ('consult', 'phone') then 'call_handed_on' else h.kind end, ' ' order by h.id), i.observed, i.virtual_hold from history h join interaction i on i.id = h.interaction_id where i.enqueued_at >= '${since}' and i.direction = 'inbound' and i.state = 'ended' group by 1, 3, 4`);
  return found.map(([call, kinds, observed]) => ({ call: Number(call), why: observed === 't' ? '' : impossible(kinds.split(' ')), kinds }))
    .filter(({ why }) => why !== '').map(({ call, why, kinds }) => ({ what: `an impossible history: ${why} (${kinds})`, call }));
}

export async function of_what_is_left(engines) {
  const channels = (await list('channels')).map((channel) => ({ what: `a channel is left: ${channel.id} ${channel.name} ${channel.caller.number} ${channel.dialplan.app_name}`, call: null, channel: channel.id }));
  const bridges = (await list('bridges')).map((bridge) => ({ what: `a bridge is left: ${bridge.id}`, call: Number(/^b-(?:\d+-)?(\d+)/.exec(bridge.id)?.[1]) || null }));
  // Who waits and who is leased to whom; the versions of what is over stay for a while.
  const kept = redis('--raw', 'KEYS', '{fh:route}:*').split('\n').filter((key) => /:(?:queue_of|waiting:|lease:)/.test(key));
  const line = kept.map((key) => ({ what: `left in Redis: ${key}`, call: null }));
  const spooled = engines.map(({ directory }) => `${directory}/spool/telephone.log`).filter((spool) => existsSync(spool)).map((spool) => readFileSync(spool, 'utf8'))
    .filter((text) => text.trim() !== '').map((text) => ({ what: `events are left in the spool: ${text.slice(0, 600)}`, call: null }));
  return [...channels, ...bridges, ...line, ...spooled];
}

/**
 * Asterisk's own word for each call: how many times a number was handed to the engine and taken, by the dialplan's log.
 * A call that came and went while no engine listened is nobody's: `unheard(number, first, last, back)` says so.
 */
export function of_the_pbx(since, logs, unheard) {
  const calls = new Map();
  const begun = Date.parse(since);
  for (const line of logs.join('\n').split('\n')) {
    const at = Date.parse(`${line.slice(1, 24).replace(' ', 'T')}Z`);
    const handed = /Executing \[[^\]]*@firsthand:\d+\] Stasis\("(PJSIP\/trunk-[0-9a-f]+)", "engine,in,\d+,(\d+)"/.exec(line);
    if (handed && at >= begun) calls.set(`${handed[1]} ${handed[2]} ${at}`, { channel: handed[1], number: handed[2], at, last: at, taken: true });
    const named = /"(PJSIP\/trunk-[0-9a-f]+)"/.exec(line)?.[1] ?? /(PJSIP\/trunk-[0-9a-f]+)/.exec(line)?.[1];
    if (!named) continue;
    for (const call of [...calls.values()].reverse()) {
      if (call.channel !== named || call.over) continue;
      call.last = at;
      if (/Stasis\("[^"]*", "engine-2/.test(line)) call.taken = false;
      if (/Executing \[T@firsthand:1\]/.test(line)) call.back = at;   // its lease has run out
      break;
    }
  }
  const known = sql(`select id, number, extract(epoch from enqueued_at) * 1000 from interaction where enqueued_at >= '${since}' and direction = 'inbound'`).map(([id, number, at]) => ({ id: Number(id), number: number.replace('+86', ''), at: Number(at) }));
  const wrong = [];
  const counted = { handed: calls.size, taken: 0, unheard: 0, refused: 0 };
  const left = [...known];
  for (const call of calls.values()) {
    if (!call.taken) {
      counted.refused += 1;
      continue;
    }
    const at = left.findIndex((one) => one.number === call.number && Math.abs(one.at - call.at) < 3000);
    if (at >= 0) {
      left.splice(at, 1);
      counted.taken += 1;
    } else if (unheard(call.number, call.at, call.last, call.back)) {
      counted.unheard += 1;
    } else {
      wrong.push({ what: `Asterisk handed ${call.channel} of ${call.number} over at ${new Date(call.at).toISOString()}, last seen ${new Date(call.last).toISOString()}, and no interaction has it`, call: null, number: call.number });
    }
  }
  return { wrong, counted };
}

/** Who is in a bridge together while the store says something else, and the other way round. */
export async function of_the_bridges(marks) {
  const now = Date.now();
  const bridges = (await list('bridges')).filter((bridge) => bridge.channels.length > 1);
  const together = new Set(bridges.flatMap((bridge) => bridge.channels.map((channel) => `${channel}`)));
  const talking = sql(`select i.id, i.channel_id, i.leg_id from interaction i where i.state = 'talking' and i.direction = 'inbound' and not i.observed and not i.virtual_hold and not exists (select 1 from transfer t where t.interaction_id = i.id and t.state <> 'ended')`);
  const odd = new Map();
  for (const [id, channel, leg] of talking) {
    const joined = bridges.some((bridge) => bridge.channels.includes(channel) && bridge.channels.includes(leg));
    if (!joined) odd.set(`talking ${id}`, { what: `said to be talking, but ${channel} and ${leg} are in no bridge together`, call: Number(id) });
  }
  const live = new Map(sql(`select channel_id, id || ' ' || state from interaction where state <> 'ended' and channel_id <> ''`));
  const places = new Set(sql(`select id from interaction where state <> 'ended' and virtual_hold`).map(([id]) => id));
  for (const bridge of bridges) {
    const call = /^b-(\d+)/.exec(bridge.id)?.[1];
    if (!call || places.has(call)) continue;
    const customer = bridge.channels.find((channel) => live.has(channel));
    const state = customer ? live.get(customer).split(' ')[1] : 'ended';
    if (!['talking', 'held'].includes(state)) odd.set(`phantom ${bridge.id}`, { what: `together in ${bridge.id}, but the store says ${state}: ${bridge.channels.join(' ')}`, call: Number(call) });
  }
  const wrong = [];
  for (const key of [...marks.keys()]) if (!odd.has(key)) marks.delete(key);
  for (const [key, value] of odd) {
    const first = marks.get(key) ?? now;
    marks.set(key, first);
    if (now - first > 4500) wrong.push(value);
  }
  return { wrong, together: together.size };
}
