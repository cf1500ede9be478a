// SPDX-License-Identifier: Apache-2.0
// The complaint record as the engine answers it, and what the screens ask and send.
import { useMutation, useQuery } from '@tanstack/react-query';
import { get, post } from '../api/client';
import { useStale } from '../api/lists';
import type { Instant, Page, Tier, UserRef } from '../api/types';

export type RemedyAnswer = 'open' | 'accepted' | 'refused';
export type CompensationState = 'proposed' | 'approved' | 'refused' | 'withdrawn';
export interface Compensation {
  id: number; case_number: string; customer: { id: number; name: string; tier: Tier; number: string };
  category_zh: string; category_en: string; amount_cents: number; currency: string; what: string; state: CompensationState;
  proposed_by: UserRef; proposed_at: Instant; decided_by: UserRef | null; decided_at: Instant | null; decision_reason: string;
}
export interface EarlierCase {
  id: number; number: string; category: string; category_zh: string; category_en: string; product: string; state: string; text: string; opened_at: Instant;
}
export interface ComplaintRecord {
  number: string; safety: boolean; systemic: boolean; remedy_sought: string; remedy_offered: string; remedy_answer: RemedyAnswer;
  root_cause: string; root_cause_note: string; justified: boolean | null; regulator: string; regulator_reference: string;
  regulator_due_at: Instant | null; letter_at: Instant | null; version: number; category_path_zh: string; category_path_en: string;
  repeat_of: string; earlier: EarlierCase[]; compensations: Compensation[];
  granted_cents: number; undecided_cents: number; alone_left_cents: number; currency: string;
  can: { edit: boolean; propose: boolean; decide: boolean; send_letter: boolean; link: boolean };
}

const path = (number: string): string => `cases/${encodeURIComponent(number)}`;

/** Read again whenever the case has changed: its version is part of the key. */
export const useComplaint = (number: string, version: number) =>
  useQuery({
    queryKey: ['complaint', number, version],
    queryFn: ({ signal }) => get<ComplaintRecord>(`${path(number)}/complaint`, signal),
    placeholderData: (old) => old,
  });

/** A command on the record: the case, its history and the lists are read again. */
export const useComplaintCommand = (number: string) =>
  useMutation({
    mutationFn: ({ to, body }: { to: string; body: unknown }) => post<ComplaintRecord>(to, body),
    onSettled: useStale(['complaint', number], ['case', number], ['history', number], 'compensations'),
  });

export const usePending = (enabled: boolean) =>
  useQuery({ queryKey: ['compensations'], enabled, queryFn: ({ signal }) => get<Page<Compensation>>('compensations?state=proposed&limit=200', signal) });

export const useEarlier = (customer: number, category: string, product: string) =>
  useQuery({
    queryKey: ['repeats', customer, category, product],
    enabled: customer > 0 && category !== '',
    queryFn: ({ signal }) => get<Page<EarlierCase>>(`customers/${customer}/repeats?${new URLSearchParams({ category, product })}`, signal),
  });

/** "1,234.5" or "1234.50" as integer cents; nothing for what is no amount. */
export function centsOf(typed: string): number | null {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(typed.trim().replace(/[,，\s¥￥]/g, ''));
  if (!match) return null;
  const cents = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0') || 0);
  return cents > 0 ? cents : null;
}

/** The colour of each state. */
export const colourOfState: Record<CompensationState, string> = {
  proposed: 'bg-warn-soft text-warn', approved: 'bg-ok-soft text-ok', refused: 'bg-late-soft text-late', withdrawn: 'bg-quiet-soft text-quiet',
};
