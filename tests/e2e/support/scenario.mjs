// SPDX-License-Identifier: Apache-2.0
// One call after the other: who is at work, what happens, and afterwards for each of them the same three questions. Did
// those who talked hear each other, both ways? Does the history say what happened, line by line? Is anything left over?
import { ask, page_of, person, phones, presence, quiet_customer } from './stage.mjs';
import { new_complaint } from './scenes.mjs';
import { sounds_from_now } from './pbx.mjs';
import { change_rules, sql } from './system.mjs';
import { expect, until } from './until.mjs';
import { of_the_histories, of_the_store, of_what_is_left } from '../herd/invariants.mjs';

/** Everybody who is offered calls in a scenario. */
const STAFF = ['agent', 'agent2', 'agent3'];
/** Rung and answered at the telephone; and until the customer hung up. */
export const taken = (who, why = 'skills', where = 'phone') => [`offer_made ${who} ${why}`, `offer_accepted ${who} ${where}`, `call_answered ${who}`];
export const ended = (who, why = 'caller_hung_up') => `call_ended ${who} ${why}`;
export const plain = (who, why, where) => [...taken(who, why, where), ended(who)];

/** The agents are signed in and have telephones, everybody has a tone, customers answer when they are called. */
export async function open_floor() {
  phones.order({ do: 'media' });
  phones.order({ do: 'trunk', mode: 'auto' });
  for (const who of STAFF) {
    await page_of(who);
    phones.desk((await person(who)).extension);
    await presence(who, 'offline');
  }
}

/** Other rules of the queues, in force when this returns; the answer brings the ones before back. */
export async function other_rules(edits) {
  const mark = `Complaint line ${Date.now()}`;
  const in_force = async () => (await ask('agent', 'GET', 'reference')).queues[0].name_en;
  const before = await in_force();
  const back = change_rules('queues', { ...edits, [`name_en = "${before}"`]: `name_en = "${mark}"` });
  await until('the engine has the other rules', in_force, { good: (name) => name === mark, within: 20_000 });
  return async () => {
    back();
    await until('the engine has the rules again', in_force, { good: (name) => name === before, within: 20_000 });
  };
}

const extension = async (who) => (await person(who)).extension;
const desk_of = async (who) => (await ask(who, 'GET', 'desk')).desk;

/** What the history says of a call, a line each: what, of whom, why. */
export async function told(interaction) {
  const names = new Map();
  for (const who of [...STAFF, 'liaison_repair']) names.set(String((await person(who)).id), who);
  return sql(`select kind, data->>'agent', data->>'from', data->>'to', coalesce(data->>'how', case when kind = 'call_answered' then '' else data->>'reason' end, data->>'outcome', data->>'why', '') from history where interaction_id = ${interaction} order by id`)
    .map(([kind, agent, from, to, why]) => [kind, names.get(agent), names.get(from), names.get(to), why].filter(Boolean).join(' '));
}

/** A call under way, as somebody who stands beside its telephones sees it. */
export class Call {
  #interaction = null;
  #seen = {};
  #sounds = sounds_from_now();
  talked = new Set();

  constructor(customer) {
    this.customer = customer;
    this.ear = null;        // at which telephone the customer is
    this.begun = phones.mark();
    this.since = sql('select now()')[0][0];
  }

  /** The customer dials. */
  dial(to = '7000') {
    this.id = phones.call(this.customer.number, to);
    this.ear = { id: this.id };
    return this;
  }

  /** The newest interaction of this customer when it is first asked for, once there is one. */
  async interaction() {
    this.#interaction ??= await until('the call is in the store', () => Number(sql(`select id from interaction where customer_id = ${this.customer.id} and enqueued_at >= '${this.since}'::timestamptz - interval '2 seconds' order by id desc limit 1`)[0]?.[0]));
    return this.#interaction;
  }
  async is(state, within = 8000) {
    const interaction = await this.interaction();
    await until(`the call is ${state}`, () => sql(`select state from interaction where id = ${interaction}`)[0][0], { good: (seen) => seen === state, within });
  }

  async rings(who, within = 20_000) {
    const ext = await extension(who);
    await phones.event(`the telephone of ${who} rings`, { ev: 'ringing', ext }, this.#seen[who] ?? this.begun, within);
    this.#seen[who] = phones.mark();
  }
  /** The telephone is up, by whatever means. */
  async up(who) {
    await phones.event(`the telephone of ${who} is up`, { ev: 'up', ext: await extension(who) }, this.begun);
  }
  async answers(who) {
    await this.rings(who);
    phones.order({ do: 'answer', ext: await extension(who) });
  }
  async at_phone(who, what, more = {}) {
    phones.order({ do: what, ext: await extension(who), ...more });
  }
  /** A key of the console: hold, resume, hang-up, transfer. */
  async at_console(who, what, body = {}) {
    return ask(who, 'POST', `interactions/${await this.interaction()}/${what}`, body);
  }
  async offer(who) {
    return until(`${who} is offered the call`, async () => (await ask(who, 'GET', 'desk')).offer);
  }
  async console_answers(who) {
    await this.rings(who);
    await this.console_takes(who);
  }
  async console_takes(who) {
    const { id, token } = await this.offer(who);
    await ask(who, 'POST', `offers/${id}/accept`, { token });
  }
  async console_declines(who) {
    await this.rings(who);
    const { id, token } = await this.offer(who);
    await ask(who, 'POST', `offers/${id}/decline`, { token });
  }

  /** Customer and agent hear each other. */
  async together(who) {
    const ext = await extension(who);
    await Promise.all([phones.hears('the customer', this.ear, [ext]), phones.hears(who, { ext }, ['customer'])]);
    this.talked.add(who);
  }
  /** Who waits is not left in silence. */
  async hears_music() {
    await phones.hears('the customer', this.ear, [], { music: true });
  }
  /** He is told something, and hears it: a sound of the PBX. */
  async is_told(sound) {
    await until(`the PBX plays ${sound}`, this.#sounds, { within: 20_000, good: (played) => played.includes(sound) });
    await phones.hears('the customer', this.ear, [], { music: true });
  }
  hang_up() {
    phones.order({ do: 'hangup', ...this.ear });
  }
  async let_go(within = 20_000) {
    await phones.event('the customer is let go', { ev: 'ended', ...this.ear }, this.begun, within);
  }
}

/** Everybody's call is over: what must be so then. `history` is what the call has been through, or the ways it may have
 * gone; `talked` with whom; `leaves` who is at his desk in which way afterwards. */
export async function closing(call, { history, talked, leaves = {} }) {
  const interaction = await call.interaction();
  await call.is('ended', 10_000);
  expect('these have talked with the customer, heard both ways', [...call.talked], [...call.talked].join() === talked.join());
  const ways = typeof history[0] === 'string' ? [history] : history;
  await until(`the history of call ${interaction} is ${ways.map((way) => way.join(', ')).join('; or ')}`, () => told(interaction), { within: 3000, good: (lines) => ways.some((way) => way.join() === lines.join()) });
  await nothing_is_left(call.since, leaves);
}

/** No channel or bridge, no open offer, no desk with a call, no command that waits, no place in Redis, no history that
 * cannot be; and the desks are as they should be. */
export async function nothing_is_left(since, leaves = {}) {
  const engine = [{ directory: process.env.E2E_DATA }];
  await until('nothing is left in the PBX, Redis and the spool', () => of_what_is_left(engine), { within: 8000, good: (left) => left.length === 0 });
  const people = [];
  for (const who of STAFF) people.push((await person(who)).id);
  await until('nothing is left in the store', () => [...of_the_store(since, people), ...of_the_histories(since)], { within: 5000, every: 200, good: (left) => left.length === 0 });
  for (const [who, wanted] of Object.entries(leaves)) {
    await until(`the desk of ${who} is ${wanted}`, () => desk_of(who), { good: (desk) => [wanted].flat().includes(desk.presence) && desk.interaction_id === null });
  }
}

/** They are at work, whoever is named first has been idle for longest; nobody else is. */
export async function at_work(...names) {
  for (const who of STAFF) await presence(who, 'offline');
  for (const who of names) await presence(who, 'available');
}

/** Somebody talks with a customer of his own. */
export async function talks(who) {
  const call = new Call(quiet_customer()).dial();
  await call.answers(who);
  await call.together(who);
  return call;
}

/** The agent calls a customer to whom a call was promised; the call's ear is the customer's own telephone. */
export async function called_back(call, who) {
  const { callbacks: [promise] } = await new_complaint(who, call.customer, 3600);
  call.callback = promise.id;
  call.ear = { number: call.customer.number };
  await ask(who, 'POST', `callbacks/${promise.id}/dial`, {});
}

/**
 * A scenario is a line of a table:
 *   name      what it shows
 *   at_work   agents who are free, the longest idle first
 *   busy      agents who talk with somebody else when the call comes; `call.busy` has those calls
 *   away      agents on a break
 *   owner     whose open case the customer has
 *   dials     the number; false: `happens` dials, or there is no caller
 *   happens   what happens to the call
 *   history   what its history says then, after call_arrived where it was dialled; a list of lists: any of these
 *   talked    with whom the customer has talked, heard both ways
 *   leaves    desks afterwards, where they are not as usual: who talked has work after the call, who did not is as before
 *   ends      how the calls of those who are busy end, where it is not by the customer
 * When nobody has talked, the next caller does, with the first who is at work; or with `next`, unless that is false.
 */
export const scenarios = (step) => async (line) => {
  const { at_work: free = [], busy = [], away = [], owner, dials = '7000', happens, history, talked = [], leaves = {}, ends, next = talked.length === 0 && free[0] } = line;
  const calls = [];
  const play = async () => {
    for (const who of STAFF) phones.desk(await extension(who));   // whatever an earlier scenario made of it
    const customer = quiet_customer();
    if (owner) await new_complaint(owner, customer, 3600);
    const others = {};
    for (const who of busy) {
      await at_work(who);
      others[who] = await talks(who);
      calls.push(others[who]);
    }
    for (const who of STAFF.filter((one) => !busy.includes(one))) await presence(who, away.includes(who) ? 'break' : 'offline');
    for (const who of free) await presence(who, 'available');
    const call = new Call(customer);
    call.busy = others;
    calls.push(call);
    if (dials) call.dial(dials);
    await happens(call);
    for (const other of Object.values(others)) other.hang_up();
    const after = (who) => (talked.includes(who) || busy.includes(who) ? 'wrap_up' : free.includes(who) ? 'available' : away.includes(who) ? 'break' : 'offline');
    const ways = typeof history[0] === 'string' ? [history] : history;
    await closing(call, { history: ways.map((way) => (dials ? ['call_arrived', ...way] : way)), talked, leaves: { ...Object.fromEntries(STAFF.map((who) => [who, after(who)])), ...leaves } });
    for (const [who, other] of Object.entries(others)) await closing(other, { history: ['call_arrived', ...taken(who), ended(who, ends)], talked: [who] });
    if (next) await still_reached(next);
  };
  // One that fails does not hide the others.
  await step(line.name, play).catch(() => {
    for (const call of calls) call.hang_up();
  });
};

/** The next caller gets through to that agent. */
async function still_reached(who) {
  await at_work(who);
  const call = await talks(who);
  call.hang_up();
  await closing(call, { history: ['call_arrived', ...plain(who)], talked: [who], leaves: { [who]: 'wrap_up' } });
}

export { ask, extension, person, phones, presence };
