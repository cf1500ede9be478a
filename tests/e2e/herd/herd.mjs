// SPDX-License-Identifier: Apache-2.0
// A herd of calls: agents with tempers, callers with plans, faults at random instants; and everything that was said
// meanwhile by the phones and by Asterisk, for the story of a call that went wrong.
import { readFileSync, existsSync } from 'node:fs';
import { chance, rest } from './chance.mjs';
import { HerdDesk } from './desk.mjs';
import { pbx_log } from '../support/pbx.mjs';
import { faults, pbx_killed, servers_again } from './faults.mjs';
import { open_line } from './line.mjs';

const KINDS = { talk: 50, gives_up: 15, gone_ringing: 8, gone_at_answer: 6, digit: 9, again: 9, for_ever: 3 };
const FAULTS = { engine_killed: 26, engine_stopped: 16, redis_killed: 14, postgres_stopped: 12, postgres_crashed: 8, line_stolen: 14, engine_away: 2, pbx_killed: 0 };
// May come while another fault lasts.
const BESIDES = ['line_stolen', 'redis_killed', 'engine_stopped'];
const SKILLS = [['complaint', 'general'], ['complaint'], ['repair', 'general'], ['complaint', 'english', 'general'], ['complaint', 'repair']];
const QUEUES = { 7000: 74, 8009: 13, 8002: 10, 8003: 3 };
const TRUNK = { auto: 60, busy: 10, no_answer: 15, not_found: 5, ring: 10 };
const TALK_MAX_MS = 42_000;
const PASSWORD = 'Herd-of-calls-2026';

const plain = (number) => String(number ?? '').replace(/^[+]86/, '');

export class Herd {
  constructor({ engines, seed, calls, agents, phones, kinds = Object.keys(FAULTS) }) {
    Object.assign(this, { engines, seed, phones, agents });
    this.weights = Object.fromEntries(kinds.map((kind) => [kind, FAULTS[kind]]));
    this.desks = [];
    this.callers = [];
    this.of_number = new Map();
    this.at_desk = new Map();   // extension → whom its telephone shows, since when it talks
    this.ari = [];
    this.faults = [];
    this.violations = [];
    this.log = { file: pbx_log(), before: [] };
    this.over = false;
    this.plan = this.#plan(calls);
    this.mark = phones.mark();
  }

  wrong(what, call = null) {
    this.violations.push({ what, call });
  }

  /** Who calls when and what he does: settled by the seed before the first ring. */
  #plan(calls) {
    const luck = chance(this.seed, 'plan');
    const plan = [];
    let at = 0;
    while (plan.length < calls) {
      const index = plan.length;
      const busy = Math.floor(at / 3000) % 4 === 0;   // three seconds of a storm, nine of a breeze
      at += -Math.log(1 - luck.next()) * (busy ? 50 : 400);
      plan.push({
        at, kind: luck.one_of(KINDS), to: luck.one_of(QUEUES), trunk: luck.one_of(TRUNK), known: luck.next() < 0.12,
        number: luck.next() < 0.02 ? 'anonymous' : `139${String(this.seed % 1000).padStart(3, '0')}${String(index).padStart(5, '0')}`,
        patience: luck.between(5000, 45_000), soon: luck.between(0, 900), gives_up: luck.next() < 0.3 ? luck.between(0, 400) : luck.between(400, 9000), again_in: luck.between(300, 15_000),
      });
    }
    return plan;
  }

  get lasts_ms() {
    return this.plan.at(-1).at;
  }

  async hire(administrator) {
    const boss = new HerdDesk(this.engines, this.seed, administrator, this);
    await boss.ask('POST', 'session', { login: administrator.login, password: administrator.password });
    for (let index = 0; index < this.agents; index += 1) {
      const number = String(index + 1).padStart(2, '0');
      const account = { login: `herd-${number}`, name: `群 ${number}`, role: 'agent', extension: String(1101 + index), skills: SKILLS[index % SKILLS.length], languages: ['zh', 'en'], password: PASSWORD };
      const made = await boss.ask('POST', 'users', account);
      if (made.status >= 300 && made.body.code !== 'login_taken') throw new Error(`no account: ${JSON.stringify(made)}`);
      const desk = new HerdDesk(this.engines, this.seed, { ...account, id: 0 }, this, index);
      this.phones.desk(account.extension, 'ring');
      await desk.sign_in();
      desk.id = (await desk.ask('GET', 'me')).body.user.id;
      await desk.ask('PUT', 'desk/presence', { presence: 'available' });
      this.desks.push(desk);
    }
  }

  /** Nobody but the herd takes these calls. */
  async others_leave(people) {
    for (const account of people) {
      const desk = new HerdDesk(this.engines, this.seed, { ...account, extension: '' }, this);
      const answer = await desk.ask('POST', 'session', { login: account.login, password: account.password });
      if (answer.status < 300) await desk.ask('PUT', 'desk/presence', { presence: 'offline' });
    }
  }

  call(wish, number = wish.number) {
    const id = this.phones.call(number, wish.to);
    const caller = { id, number, wish, began: Date.now(), up: 0, ended: 0, served: false };
    this.callers.push(caller);
    this.of_number.set(number, [...(this.of_number.get(number) ?? []), caller]);
    if (wish.trunk !== 'auto') this.phones.order({ do: 'trunk', number, mode: wish.trunk });
    if (wish.kind === 'gives_up' || wish.kind === 'again') this.#later(wish.gives_up, () => this.#hang_up(caller));
    else if (wish.kind !== 'for_ever') this.#later(wish.patience, () => { if (!caller.served) this.#hang_up(caller); });
    if (wish.kind === 'digit') this.#later(Math.min(wish.gives_up, 3000) + 300, () => { if (caller.up && !caller.ended && !caller.served) this.phones.order({ do: 'digit', id, digit: '1' }); });
    return caller;
  }

  #later(ms, work) {
    setTimeout(() => { if (!this.gone) work(); }, ms);
  }

  #hang_up(caller) {
    if (caller.ended || caller.leaving) return;
    caller.leaving = Date.now();
    this.phones.order({ do: 'hangup', id: caller.id });
  }

  /** The customer at that agent's telephone has said what he wanted. */
  customer_ends(_call, desk) {
    const shown = this.at_desk.get(desk.ext);
    if (!shown) return;
    const caller = (this.of_number.get(shown.number) ?? []).findLast((one) => !one.ended);
    if (caller) this.#hang_up(caller);
    else if (shown.number) this.phones.order({ do: 'hangup', number: shown.number });
  }

  #heard(event) {
    if (event.ext) return this.#desk_heard(event);
    const caller = event.id ? this.callers.find((one) => one.id === event.id) : null;
    if (!caller) return;
    event.id_of = caller.number;
    if (event.ev === 'up') caller.up = event.seen;
    if (event.ev !== 'ended' && event.ev !== 'failed') return;
    caller.ended = event.seen;
    if (caller.wish.kind === 'again' && !caller.again && !this.over) {
      caller.again = true;
      this.#later(caller.wish.again_in, () => this.call({ ...caller.wish, kind: 'talk' }, caller.number));
    }
  }

  #desk_heard(event) {
    const desk = this.desks.find((one) => one.ext === event.ext);
    const number = plain(event.from);
    const caller = (this.of_number.get(number) ?? []).findLast((one) => !one.ended);
    if (event.ev === 'ringing') {
      this.at_desk.set(event.ext, { number, since: 0 });
      if (caller?.wish.kind === 'gone_ringing') this.#later(caller.wish.soon, () => this.#hang_up(caller));
      desk?.rung(number, 'phone');
    } else if (event.ev === 'up') {
      this.at_desk.set(event.ext, { number, since: event.seen });
      if (caller) caller.served = true;
      if (caller?.wish.kind === 'gone_at_answer') this.#hang_up(caller);
    }
    // Its end is not noted: a leg that gave way to another looks the same.
  }

  /** Follows the phones; whoever talks for too long is stopped by his own telephone. */
  async #follow_phones() {
    while (!this.gone) {
      for (const event of this.phones.since(this.mark)) this.#heard(event);
      this.mark = this.phones.mark();
      for (const [ext, shown] of this.at_desk) {
        if (!shown.since || Date.now() - shown.since < TALK_MAX_MS) continue;
        this.at_desk.delete(ext);
        this.phones.order({ do: 'hangup', ext });
      }
      await rest(15);
    }
  }

  /** A second application hears everything that Asterisk says, for the stories. */
  async #follow_pbx() {
    const key = `${process.env.FIRSTHAND_TELEPHONY_ARI_USER}:${process.env.FIRSTHAND_TELEPHONY_ARI_PASSWORD}`;
    const url = `${process.env.FIRSTHAND_TELEPHONY_ARI_URL}/events?app=herd-story&subscribeAll=true&api_key=${encodeURIComponent(key)}`;
    const wanted = /^(StasisStart|StasisEnd|ChannelDestroyed|ChannelHangupRequest|ChannelEnteredBridge|ChannelLeftBridge|ChannelStateChange|ChannelDtmfReceived|ApplicationReplaced|ChannelTransfer)$/;
    const heard = (text) => {
      const said = JSON.parse(text);
      if (!wanted.test(said.type)) return;
      const channel = said.channel ?? {};
      this.ari.push({
        at: Date.parse(said.timestamp), type: said.type, id: channel.id ?? '', number: plain(channel.caller?.number), bridge: said.bridge?.id ?? '',
        more: [channel.name, channel.state, said.bridge?.id, said.bridge?.channels?.join(','), said.cause, said.args?.join(','), said.digit, said.application].filter(Boolean).join(' '),
      });
    };
    let line = null;
    while (!this.gone) {
      if (!line) line = await open_line(url, { heard, closed: () => { line = null; } }).catch(() => null);
      await rest(500);
    }
    line?.cut();
  }

  async #fault(kind, ms, engine) {
    const whose = this.engines.length > 1 && kind.startsWith('engine') ? ` (engine ${this.engines.indexOf(engine) + 1})` : '';
    const fault = { kind: `${kind} ${Math.round(ms)} ms${whose}`, from: Date.now(), blind: ['engine_killed', 'engine_away', 'line_stolen', 'pbx_killed', 'postgres_stopped', 'postgres_crashed'].includes(kind) };
    this.faults.push(fault);
    if (kind === 'pbx_killed') {
      await pbx_killed(ms, this.log, () => {
        this.phones.order({ do: 'dead' });
        this.at_desk.clear();
      });
    } else await faults[kind](ms, engine);
    fault.until = Date.now();
  }

  async #break_things(began) {
    const luck = chance(this.seed, 'faults');
    let pbx_left = 'pbx_killed' in this.weights;   // once, in the second half
    while (Date.now() - began < this.lasts_ms + 6000) {
      await rest(luck.between(1500, 8000));
      const late = Date.now() - began > this.lasts_ms * 0.55;
      const kind = pbx_left && late ? 'pbx_killed' : luck.one_of(this.weights);
      if (kind === 'pbx_killed') pbx_left = false;
      const long = luck.next() < 0.25;
      const one = luck.pick(this.engines);
      const another = luck.pick(this.engines.length > 1 ? this.engines.filter((engine) => engine !== one) : this.engines);
      const all = [this.#fault(kind, kind.startsWith('postgres') ? luck.between(200, long ? 14_000 : 3000) : luck.between(100, long ? 9000 : 2500), one)];
      const other = luck.pick(BESIDES.filter((one) => one in this.weights && one !== kind));
      const two = this.engines.length > 1 && kind.startsWith('engine');   // two of three engines at once
      if (other && luck.next() < 0.35 && (two || /^(?:postgres|redis)/.test(kind))) {
        await rest(luck.between(0, 1500));
        all.push(this.#fault(other, luck.between(100, 2500), another));
      }
      await Promise.all(all);
    }
  }

  /** Agents go for a break, lose their consoles, unplug their telephones. */
  async #wander(began) {
    const luck = chance(this.seed, 'wander');
    while (Date.now() - began < this.lasts_ms) {
      await rest(luck.between(300, 1500));
      const desk = luck.pick(this.desks);
      const what = luck.one_of({ break: 5, offline: 3, console_cut: 4, phone_off: 2 });
      const back_in = luck.between(400, 15_000);
      if (what === 'break' || what === 'offline') {
        desk.away = true;
        await desk.try_to('PUT', 'desk/presence', { presence: what, ...(what === 'break' ? { reason: 'meal' } : {}) });
        this.#later(back_in, () => { desk.away = false; });
      } else if (what === 'console_cut') {
        desk.cut = true;
        this.#later(back_in, () => { desk.cut = false; });
      } else {
        this.phones.order({ do: 'agent', ext: desk.ext, mode: 'busy' });
        this.#later(back_in, () => this.phones.order({ do: 'agent', ext: desk.ext, mode: 'ring' }));
      }
    }
  }

  /** The whole of it; `known` are numbers of customers who have a case. */
  async run(known) {
    this.#follow_phones();
    this.#follow_pbx();
    const began = Date.now();
    const trouble = Object.keys(this.weights).length > 0 ? this.#break_things(began) : null;
    const wandering = this.#wander(began);
    let next_known = 0;
    for (const wish of this.plan) {
      await rest(Math.max(0, began + wish.at - Date.now()));
      const number = wish.known && next_known < known.length ? known[next_known++] : wish.number;
      this.call(wish, number);
    }
    await trouble;
    await wandering;
    this.over = true;
    for (const desk of this.desks) {
      desk.away = false;
      desk.cut = false;
      this.phones.order({ do: 'agent', ext: desk.ext, mode: 'ring' });
    }
  }

  /** When nobody looked, a call may have come and gone, or gone `back` to the PBX's own queue. */
  unheard(number, at, last, back) {
    const caller = (this.of_number.get(number) ?? []).find((one) => Math.abs(one.began - at) < 4000);
    const until = back ?? Math.max(caller?.ended || last, caller?.leaving ?? 0);
    return this.faults.some((fault) => fault.blind && at > fault.from - 400 && until < (fault.until ?? Infinity) + 1500);
  }

  logs() {
    return [...this.log.before, ...(existsSync(this.log.file) ? [readFileSync(this.log.file, 'utf8')] : [])];
  }

  async leave() {
    this.gone = true;
    await servers_again();   // a fault that failed itself leaves nothing broken to what comes after
    for (const desk of this.desks) {
      await desk.leave();
      this.phones.desk(desk.ext, 'off');
    }
  }
}
