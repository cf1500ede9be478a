// SPDX-License-Identifier: Apache-2.0
// The desk phones and the public network, played by phones/phones.py; its events are kept in order, so that a
// test asks for what happened after a mark it took before.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './until.mjs';

export class Phones {
  #events = [];
  #child = spawn('python3', [fileURLToPath(new URL('../phones/phones.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  #calls = 0;

  constructor() {
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#events.push({ ...JSON.parse(line), seen: Date.now() }));
  }

  async ready() {
    await this.event('the phones are ready', { ev: 'ready' }, 0);
  }

  order(what) {
    this.#child.stdin.write(`${JSON.stringify(what)}\n`);
  }

  desk(ext, mode = 'ring') {
    this.order({ do: 'agent', ext, mode });
  }

  /** A customer calls; the id names the call from then on. `at`: the port of another PBX. */
  call(from, to = '7000', at = undefined) {
    this.#calls += 1;
    const id = `call${this.#calls}`;
    this.order({ do: 'call', id, from, to, ...(at && { at }) });
    return id;
  }

  /** What somebody hears now: {ext} or {id}; tones of those who can be heard, and how loud it is. */
  async hears(expected, who, tones, { music = false } = {}) {
    const wanted = [...tones].sort().join();
    await until(`${expected}: hears ${music ? 'music' : wanted || 'nothing'}`, async () => {
      const from = this.mark();
      this.order({ do: 'listen', ...who });
      return this.event('an answer', { ev: 'hears', ...who }, from, 1500);
    }, { within: 8000, every: 120, good: (seen) => seen.tones.join() === wanted && (!music || seen.loud > 150) });
  }

  mark() {
    return this.#events.length;
  }

  since(mark) {
    return this.#events.slice(mark);
  }

  /** The first event after the mark that has all of these fields. */
  event(expected, wanted, mark, within = 8000) {
    const matches = (event) => Object.entries(wanted).every(([key, value]) => (Array.isArray(value) ? value.includes(event[key]) : event[key] === value));
    const at = { found: null };
    return until(`${expected} (${JSON.stringify(wanted)})`, () => {
      at.found = this.since(mark).find(matches) ?? null;
      return { found: at.found, all: this.since(mark) };
    }, { within, good: (seen) => seen.found !== null }).then((seen) => seen.found);
  }

  close() {
    this.order({ do: 'quit' });
    this.#child.stdin.end();
  }
}
