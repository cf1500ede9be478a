// SPDX-License-Identifier: Apache-2.0
// What this tab makes of the news, whichever tab has the line: the live state, and whoever listens.
import type { FeedMessage } from '../api/types';
import type { News } from './line';
import { applyMessage, emptyLive, useLive } from './state';

type Listener = (message: FeedMessage) => void;

export class Feed {
  private head = 0;
  private openBefore = false;
  private settling: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly listener: Listener) {}

  hear(news: News): void {
    if ('message' in news) return this.receive(news.message);
    const { lostAt } = useLive.getState();
    useLive.setState({ link: 'lost', lostAt: lostAt ?? Date.now() });
  }

  /** The person has gone; nothing of what was told may stay. */
  forget(): void {
    this.openBefore = false;
    clearTimeout(this.settling);
    useLive.setState({ ...emptyLive });
  }

  private receive(message: FeedMessage): void {
    const before = useLive.getState().seq;
    // Nothing is dropped here: every message is safe to apply twice, and a late one still tells the truth.
    if (message.type === 'hello') this.opened(message.seq);
    const live = useLive.getState();
    if (message.type !== 'hello' && 'seq' in message && message.seq <= this.head && live.restored) {
      useLive.setState({ restored: { ...live.restored, count: live.restored.count + 1 } });
    }
    // hello's sequence number is the head of the stream; replayed messages below it must still be applied.
    const change = applyMessage(live, message, Date.now());
    if (message.type === 'hello' && before > 0) change.seq = before;
    useLive.setState(change);
    this.listener(message);
  }

  private opened(head: number): void {
    this.head = head;
    // Another tab that took the line over in a moment is nobody's news.
    const lost = this.openBefore && useLive.getState().lostAt !== null;
    this.openBefore = true;
    useLive.setState({ link: 'open', lostAt: null, restored: lost ? { count: 0, at: Date.now() } : null });
    // When the replay has passed, the next resume starts at the head.
    clearTimeout(this.settling);
    this.settling = setTimeout(() => useLive.setState((live) => ({ seq: Math.max(live.seq, this.head) })), 3000);
  }
}
