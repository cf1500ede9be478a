// SPDX-License-Identifier: Apache-2.0
// The WebSocket: a one-time ticket, resume from the last sequence number, a ping every 5 s (which is also the
// presence beat), dead after two pings without an answer.
import { post } from '../api/client';
import type { FeedMessage } from '../api/types';
import { backoff } from './backoff';

export type News = { link: 'lost' } | { message: FeedMessage };

export class Line {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private unanswered = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private beat: ReturnType<typeof setInterval> | null = null;
  private stopped = true;

  /** `since` is asked before each connection: what was heard last. */
  constructor(private readonly tell: (news: News) => void, private readonly since: () => number) {}

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
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private async connect(): Promise<void> {
    if (this.stopped) return;
    try {
      const { ticket } = await post<{ ticket: string }>('feed-ticket');
      if (this.stopped) return;
      const seq = this.since();
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
      const since = seq > 0 ? `&since=${seq}` : '';
      const socket = new WebSocket(`${scheme}://${location.host}/ws?ticket=${encodeURIComponent(ticket)}${since}`);
      this.socket = socket;
      socket.onmessage = (event) => {
        // What a socket given up still says is said again by the next one, in its place.
        if (this.socket === socket) this.receive(JSON.parse(event.data as string) as FeedMessage);
      };
      socket.onclose = () => {
        if (this.socket === socket) this.lost();
      };
    } catch {
      // The ticket was refused or nothing answered: both are a lost link, tried again with back-off.
      this.lost();
    }
  }

  private receive(message: FeedMessage): void {
    if (message.type === 'hello') this.opened();
    if (message.type === 'pong') this.unanswered = 0;
    this.tell({ message });
  }

  private opened(): void {
    this.attempt = 0;
    this.unanswered = 0;
    if (this.beat) clearInterval(this.beat);
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
    this.tell({ link: 'lost' });
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), backoff(this.attempt++, Math.random()));
  }
}
