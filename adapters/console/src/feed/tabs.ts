// SPDX-License-Identifier: Apache-2.0
// Several tabs of one person: one leads and has the line, the others hear the same news from it in the same order.
// A lock of the browser says who leads; it goes to the next tab when the leader closes, and is taken from one that
// has stopped answering. Whoever leads resumes after the last thing it heard itself, so nothing is passed over. A
// browser without locks (an old one, or plain http in a LAN) gives each tab a line of its own.
import { create } from 'zustand';
import { newKey } from '../api/client';
import type { FeedMessage } from '../api/types';
import { Line, type News } from './line';

/** `leads`: has the line. `speaks`: the one tab that announces a ring and goes to it. */
export interface Standing { leads: boolean; speaks: boolean }
export const useTabs = create<Standing>(() => ({ leads: false, speaks: true }));

export type Said =
  /** The leader's news, numbered within its term; `since` is where the term began. */
  | { say: 'news'; term: string; at: number; since: number; news: News }
  /** Asks the leader for what came after its news `at` of a term; a tab that has just come has heard of no term. */
  | { say: 'join'; tab: string; term: string; at: number }
  | { say: 'caught_up'; to: string; term: string; at: number; speaker: string | null; news: News[] }
  /** The person is at this tab now; or it has gone. */
  | { say: 'here' | 'gone'; tab: string };

/** The parts of the browser that are used, as they are there. */
export interface Browser {
  locks: { request(name: string, options: { steal?: boolean; signal?: AbortSignal }, held: () => Promise<void>): Promise<unknown> } | undefined;
  channel: ((name: string) => Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>) | undefined;
  focused(): boolean;
}

export const thisBrowser = (): Browser => ({
  locks: navigator.locks,
  channel: typeof BroadcastChannel === 'function' ? (name) => new BroadcastChannel(name) : undefined,
  focused: () => document.hasFocus(),
});

interface Hearer {
  hear(news: News): void;
  /** The last thing heard, and the server's time by what was heard, in milliseconds. */
  seq(): number;
  now(): number;
}
export type MakeLine = (tell: (news: News) => void, since: () => number) => Pick<Line, 'start' | 'stop'>;

const kept = 500; // news that a tab which slept a while is still told
const silenceMs = 15_000; // three beats of the line
const answerMs = 4000;

export class Tabs {
  private readonly tab = newKey();
  private readonly channel: ReturnType<NonNullable<Browser['channel']>> | null;
  private line: ReturnType<MakeLine> | null = null;
  private resign: (() => void) | null = null;
  private queue: AbortController | null = null;
  private speaker: string | null = null;
  private stopped = false;
  // As a leader: what newcomers are told.
  private term = '';
  private at = 0;
  private began = 0;
  private hello: FeedMessage | null = null;
  private status: FeedMessage | null = null;
  private lost = false;
  private recent: { at: number; message: FeedMessage }[] = [];
  private forgotten = 0;
  // As a follower.
  private joining = true;
  private missed = false;
  private watch: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly name: string,
    private readonly hearer: Hearer,
    private readonly browser: Browser,
    private readonly makeLine: MakeLine = (tell, since) => new Line(tell, since),
    private readonly stands: (how: Standing) => void = useTabs.setState,
  ) {
    const { locks, channel } = browser;
    this.channel = locks && channel ? channel(name) : null;
  }

  start(): void {
    if (!this.channel) {
      this.stands({ leads: true, speaks: true });
      this.line = this.makeLine((news) => this.hearer.hear(news), () => this.hearer.seq());
      return this.line.start();
    }
    this.channel.onmessage = (event: MessageEvent<Said>) => this.heard(event.data);
    if (this.browser.focused()) this.here();
    this.follow();
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.say({ say: 'gone', tab: this.tab });
    this.stepDown();
    this.queue?.abort();
    if (this.watch) clearTimeout(this.watch);
    this.channel?.close();
    this.line?.stop();
    this.stands({ leads: false, speaks: true });
  }

  /** The person has come to this tab. */
  here(): void {
    if (!this.channel || this.stopped) return;
    this.say({ say: 'here', tab: this.tab });
    this.speak(this.tab);
  }

  /** The browser is about to put this tab to sleep: somebody else has the line meanwhile. */
  sleep(): void {
    if (!this.resign) return;
    this.stepDown();
    this.follow();
  }

  // ---------------------------------------------------------------------------------- following
  private follow(): void {
    this.speak(this.speaker);
    this.ask();
    this.stand({});
  }

  /** Stands in line for the lock, or takes it from a leader who no longer answers. */
  private stand(options: { steal?: boolean }): void {
    this.queue?.abort();
    this.queue = new AbortController();
    // A lock that is taken by force cannot be waited for, and so not given up either.
    const how = options.steal ? { steal: true } : { signal: this.queue.signal };
    let mine: (() => void) | null = null;
    const held = () => {
      if (this.stopped || this.resign) return Promise.resolve();
      return new Promise<void>((resolve) => {
        mine = resolve;
        this.lead(resolve);
      });
    };
    this.browser.locks!.request(this.name, how, held).catch(() => {
      // Given up by ourselves, or taken away while this tab did not answer.
      if (mine === null || this.resign !== mine || this.stopped) return;
      this.stepDown();
      this.follow();
    });
  }

  private ask(): void {
    this.joining = true;
    this.say({ say: 'join', tab: this.tab, term: this.term, at: this.at });
    this.listenFor(answerMs, () => this.stand({ steal: true }));
  }

  /** Some word of the leader must come within this time. */
  private listenFor(ms: number, silent: () => void): void {
    if (this.watch) clearTimeout(this.watch);
    this.watch = setTimeout(silent, ms);
  }

  private heard(said: Said): void {
    if (this.stopped) return;
    switch (said.say) {
      case 'here':
        return this.speak(said.tab);
      case 'gone':
        if (this.speaker === said.tab) this.speak(null);
        return;
      case 'join':
        if (this.resign) this.say({ say: 'caught_up', to: said.tab, term: this.term, at: this.at, speaker: this.speaker, news: this.missedBy(said.term, said.at) });
        return;
      case 'caught_up':
        if (said.to !== this.tab || this.resign) return;
        this.speak(said.speaker);
        if (said.term !== this.term) this.comeForward();
        this.heardOf(said.term, said.at);
        for (const news of said.news) this.hearer.hear(news);
        return;
      case 'news':
        return this.next(said);
    }
  }

  private next(said: Extract<Said, { say: 'news' }>): void {
    if (this.resign) return;
    const seq = this.hearer.seq();
    const begins = said.term !== this.term && said.at === 1 && !this.missed && (seq === 0 || seq >= said.since);
    if (begins) this.comeForward();
    const follows = !this.joining && said.term === this.term && said.at === this.at + 1;
    if (!begins && !follows) {
      // In the middle of something: what comes with the answer to our question is all of it.
      if (this.term !== '') this.missed = true;
      if (!this.joining) this.ask();
      // The leader lives, so it is only the answer that is missing.
      else this.listenFor(answerMs, () => this.ask());
      return;
    }
    this.heardOf(said.term, said.at);
    this.hearer.hear(said.news);
  }

  private heardOf(term: string, at: number): void {
    this.joining = this.missed = false;
    this.term = term;
    this.at = at;
    this.listenFor(silenceMs, () => this.ask());
  }

  /** A new leader does not know at which tab the person is. */
  private comeForward(): void {
    if (this.browser.focused()) this.here();
  }

  // ---------------------------------------------------------------------------------- leading
  private lead(resign: () => void): void {
    if (this.watch) clearTimeout(this.watch);
    this.resign = resign;
    this.term = newKey();
    this.at = 0;
    this.began = this.hearer.seq();
    this.recent = [];
    this.forgotten = 0;
    this.joining = this.missed = false;
    this.hello = this.status = null;
    this.lost = false;
    // Whoever spoke may have died with the line; the tab that the person is at says so again.
    this.speak(this.browser.focused() ? this.tab : null, true);
    this.line = this.makeLine((news) => this.tell(news), () => this.hearer.seq());
    this.line.start();
  }

  private stepDown(): void {
    const resign = this.resign;
    if (!resign) return;
    this.resign = null;
    this.line?.stop();
    this.line = null;
    this.speak(this.speaker);
    resign();
  }

  private tell(news: News): void {
    if (!this.resign) return;
    this.lost = 'link' in news;
    this.at += 1;
    if ('message' in news) this.keep(news.message);
    this.say({ say: 'news', term: this.term, at: this.at, since: this.began, news });
    this.hearer.hear(news);
  }

  private keep(message: FeedMessage): void {
    if (message.type === 'hello') this.hello = message;
    else if (message.type === 'status') this.status = message;
    else if (message.type !== 'pong') this.recent.push({ at: this.at, message });
    if (this.recent.length > kept) this.forgotten = this.recent.shift()!.at;
  }

  /** As a new line would tell it: a greeting, then what was missed, or to look at everything again. */
  private missedBy(term: string, at: number): News[] {
    if (this.hello?.type !== 'hello') return this.lost ? [{ link: 'lost' }] : [];
    const seq = this.hearer.seq();
    const news: News[] = [{ message: { ...this.hello, seq, server_now: new Date(this.hearer.now()).toISOString() } }];
    if (this.status) news.push({ message: this.status });
    if (term === this.term && at >= this.forgotten) news.push(...this.recent.filter((each) => each.at > at).map(({ message }) => ({ message })));
    else if (term !== '') news.push({ message: { type: 'reset', seq } });
    if (this.lost) news.push({ link: 'lost' });
    return news;
  }

  // ---------------------------------------------------------------------------------- speaking
  private speak(tab: string | null, tellAll = false): void {
    this.speaker = tab;
    if (tellAll && tab) this.say({ say: 'here', tab });
    this.stands({ leads: this.resign !== null, speaks: tab ? tab === this.tab : this.resign !== null });
  }

  private say(said: Said): void {
    if (this.channel) this.channel.postMessage(said);
  }
}
