// SPDX-License-Identifier: Apache-2.0
// One WebSocket per tab: a one-time ticket, resume from the last sequence number, a ping every 5 s
// (which is also the presence beat), dead after two pings without an answer.
import { post } from '../api/client';
import type { FeedMessage } from '../api/types';
import { backoff } from './backoff';
import { applyMessage, emptyLive, useLive } from './state';

type Listener = (message: FeedMessage) => void;

export class Feed {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private unanswered = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private beat: ReturnType<typeof setInterval> | null = null;
  private stopped = true;
  private replayFrom = 0;
  private head = 0;
  private lostBefore = false;

  constructor(private readonly listener: Listener) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.attempt = 0;
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    if (this.beat) clearInterval(this.beat);
    this.timer = this.beat = null;
    this.lostBefore = false;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    useLive.setState({ ...emptyLive });
  }

  private async connect(): Promise<void> {
    if (this.stopped) return;
    try {
      const { ticket } = await post<{ ticket: string }>('feed-ticket');
      if (this.stopped) return;
      const { seq } = useLive.getState();
      this.replayFrom = seq;
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
      const since = seq > 0 ? `&since=${seq}` : '';
      const socket = new WebSocket(`${scheme}://${location.host}/ws?ticket=${encodeURIComponent(ticket)}${since}`);
      this.socket = socket;
      socket.onmessage = (event) => this.receive(JSON.parse(event.data as string) as FeedMessage);
      socket.onclose = () => {
        if (this.socket === socket) this.lost();
      };
    } catch {
      // The ticket was refused or nothing answered: both are a lost link, tried again with back-off.
      this.lost();
    }
  }

  private receive(message: FeedMessage): void {
    const live = useLive.getState();
    // Nothing is dropped here: every message is safe to apply twice, and a late one still tells the truth.
    if (message.type === 'hello') this.opened(message.seq);
    else if ('seq' in message && message.seq <= this.head && live.restored) {
      useLive.setState({ restored: { ...live.restored, count: live.restored.count + 1 } });
    }
    if (message.type === 'pong') this.unanswered = 0;
    // hello's sequence number is the head of the stream; replayed messages below it must still be applied.
    const change = applyMessage(live, message, Date.now());
    if (message.type === 'hello' && this.replayFrom > 0) change.seq = this.replayFrom;
    useLive.setState(change);
    this.listener(message);
  }

  private opened(head: number): void {
    this.attempt = 0;
    this.unanswered = 0;
    this.head = head;
    const restored = this.lostBefore ? { count: 0, at: Date.now() } : null;
    this.lostBefore = true;
    useLive.setState({ link: 'open', lostAt: null, restored });
    if (this.beat) clearInterval(this.beat);
    // When the replay has passed, the next resume starts at the head.
    setTimeout(() => useLive.setState((live) => ({ seq: Math.max(live.seq, this.head) })), 3000);
    this.ping();
    this.beat = setInterval(() => this.ping(), 5000);
  }

  private ping(): void {
    if (this.unanswered >= 2) {
      const socket = this.socket;
      this.lost();
      socket?.close();
      return;
    }
    this.unanswered += 1;
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send('{"type":"ping"}');
  }

  private lost(): void {
    this.socket = null;
    if (this.beat) clearInterval(this.beat);
    this.beat = null;
    if (this.stopped) return;
    const { lostAt } = useLive.getState();
    useLive.setState({ link: 'lost', lostAt: lostAt ?? Date.now() });
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), backoff(this.attempt++, Math.random()));
  }
}
