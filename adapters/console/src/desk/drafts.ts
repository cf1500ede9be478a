// SPDX-License-Identifier: Apache-2.0
// What is being typed, kept on this machine per interaction, the same in every tab. Only the person who typed it, or
// a successful registration, ever removes a draft.
import { create } from 'zustand';
import { useLive } from '../feed/state';
import { emptyIntake, type IntakeState } from './intake_state';

export interface Draft {
  key: string;
  intake: IntakeState;
  customer_id: number | null;
  customer_name: string;
  number: string;
  interaction_id: number | null;
  saved_at: number;
  /** In the outbox under this draft: nothing more to type. */
  kept?: boolean;
}

const limit = 30;
interface Drafts { user: number; entries: Record<string, Draft> }
const storageKey = (user: number): string => `firsthand.drafts.${user}`;
export const useDrafts = create<Drafts>(() => ({ user: 0, entries: {} }));

function stored(user: number): Record<string, Draft> {
  try {
    return JSON.parse(localStorage.getItem(storageKey(user)) ?? '{}') as Record<string, Draft>;
  } catch {
    return {};
  }
}

export function loadDrafts(user: number): void {
  if (useDrafts.getState().user !== user) useDrafts.setState({ user, entries: stored(user) });
}

if (typeof window !== 'undefined') {
  window.addEventListener('storage', (event) => {
    const { user } = useDrafts.getState();
    if (user !== 0 && event.key === storageKey(user)) useDrafts.setState({ entries: stored(user) });
  });
}

let storable = true;
/** Sets or removes one draft among those that are stored now: another tab may have written its own since. */
function put(key: string, draft: Draft | null): void {
  const { user, entries } = useDrafts.getState();
  const { [key]: _before, ...rest } = storable ? stored(user) : { ...stored(user), ...entries };
  const all = draft ? [...Object.values(rest), draft] : Object.values(rest);
  const newest = all.sort((a, b) => b.saved_at - a.saved_at).slice(0, limit);
  const kept = Object.fromEntries(newest.map((each) => [each.key, each]));
  useDrafts.setState({ entries: kept });
  try {
    localStorage.setItem(storageKey(user), JSON.stringify(kept));
    storable = true;
  } catch {
    storable = false;
    // A full or forbidden storage leaves the words in memory; the desk says nothing is saved by showing no time.
  }
}

export const interactionKey = (interaction: number): string => `i${interaction}`;
export const saveDraft = (draft: Draft): void => put(draft.key, draft);

export const dropDraft = (key: string): void => put(key, null);

export const worthKeeping = (draft: Draft): boolean =>
  draft.intake.text.trim() !== '' || draft.intake.category !== '' || draft.intake.name !== emptyIntake.name;

/** The engine has filed it: the draft goes, and the desk shows the number while the call lasts. */
export function rememberRegistered(key: string, number: string): void {
  dropDraft(key);
  const interaction = Number(key.slice(1));
  if (!key.startsWith('i')) return;
  useLive.setState((live) => ({ registered: { ...live.registered, [interaction]: { number, at: Date.now() } } }));
}
