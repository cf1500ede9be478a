// SPDX-License-Identifier: Apache-2.0
// What was registered while the engine could not file it. Each entry keeps the Idempotency-Key it was
// first sent with, so sending it again can never file it twice. Entries live in localStorage, per user.
import { create } from 'zustand';
import { ApiError, newKey, request } from './client';

export interface OutboxEntry {
  key: string;
  path: string;
  body: unknown;
  label: string;
  draft: string;
  at: number;
  tries: number;
  /** Set when the engine refused it for good: a person has to look. */
  refused?: string;
}

const limit = 50;
const storageKey = (user: number) => `firsthand.outbox.${user}`;

interface OutboxState {
  user: number;
  entries: OutboxEntry[];
  load(user: number): void;
  save(entries: OutboxEntry[]): void;
  discard(key: string): void;
}

export const useOutbox = create<OutboxState>((set, state) => ({
  user: 0,
  entries: [],
  load(user) {
    let entries: OutboxEntry[] = [];
    try {
      entries = JSON.parse(localStorage.getItem(storageKey(user)) ?? '[]') as OutboxEntry[];
    } catch {
      entries = []; // Unreadable storage is an empty outbox, not a dead console.
    }
    set({ user, entries });
  },
  save(entries) {
    localStorage.setItem(storageKey(state().user), JSON.stringify(entries));
    set({ entries });
  },
  discard(key) {
    state().save(state().entries.filter((entry) => entry.key !== key));
  },
}));

export type Sent<T> = { state: 'done'; answer: T } | { state: 'kept' };

/** Sends once; a temporary failure keeps it for later. A refusal is thrown to the form. */
export async function submit<T>(path: string, body: unknown, label: string, draft: string): Promise<Sent<T>> {
  const key = newKey();
  try {
    return { state: 'done', answer: await request<T>(path, { method: 'POST', body, key }) };
  } catch (error) {
    if (!(error instanceof ApiError) || !(error.temporary || error.status === 401)) throw error;
    const { entries, save } = useOutbox.getState();
    if (entries.length >= limit) throw error;
    save([...entries, { key, path, body, label, draft, at: Date.now(), tries: 1 }]);
    return { state: 'kept' };
  }
}

let flushing = false;
/** Tries every waiting entry once, oldest first; stops at the first temporary failure. */
export async function flush(onFiled: (entry: OutboxEntry, answer: unknown) => void): Promise<void> {
  if (flushing) return;
  flushing = true;
  try {
    for (const entry of [...useOutbox.getState().entries]) {
      if (entry.refused) continue;
      try {
        const answer = await request<unknown>(entry.path, { method: 'POST', body: entry.body, key: entry.key });
        useOutbox.getState().discard(entry.key);
        onFiled(entry, answer);
      } catch (error) {
        const { entries, save } = useOutbox.getState();
        const temporary = !(error instanceof ApiError) || error.temporary || error.status === 401;
        const change = (old: OutboxEntry): OutboxEntry =>
          temporary ? { ...old, tries: old.tries + 1 } : { ...old, refused: (error as ApiError).code };
        save(entries.map((old) => (old.key === entry.key ? change(old) : old)));
        if (temporary) return;
      }
    }
  } finally {
    flushing = false;
  }
}

/** Seconds until the next try: 2, 4, 8 … at most 60. */
export function retryDelay(tries: number): number {
  return Math.min(60, 2 ** Math.min(tries, 6)) * 1000;
}
