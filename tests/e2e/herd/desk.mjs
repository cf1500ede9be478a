// SPDX-License-Identifier: Apache-2.0
// An agent as a herd has them: signed in by the API, a console's line held open, a desk phone, and a temper. What
// becomes of each ring is decided by chance alone; who he is offered is the engine's business.
import { randomUUID } from 'node:crypto';
import { chance, rest } from './chance.mjs';
import { open_line } from './line.mjs';

const ANSWERS = { phone: 42, console: 22, both: 9, decline: 5, decline_console: 4, let_ring: 4, answer_late: 4, answer_and_go: 4, phone_twice: 6 };
const TALKS = { customer_ends: 36, agent_ends: 26, agent_hangs_up: 14, hold: 8, blind: 7, queue: 4, consult: 10, refer: 4, long: 3 };

export class HerdDesk {
  constructor(engines, seed, account, herd, first = 0) {
    Object.assign(this, { engines, at: first, seed, account, herd, ext: account.extension, id: account.id });
    this.rings = 0;
    this.cookie = '';
    this.line = null;
    this.over = false;
    this.away = false;   // on a break of his own will
    this.cut = false;    // his console's line is cut on purpose
    this.handled = new Set();
    this.last_offer = null;
  }

  get base() {
    return this.engines[this.at % this.engines.length].url;
  }

  async ask(method, path, body) {
    const answer = await fetch(`${this.base}/api/v1/${path}`, {
      method, signal: AbortSignal.timeout(8000),
      headers: {
        ...(this.cookie ? { Cookie: this.cookie } : {}),
        ...(method === 'GET' ? {} : { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    const given = answer.headers.get('set-cookie');
    if (given) [this.cookie] = given.split(';');
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  }

  /** The engine may be dead or its database away: then nothing was asked, and the next question goes to the next
   * engine, as a balancer before them would send it. */
  async try_to(method, path, body) {
    const { base } = this;
    try {
      return await this.ask(method, path, body);
    } catch {
      if (this.base === base) this.at += 1;
      return { status: 0, body: null };
    }
  }

  async sign_in() {
    const answer = await this.ask('POST', 'session', { login: this.account.login, password: this.account.password });
    if (answer.status >= 300) throw new Error(`${this.account.login} cannot sign in: ${JSON.stringify(answer)}`);
    await this.open();
    this.keep_line();
    this.live();
  }

  async open() {
    const { status, body } = await this.ask('POST', 'feed-ticket');
    if (status >= 300) throw new Error(`no ticket: ${status}`);
    this.line = await open_line(`${this.base}/ws?ticket=${encodeURIComponent(body.ticket)}`, { closed: () => { this.line = null; } });
  }

  async keep_line() {
    while (!this.over) {
      if (this.cut) this.line?.cut();
      else if (this.line) this.line.send('{"type":"ping"}');
      else await this.open().catch(() => { this.at += 1; });
      await rest(this.line || this.cut ? 3000 : 700);
    }
    this.line?.cut();
  }

  /** Looks at the desk now and then, as the console does, and does what its agent would do next. */
  async live() {
    const luck = chance(this.seed, `desk ${this.ext}`);
    while (!this.over) {
      await rest(luck.between(700, 1600));
      const { status, body } = await this.try_to('GET', 'desk');
      if (status !== 200) continue;
      const { presence } = body.desk;
      if (body.offer && luck.next() < 0.5) this.rung(body.offer.interaction_id, 'console');
      if (this.away) continue;
      if (presence === 'wrap_up' || presence === 'not_responding') await this.try_to('POST', 'desk/wrap-up', { action: 'finish' });
      if (['offline', 'break', 'not_responding'].includes(presence) && this.line) await this.try_to('PUT', 'desk/presence', { presence: 'available' });
    }
  }

  /** His telephone rings, or his console; once each. */
  async rung(what, where) {
    const key = `${what}`;
    if (this.handled.has(key)) return;
    this.handled.add(key);
    setTimeout(() => this.handled.delete(key), where === 'console' ? 20_000 : 1500);
    this.rings += 1;
    const luck = chance(this.seed, `ring ${this.ext} ${this.rings}`);
    const order = (action, more = {}) => this.herd.phones.order({ do: action, ext: this.ext, ...more });
    const how = where === 'console' ? 'console' : luck.one_of(ANSWERS);
    if (how === 'let_ring') return;
    await rest(how === 'answer_late' ? luck.between(19_000, 26_000) : luck.between(30, 1800));
    if (this.over) return;
    const offer = how === 'phone' || how === 'decline' ? null : (await this.try_to('GET', 'desk')).body?.offer;
    const accept = async () => {
      if (!offer) return;
      const { status } = await this.try_to('POST', `offers/${offer.id}/accept`, { token: offer.token });
      this.accepted(offer, status);
    };
    if (how === 'phone' || how === 'answer_late') order('answer');
    else if (how === 'phone_twice') { order('answer'); order('answer'); }
    else if (how === 'decline') order('decline');
    else if (how === 'decline_console' && offer) await this.try_to('POST', `offers/${offer.id}/decline`, { token: offer.token });
    else if (how === 'console') await accept();
    else if (how === 'both') { order('answer'); await accept(); }
    else if (how === 'answer_and_go') { order('answer'); await rest(luck.between(0, 60)); order('hangup'); return; }
    if (['decline', 'decline_console'].includes(how)) return;
    await this.talk(luck);
  }

  /** An offer that was taken is offered to nobody again: the same click later must be refused. */
  accepted(offer, status) {
    if (status !== 200) return;
    setTimeout(async () => {
      const again = await this.try_to('POST', `offers/${offer.id}/accept`, { token: offer.token });
      if (again.status >= 200 && again.status < 300) this.herd.wrong(`an offer was accepted twice: ${offer.id}`, offer.interaction_id);
    }, 400);
  }

  async talk(luck) {
    const how = luck.one_of(TALKS);
    await rest(luck.between(300, 2500));
    const call = (await this.try_to('GET', 'desk')).body?.call;
    if (!call) return;
    const path = `interactions/${call.interaction_id}`;
    const end = () => (luck.next() < 0.5 ? this.try_to('POST', `${path}/hang-up`, {}) : this.herd.phones.order({ do: 'hangup', ext: this.ext }));
    const colleague = luck.pick(this.herd.desks.filter((desk) => desk !== this));
    if (how === 'customer_ends') this.herd.customer_ends(call.interaction_id, this);
    else if (how === 'agent_ends') await this.try_to('POST', `${path}/hang-up`, {});
    else if (how === 'long') {
      await rest(luck.between(33_000, 38_000));   // past the lease of those who wait
      await this.end_what_is_left(call);
    } else if (how === 'agent_hangs_up') this.herd.phones.order({ do: 'hangup', ext: this.ext });
    else if (how === 'hold') {
      await this.try_to('POST', `${path}/hold`, {});
      await rest(luck.between(50, 2500));
      if (luck.next() < 0.7) await this.try_to('POST', `${path}/resume`, {});
      await rest(luck.between(50, 800));
      await end();
    } else if (how === 'refer') {
      this.herd.phones.order({ do: 'transfer', ext: this.ext, to: colleague.ext });
      await rest(8000);
      await this.end_what_is_left(call);
    } else {
      const wish = how === 'queue' ? { queue: luck.pick(['general', 'repair', 'complaints']), how: 'blind' } : { to: colleague.id, how };
      const { status } = await this.try_to('POST', `${path}/transfer`, wish);
      if (status >= 300 || status === 0) return void (await end());
      if (how !== 'consult') return;
      for (let turns = 0; turns < 3; turns += 1) {
        await rest(luck.between(100, 2500));
        await this.try_to('POST', `${path}/transfer/step`, { step: luck.pick(['complete', 'cancel', 'swap', 'join']) });
      }
      await rest(luck.between(100, 1500));
      await this.end_what_is_left(call);
    }
  }

  async end_what_is_left(call) {
    const now = (await this.try_to('GET', 'desk')).body?.call;
    if (now?.interaction_id === call.interaction_id) await this.try_to('POST', `interactions/${call.interaction_id}/hang-up`, {});
  }

  async leave() {
    this.over = true;
    await this.try_to('PUT', 'desk/presence', { presence: 'offline' });
    this.line?.cut();
  }
}
