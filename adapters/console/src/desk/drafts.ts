// SPDX-License-Identifier: Apache-2.0
// What is being typed, kept on this machine per interaction. Only the person who typed it, or a successful
// registration, ever removes a draft.
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

export function loadDrafts(user: number): void {
  if (useDrafts.getState().user === user) return;
  let entries: Record<string, Draft> = {};
  try {
    entries = JSON.parse(localStorage.getItem(storageKey(user)) ?? '{}') as Record<string, Draft>;
  } catch {
    entries = {};
  }
  useDrafts.setState({ user, entries });
}

function store(entries: Record<string, Draft>): void {
  const newest = Object.values(entries).sort((a, b) => b.saved_at - a.saved_at).slice(0, limit);
  const kept = Object.fromEntries(newest.map((draft) => [draft.key, draft]));
  useDrafts.setState({ entries: kept });
  try {
    localStorage.setItem(storageKey(useDrafts.getState().user), JSON.stringify(kept));
  } catch {
    // A full or forbidden storage leaves the words in memory; the desk says nothing is saved by showing no time.
  }
}

export const interactionKey = (interaction: number): string => `i${interaction}`;
export const saveDraft = (draft: Draft): void => store({ ...useDrafts.getState().entries, [draft.key]: draft });

export function dropDraft(key: string): void {
  const { [key]: _gone, ...rest } = useDrafts.getState().entries;
  store(rest);
}

export const worthKeeping = (draft: Draft): boolean =>
  draft.intake.text.trim() !== '' || draft.intake.category !== '' || draft.intake.name !== emptyIntake.name;

/** The engine has filed it: the draft goes, and the desk shows the number while the call lasts. */
export function rememberRegistered(key: string, number: string): void {
  dropDraft(key);
  const interaction = Number(key.slice(1));
  if (!key.startsWith('i')) return;
  useLive.setState((live) => ({ registered: { ...live.registered, [interaction]: { number, at: Date.now() } } }));
}
