// SPDX-License-Identifier: Apache-2.0
// What the policies page reads, and what somebody has changed there and not saved yet: it outlives the page
// and the browser.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { ApiError, get, request } from '../../api/client';
import type { Instant, UserRef } from '../../api/types';
import { notify } from '../../ui/toasts';
import type { Document, Trees } from './model';

export interface RuleVersion { version: number; at: Instant; by: UserRef | null; note: string }
export interface RuleDocument<T> extends RuleVersion { document: string; format: 'toml' | 'json'; body: string; parsed: T | null }
export interface RuleChange extends RuleVersion {
  revision: number; document: string; clocks_total: number; clocks_moved: number; clocks_left: number; done_at: Instant | null;
}
export interface RulesPreview {
  clocks_total: number; clocks_moved: number; clocks_late: number; clocks_dropped: number; clocks_begun: number; cases_moved: number; cases_late: number;
  by_kind: { clock_kind: string; total: number; moved: number; late: number; dropped: number; begun: number }[];
  examples: { case_number: string; title: string; clock_kind: string; due_before: Instant | null; due_after: Instant | null; late: boolean; dropped: boolean; begun: boolean }[];
}
export interface ConditionCheck { condition: string; any_of: string[]; has: string; holds: boolean }
export interface WhatIfStep {
  name: string; at_text: string; at: Instant | null; recipients: { role: string; names: string[] }[]; channels: string[];
  needs_acknowledgement: boolean; if_unacknowledged: boolean; escalate: number;
}
export interface WhatIfClock {
  kind: string; due_at: Instant | null; budget_text: string; out_of_hours: boolean; calendar: string; ladder: string; steps: WhatIfStep[];
}
export interface WhatIf {
  policy: string; name_zh: string; name_en: string; version: number; arrival: string; why: ConditionCheck[];
  passed_over: { policy: string; failed: ConditionCheck[] }[]; clocks: WhatIfClock[];
}
export interface NamedCalendar { code: string; name_zh: string; name_en: string }

export const useRules = <T>(document: string, version?: number) =>
  useQuery({
    queryKey: ['rules', document, version ?? 'newest'],
    queryFn: ({ signal }) => get<RuleDocument<T>>(`rules/${document}${version ? `?version=${version}` : ''}`, signal),
  });
export const useVersions = (document: string) =>
  useQuery({ queryKey: ['rules', document, 'versions'], queryFn: ({ signal }) => get<{ items: RuleVersion[] }>(`rules/${document}/versions`, signal) });
/** While a change is under way its progress is asked for every second. */
export const useChanges = () =>
  useQuery({
    queryKey: ['rules', 'changes'],
    queryFn: ({ signal }) => get<{ items: RuleChange[] }>('rules/changes?limit=50', signal),
    refetchInterval: (query) => (query.state.data?.items.some((change) => change.done_at === null) ? 1000 : 15_000),
  });

/** Saves the next version; `onOther` is told when somebody else has saved since `base`. */
export function useSaveRules<T>(document: string, onSaved: () => void, onOther: (theirs: RuleDocument<T>) => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, note, base }: { body: string; note: string; base: number }) => request<{ version: number }>(`rules/${document}`, { method: 'PUT', body: { body, note: note.trim() }, version: base }),
    onSuccess: async (saved) => {
      notify({ kind: 'done', text: t('policies.saved', { version: saved.version }) });
      onSaved();
      await client.invalidateQueries({ queryKey: ['rules'] });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 412) onOther(error.body.current as RuleDocument<T>);
    },
  });
}

// ------------------------------------------------------------------------------- drafts
export interface Draft<T> { base: number; tree: T }
type Drafts = { [D in Document]: Draft<Trees[D]> | null };
const keyOf = (document: Document) => `firsthand.rules.${document}`;

function stored<T>(document: Document): Draft<T> | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(document)) ?? 'null') as Draft<T> | null;
  } catch {
    return null;
  }
}
export const useDrafts = create<Drafts>(() => ({ policies: stored('policies'), ladders: stored('ladders') }));

export function keepDraft<D extends Document>(document: D, draft: Draft<Trees[D]>): void {
  useDrafts.setState({ [document]: draft } as Partial<Drafts>);
  localStorage.setItem(keyOf(document), JSON.stringify(draft));
}
export function dropDraft(document: Document): void {
  useDrafts.setState({ [document]: null } as Partial<Drafts>);
  localStorage.removeItem(keyOf(document));
}
