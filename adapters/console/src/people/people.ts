// SPDX-License-Identifier: Apache-2.0
// The people with what they carry, absences and deputies, and the departure procedure, as the engine tells
// of them.
import { useMutation, useQuery } from '@tanstack/react-query';
import { get, post } from '../api/client';
import { useStale } from '../api/lists';
import type { Department, Instant, Presence, Role, UserRef } from '../api/types';

export interface Absence {
  id: number; user: UserRef; deputy: UserRef | null; from: Instant; until: Instant | null; reason: string;
  by: UserRef | null; at: Instant; ended_at: Instant | null; state: 'planned' | 'now' | 'over';
}
export interface Person {
  id: number; login: string; name: string; role: Role; department: Department | null; department_head: boolean; office: string;
  presence: Presence; load: { open_cases: number; callbacks: number; accounts: number; review_actions: number };
  absence: Absence | null; stood_in_by: UserRef[]; left_at: Instant | null;
  /** By the departure procedure; otherwise the account is just locked. */
  departed: boolean;
}
export interface Successor { user: UserRef; reason: 'same_department' | 'same_skills' | 'same_role' | 'leads'; load: number }
export interface OwnedItem { id: number; title: string; detail: string; state: string; customer_name: string; due_at: Instant | null; suggested: Successor | null }
export const kinds = ['cases', 'callbacks', 'accounts', 'review_actions'] as const;
export type Kind = (typeof kinds)[number];
type Owned = Record<Kind, { items: OwnedItem[]; total: number }>;
export interface Preview extends Owned {
  user: UserRef; role: Role; otherwise: Successor | null; receivers: Successor[]; handled: number; dispatches: number; hand_overs: number;
  stands_in: Absence[]; warnings: { code: string }[];
}
export interface Departed { id: number; at: Instant; cases: number; callbacks: number; accounts: number; review_actions: number }

export const usePeople = () => useQuery({ queryKey: ['people'], queryFn: ({ signal }) => get<{ items: Person[] }>('users', signal) });
export const useAbsences = (user: number) => useQuery({ queryKey: ['absences', user], queryFn: ({ signal }) => get<{ items: Absence[] }>(`absences?user=${user}`, signal) });
export const usePreview = (user: number) =>
  useQuery({ queryKey: ['departure', user], queryFn: ({ signal }) => get<Preview>(`departures/preview?user=${user}`, signal), staleTime: Infinity, gcTime: 0 });

export interface Plan { user: number; from: string; until: string | null; deputy: number | null; reason: string }
export function useAbsenceCommand(user: number) {
  const stale = useStale(['absences', user], 'people');
  const plan = useMutation({ mutationFn: (what: Plan) => post<Absence>('absences', what), onSuccess: stale });
  const end = useMutation({ mutationFn: (id: number) => post<Absence>(`absences/${id}/end`), onSettled: stale });
  return { plan, end };
}

/** Who receives each thing: a choice for the whole kind, or for the thing itself. */
export type Choices = Record<Kind, Record<number, number>>;
export const suggestedChoices = (preview: Preview): Choices =>
  Object.fromEntries(kinds.map((kind) => [kind, Object.fromEntries(preview[kind].items.filter((item) => item.suggested).map((item) => [item.id, item.suggested!.user.id]))])) as Choices;

export interface Receiver { to: number; cases: number[]; callbacks: number[]; accounts: number[]; review_actions: number[] }
/** One entry a person, in the order of the first thing that each receives. */
export function receiversOf(choices: Choices): Receiver[] {
  const found = new Map<number, Receiver>();
  for (const kind of kinds) {
    for (const [id, to] of Object.entries(choices[kind])) {
      const entry = found.get(to) ?? { to, cases: [], callbacks: [], accounts: [], review_actions: [] };
      entry[kind].push(Number(id));
      found.set(to, entry);
    }
  }
  return [...found.values()];
}

export const useDeparture = () =>
  useMutation({
    mutationFn: (order: { user: number; otherwise: number; reason: string; receivers: Receiver[] }) => post<Departed>('departures', order),
    onSuccess: useStale('people', 'cases', 'callbacks', 'reference', 'wallboard'),
  });
