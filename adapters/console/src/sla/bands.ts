// SPDX-License-Identifier: Apache-2.0
// The band of a clock, from what the server says and the shared second. Pure, so it is tested as a table.
import type { Clock } from '../api/types';

export type Band = 'ok' | 'warn' | 'risk' | 'late' | 'paused' | 'met' | 'late_met' | 'cancelled';

export interface BandView {
  band: Band;
  /** Milliseconds left (negative = late); null without a countdown. */
  left: number | null;
}

const minute = 60_000;

export function bandOf(clock: Pick<Clock, 'state' | 'started_at' | 'due_at' | 'breached_at' | 'ended_at'>, now: number): BandView {
  if (clock.state === 'cancelled') return { band: 'cancelled', left: null };
  if (clock.ended_at !== null) return { band: clock.breached_at ? 'late_met' : 'met', left: null };
  if (clock.state === 'met') return { band: 'met', left: null };
  if (clock.state === 'paused' || clock.due_at === null) return { band: clock.breached_at ? 'late' : 'paused', left: null };
  const due = Date.parse(clock.due_at);
  const left = due - now;
  if (left < 0 || clock.breached_at !== null) return { band: 'late', left: Math.min(left, 0) };
  const total = Math.max(1, due - Date.parse(clock.started_at));
  const share = left / total;
  if (share <= 0.1 || left < 5 * minute) return { band: 'risk', left };
  if (share <= 0.25) return { band: 'warn', left };
  return { band: 'ok', left };
}

/** `d h` above a day, else `h:mm`; seconds only under two minutes. */
export function countdown(left: number, words: { day: string; hour: string; second: string }): string {
  const seconds = Math.floor(Math.abs(left) / 1000);
  if (seconds < 120) return `${seconds}${words.second}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 24 * 60) return `${Math.floor(minutes / 1440)}${words.day} ${Math.floor((minutes % 1440) / 60)}${words.hour}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
