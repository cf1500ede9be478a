// SPDX-License-Identifier: Apache-2.0
// The keys that a person has given to actions instead of the standard ones: kept on this machine per person, as
// drafts are, and the same in every tab. What the browser or an input method takes cannot be given.
import { create } from 'zustand';
import { type KeyId, keyIds, keyTable, meet } from './table';

export type OwnKeys = Partial<Record<KeyId, string>>;
export type Refusal = { why: 'browser' } | { why: 'typing' } | { why: 'taken'; by: KeyId };

/** One character is typed in a field: it can only be the key of what is done outside of fields. */
const single = (combo: string): boolean => combo.length === 1 || combo === 'Enter';
const singleFree = /^[A-Z0-9/?]$/;
// Named one by one: everything else is some browser's or some input method's.
const free = /^((Ctrl\+)?(Shift\+)?F[26789]|(Shift\+)?F4|Ctrl\+(Shift\+)?Enter|Ctrl\+Shift\+[1-9]|Ctrl\+[BIK/;'])$/;

const comboIn = (own: OwnKeys, id: KeyId): string => own[id] ?? keyTable[id].combo;

/** Why this action cannot have this key, or nothing. */
export function refusalOf(own: OwnKeys, id: KeyId, combo: string): Refusal | null {
  const standard = keyTable[id].combo;
  if (combo !== standard) {
    if (single(combo) && !single(standard)) return { why: 'typing' };
    if (!(single(standard) && singleFree.test(combo)) && !free.test(combo)) return { why: 'browser' };
  }
  const by = keyIds.find((other) => other !== id && comboIn(own, other) === combo && meet(keyTable[other].scope, keyTable[id].scope));
  return by ? { why: 'taken', by } : null;
}

/** What was stored, without what a newer table of keys no longer allows. */
export function usable(stored: unknown): OwnKeys {
  const own: OwnKeys = {};
  for (const id of keyIds) {
    const combo = stored !== null && typeof stored === 'object' ? (stored as Record<string, unknown>)[id] : undefined;
    if (typeof combo === 'string' && combo !== keyTable[id].combo) own[id] = combo;
  }
  for (;;) {
    const wrong = keyIds.find((id) => own[id] !== undefined && refusalOf(own, id, own[id]) !== null);
    if (!wrong) return own;
    delete own[wrong];
  }
}

interface State { user: number; own: OwnKeys }
export const useOwnKeys = create<State>(() => ({ user: 0, own: {} }));
const storageKey = (user: number): string => `firsthand.keys.${user}`;

export function loadOwnKeys(user: number): void {
  let stored: unknown = null;
  try {
    stored = JSON.parse(localStorage.getItem(storageKey(user)) ?? 'null');
  } catch {
    stored = null; // Unreadable storage: the standard keys serve.
  }
  useOwnKeys.setState({ user, own: usable(stored) });
}

function save(own: OwnKeys): void {
  const { user } = useOwnKeys.getState();
  useOwnKeys.setState({ own });
  localStorage.setItem(storageKey(user), JSON.stringify(own));
}

/** Gives an action a key; its standard one makes it an action without an own key again. */
export function giveKey(id: KeyId, combo: string): Refusal | null {
  const { own } = useOwnKeys.getState();
  const refusal = refusalOf(own, id, combo);
  if (refusal) return refusal;
  const { [id]: _before, ...rest } = own;
  save(combo === keyTable[id].combo ? rest : { ...rest, [id]: combo });
  return null;
}

export const standardKeys = (): void => save({});

export const comboFor = (id: KeyId): string => comboIn(useOwnKeys.getState().own, id);
export const useCombo = (id: KeyId): string => useOwnKeys((keys) => comboIn(keys.own, id));

// Another tab of the same person has changed them.
if (typeof window !== 'undefined') {
  window.addEventListener('storage', (event) => {
    const { user } = useOwnKeys.getState();
    if (user !== 0 && event.key === storageKey(user)) loadOwnKeys(user);
  });
}
