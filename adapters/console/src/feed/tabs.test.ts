// SPDX-License-Identifier: Apache-2.0
// The protocol between tabs, with a browser that gives locks and channels, loses tabs and puts them to sleep.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedMessage } from '../api/types';
import type { News } from './line';
import { type Browser, type MakeLine, type Standing, Tabs } from './tabs';

type Event = Extract<FeedMessage, { type: 'event' }>;
const event = (seq: number): Event => ({ type: 'event', seq, kind: 'case', id: seq, version: 1 });

/** Asked for, held, given to the next, taken by force: as navigator.locks does it. */
class Locks {
  private holder: { owner: Tab; lost(): void } | null = null;
  private waiting: { owner: Tab; take(): void }[] = [];
  of(owner: Tab): NonNullable<Browser['locks']> {
    return {
      request: (_name, { steal, signal }, held) =>
        new Promise((resolve, reject) => {
          const take = () => {
            const mine = { owner, lost: () => reject(new DOMException('stolen', 'AbortError')) };
            this.holder = mine;
            queueMicrotask(() => void held().then(() => {
              resolve(undefined);
              if (this.holder === mine) this.next();
            }));
          };
          const entry = { owner, take };
          signal?.addEventListener('abort', () => {
            this.waiting = this.waiting.filter((each) => each !== entry);
            reject(new DOMException('aborted', 'AbortError'));
          });
          if (steal) {
            this.holder?.lost();
            take();
          } else if (this.holder === null) take();
          else this.waiting.push(entry);
        }),
    };
  }
  /** A tab that is gone holds nothing and waits for nothing. */
  free(owner: Tab): void {
    this.waiting = this.waiting.filter((each) => each.owner !== owner);
    if (this.holder?.owner === owner) this.next();
  }
  private next(): void {
    this.holder = null;
    this.waiting.shift()?.take();
  }
}

/** What the engine does for each line: greets, replays what came since, tells what happens. */
class Server {
  log: Event[] = [];
  lines = new Map<Tab, (news: News) => void>();
  opened = 0;
  happens(): void {
    this.log.push(event(this.log.length + 1));
    for (const tell of this.lines.values()) tell({ message: this.log.at(-1)! });
  }
  line = (owner: Tab): MakeLine => (tell, since) => ({
    start: () => {
      this.opened += 1;
      this.lines.set(owner, tell);
      tell({ message: { type: 'hello', build: 'a', server_now: '2026-11-23T00:00:00.000Z', seq: this.log.length } });
      if (since() > 0) for (const each of this.log.filter(({ seq }) => seq > since())) tell({ message: each });
    },
    stop: () => void this.lines.delete(owner),
  });
}

const locks = { now: new Locks() };
let server: Server;
let all: Tab[];

class Tab {
  heard: FeedMessage[] = [];
  standing: Standing = { leads: false, speaks: true };
  dead = false;
  deaf = false;
  focused = false;
  tabs: Tabs;
  private onmessage: ((message: MessageEvent) => void) | null = null;
  constructor() {
    const self = this;
    const channel: Browser['channel'] = () => ({
      postMessage: (said: unknown) => {
        const copy: unknown = structuredClone(said);
        for (const other of all) if (other !== self && !self.dead) queueMicrotask(() => other.hears(copy));
      },
      close: () => (self.onmessage = null),
      set onmessage(handler: ((message: MessageEvent) => void) | null) {
        self.onmessage = handler;
      },
    });
    const hearer = { hear: (news: News) => 'message' in news && this.take(news.message), seq: () => this.seq(), now: () => 0 };
    this.tabs = new Tabs('feed', hearer, { locks: locks.now.of(this), channel, focused: () => this.focused }, server.line(this), (how) => (this.standing = how));
    all.push(this);
    this.tabs.start();
  }
  private take(message: FeedMessage): void {
    this.heard.push(message);
  }
  hears(said: unknown): void {
    if (!this.dead && !this.deaf) this.onmessage?.({ data: said } as MessageEvent);
  }
  seq(): number {
    return this.heard.reduce((most, message) => (message.type === 'event' || (message.type === 'hello' && most === 0) || message.type === 'reset' ? Math.max(most, message.seq) : most), 0);
  }
  /** Killed: no word to anybody. */
  dies(): void {
    this.dead = true;
    server.lines.delete(this);
    locks.now.free(this);
  }
  get events(): number[] {
    return this.heard.flatMap((message) => (message.type === 'event' ? [message.seq] : []));
  }
}
const settle = () => vi.advanceTimersByTimeAsync(0);
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_none, index) => first + index);

beforeEach(() => {
  vi.useFakeTimers();
  locks.now = new Locks();
  server = new Server();
  all = [];
});
afterEach(() => {
  for (const tab of all) tab.tabs.stop();
  vi.useRealTimers();
});

async function three(): Promise<[Tab, Tab, Tab]> {
  const tabs: [Tab, Tab, Tab] = [new Tab(), new Tab(), new Tab()];
  await settle();
  return tabs;
}

describe('several tabs', () => {
  it('have one line, and hear the same in the same order', async () => {
    const [a, b, c] = await three();
    for (let i = 0; i < 5; i += 1) server.happens();
    await settle();
    expect(server.opened).toBe(1);
    for (const tab of [a, b, c]) expect(tab.events).toEqual(upTo(5));
    expect([a, b, c].map((tab) => tab.standing.leads)).toEqual([true, false, false]);
  });
  it('greet one that comes later with the place where it goes on', async () => {
    await three();
    server.happens();
    await settle();
    const late = new Tab();
    await settle();
    expect(late.heard[0]).toMatchObject({ type: 'hello', seq: 1 });
    server.happens();
    await settle();
    expect(late.events).toEqual([2]);
    expect(late.heard.some((message) => message.type === 'reset')).toBe(false);
  });
  it('go on without a gap when the leader closes in mid-stream', async () => {
    const [a, b, c] = await three();
    server.happens();
    a.tabs.stop();
    server.happens();
    server.happens();
    await settle();
    server.happens();
    await settle();
    expect(server.lines.size).toBe(1);
    for (const tab of [b, c]) expect([...new Set(tab.events)]).toEqual(upTo(4));
    expect(b.standing.leads).toBe(true);
  });
  it('go on without a gap when the leader is killed', async () => {
    const [a, b, c] = await three();
    server.happens();
    await settle();
    a.dies();
    server.happens();
    await settle();
    server.happens();
    await settle();
    for (const tab of [b, c]) expect([...new Set(tab.events)]).toEqual(upTo(3));
    expect(server.lines.size).toBe(1);
  });
  it('take the line from a leader who sleeps, and it follows when it wakes', async () => {
    const [a, b, c] = await three();
    server.happens();
    await settle();
    a.deaf = true;
    server.lines.delete(a); // nothing reaches it, and it keeps the lock
    server.happens();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([b, c].filter((tab) => tab.standing.leads)).toHaveLength(1);
    a.deaf = false;
    await settle();
    server.happens();
    await vi.advanceTimersByTimeAsync(5000);
    server.happens();
    await settle();
    expect(a.standing.leads).toBe(false);
    expect(server.lines.size).toBe(1);
    for (const tab of [b, c]) expect([...new Set(tab.events)]).toEqual(upTo(4));
    // It slept over a change of leaders: it looks at everything again.
    expect(a.heard.some((message) => message.type === 'reset')).toBe(true);
    expect(a.events.at(-1)).toBe(4);
  });
  it('do not take the line from a leader who only has nothing to say', async () => {
    const [a] = await three();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(a.standing.leads).toBe(true);
    expect(server.opened).toBe(1);
  });
  it('tell a tab that slept what it missed, or to look at everything again', async () => {
    const [, b] = await three();
    server.happens();
    await settle();
    b.deaf = true;
    for (let i = 0; i < 10; i += 1) server.happens();
    await settle();
    b.deaf = false;
    server.happens();
    await settle();
    expect(b.events).toEqual(upTo(12));
    b.deaf = true;
    for (let i = 0; i < 600; i += 1) server.happens();
    await settle();
    b.deaf = false;
    server.happens();
    await settle();
    expect(b.heard.at(-1)).toMatchObject({ type: 'reset', seq: 613 });
    server.happens();
    await settle();
    expect(b.events.at(-1)).toBe(614);
  });
  it('give the line on before the browser puts the leader to sleep', async () => {
    const [a, b] = await three();
    a.tabs.sleep();
    await settle();
    expect(b.standing.leads).toBe(true);
    server.happens();
    await settle();
    expect(server.lines.size).toBe(1);
    for (const tab of [a, b]) expect(tab.events).toEqual([1]);
  });
});

describe('the tab that speaks', () => {
  it('is one: the leader, then where the person is, then the leader again', async () => {
    const tabs = await three();
    const speaking = () => tabs.map((tab) => tab.standing.speaks);
    expect(speaking()).toEqual([true, false, false]);
    tabs[2].tabs.here();
    await settle();
    expect(speaking()).toEqual([false, false, true]);
    tabs[2].tabs.stop();
    await settle();
    expect(speaking().slice(0, 2)).toEqual([true, false]);
  });
  it('is still the one with the person when the leader dies', async () => {
    const [a, b, c] = await three();
    c.focused = true;
    c.tabs.here();
    await settle();
    a.dies();
    await settle();
    expect([b, c].map((tab) => [tab.standing.leads, tab.standing.speaks])).toEqual([[true, false], [false, true]]);
  });
});

it('without locks each tab has a line of its own', async () => {
  for (let i = 0; i < 2; i += 1) {
    const heard: News[] = [];
    new Tabs('feed', { hear: (news) => heard.push(news), seq: () => 0, now: () => 0 }, { locks: undefined, channel: undefined, focused: () => true }, server.line({} as Tab), () => undefined).start();
    expect(heard).toHaveLength(1);
  }
  expect(server.lines.size).toBe(2);
});
