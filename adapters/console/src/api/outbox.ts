// SPDX-License-Identifier: Apache-2.0
// What was registered while the engine could not file it. Each entry keeps the Idempotency-Key it was
// first sent with, so sending it again can never file it twice. Entries live in localStorage, per user, and are
// the same in every tab.
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
  /** Changes what is stored now: another tab may have written since this one read. */
  change(how: (entries: OutboxEntry[]) => OutboxEntry[]): void;
  discard(key: string): void;
}

function stored(user: number): OutboxEntry[] {
  try {
    return JSON.parse(localStorage.getItem(storageKey(user)) ?? '[]') as OutboxEntry[];
  } catch {
    return []; // Unreadable storage is an empty outbox, not a dead console.
  }
}

export const useOutbox = create<OutboxState>((set, state) => ({
  user: 0,
  entries: [],
  load: (user) => set({ user, entries: stored(user) }),
  change(how) {
    const { user } = state();
    const entries = how(stored(user));
    localStorage.setItem(storageKey(user), JSON.stringify(entries));
    set({ entries });
  },
  discard: (key) => state().change((entries) => entries.filter((entry) => entry.key !== key)),
}));

if (typeof window !== 'undefined') {
  window.addEventListener('storage', (event) => {
    const { user, load } = useOutbox.getState();
    if (user !== 0 && event.key === storageKey(user)) load(user);
  });
}

export type Sent<T> = { state: 'done'; answer: T } | { state: 'kept' };

/** Sends once; a temporary failure keeps it for later. A refusal is thrown to the form. */
export async function submit<T>(path: string, body: unknown, label: string, draft: string): Promise<Sent<T>> {
  const key = newKey();
  try {
    return { state: 'done', answer: await request<T>(path, { method: 'POST', body, key }) };
  } catch (error) {
    if (!(error instanceof ApiError) || !(error.temporary || error.status === 401)) throw error;
    const { user, change } = useOutbox.getState();
    if (stored(user).length >= limit) throw error;
    change((entries) => [...entries, { key, path, body, label, draft, at: Date.now(), tries: 1 }]);
    return { state: 'kept' };
  }
}

let flushing = false;
/** One tab at a time: the others leave it to that one. Without locks the Idempotency-Key still files it once. */
async function alone(name: string, work: () => Promise<void>): Promise<void> {
  const { locks } = navigator;
  await (locks ? locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined)) : work());
}

/** Tries every waiting entry once, oldest first; stops at the first temporary failure. */
export async function flush(onFiled: (entry: OutboxEntry, answer: unknown) => void): Promise<void> {
  if (flushing) return;
  flushing = true;
  try {
    const { user } = useOutbox.getState();
    await alone(storageKey(user), () => sendAll(user, onFiled));
  } finally {
    flushing = false;
  }
}

async function sendAll(user: number, onFiled: (entry: OutboxEntry, answer: unknown) => void): Promise<void> {
  for (const entry of stored(user)) {
    if (entry.refused) continue;
    try {
      const answer = await request<unknown>(entry.path, { method: 'POST', body: entry.body, key: entry.key });
      useOutbox.getState().discard(entry.key);
      onFiled(entry, answer);
    } catch (error) {
      const temporary = !(error instanceof ApiError) || error.temporary || error.status === 401;
      const after = (old: OutboxEntry): OutboxEntry => (temporary ? { ...old, tries: old.tries + 1 } : { ...old, refused: error.code });
      useOutbox.getState().change((entries) => entries.map((old) => (old.key === entry.key ? after(old) : old)));
      if (temporary) return;
    }
  }
}

/** Seconds until the next try: 2, 4, 8 … at most 60. */
export function retryDelay(tries: number): number {
  return Math.min(60, 2 ** Math.min(tries, 6)) * 1000;
}
