// SPDX-License-Identifier: Apache-2.0
// The complaint register: what is asked for, and its columns.
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client';
import { usePages } from '../api/lists';
import type { Instant, Tier, UserRef } from '../api/types';

export interface RegisterRow {
  id: number; number: string; received_at: Instant; channel: string; state: string;
  customer: { id: number; name: string; tier: Tier; number: string }; product: string; category: string; category_zh: string; category_en: string;
  severity: number; safety: boolean; text: string; remedy_sought: string; remedy_offered: string; remedy_answer: string;
  compensation_cents: number; currency: string; root_cause: string; root_cause_note: string; justified: boolean | null; systemic: boolean;
  regulator: string; regulator_reference: string; regulator_due_at: Instant | null; letter_at: Instant | null; resolved_at: Instant | null;
  days: number; resolution: string; repeat_of: string; owner: UserRef;
}
export interface Cluster { category: string; category_zh: string; category_en: string; product: string; count: number; customers: number; before: number; systemic: number }
interface RegisterPage { items: RegisterRow[]; next: string | null; total: number }

export interface RegisterFilter { from?: string | undefined; to?: string | undefined; category?: string | undefined; regulator?: string | undefined }

/** The codes of the file's columns, in its order; a sum's currency stands beside it on the screen. */
export const columns = [
  'number', 'received', 'channel', 'customer', 'phone', 'product', 'category', 'severity', 'safety', 'description', 'remedy_sought', 'remedy_offered',
  'remedy_answer', 'compensation', 'root_cause', 'root_cause_note', 'justified', 'systemic', 'regulator', 'reference', 'regulator_due', 'letter', 'resolved', 'days', 'resolution', 'state', 'repeat_of', 'owner',
] as const;
export type Column = (typeof columns)[number];
export const firstColumns: Column[] = ['number', 'received', 'customer', 'category', 'severity', 'description', 'justified', 'compensation', 'regulator', 'regulator_due', 'days', 'state'];

/** The file has the columns of the screen, and always what was done and why it had happened; sums have their currency. */
export const fileColumns = (shown: Column[]): string[] => [
  ...columns.filter((column) => shown.includes(column) || column === 'resolution' || column === 'root_cause_note'),
  ...(shown.includes('compensation') ? ['currency'] : []),
];

export const queryOf = (filter: RegisterFilter, more: Record<string, string> = {}): string =>
  new URLSearchParams(Object.entries({ ...filter, ...more }).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')).toString();

export const useRegister = (filter: RegisterFilter) =>
  usePages(['register', filter], (after, signal) => get<RegisterPage>(`register?${queryOf(filter, { after, limit: '100' })}`, signal), { keep: true });

export const useClusters = () =>
  useQuery({ queryKey: ['clusters'], queryFn: ({ signal }) => get<{ days: number; items: Cluster[] }>('register/clusters', signal) });
