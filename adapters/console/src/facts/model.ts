// SPDX-License-Identifier: Apache-2.0
// Imports, reconciliations and a customer's money, as the engine tells them.
import { useMutation, useQuery } from '@tanstack/react-query';
import { get, post } from '../api/client';
import { useStale } from '../api/lists';
import type { Instant, UserRef } from '../api/types';

export type FileKind = 'customers' | 'facts';
export const factKinds = ['contract', 'order', 'invoice', 'payment', 'fee'] as const;
export type FactKind = (typeof factKinds)[number];

export interface Import {
  id: number; kind: FileKind; source: string; file_name: string; by: UserRef | null; client: string; dry_run: boolean;
  state: 'running' | 'done' | 'failed'; error: string;
  lines: number; added: number; changed: number; unchanged: number; refused: number;
  bytes_total: number; bytes_done: number; started_at: Instant; ended_at: Instant | null;
}
export interface RefusedLine { line: number; code: string; sentence: string; field: string; text: string }

export interface BusinessFact {
  id: number; source: string; kind: FactKind; external_id: string; on_date: string; due_on: string | null; ends_on: string | null;
  amount_cents: number; currency: string; settles: string; title: string; open_cents: number; overdue: boolean;
}
export interface Money {
  customer_id: number; currency: string; invoiced_cents: number; received_cents: number; due_cents: number; overdue_cents: number;
  fees_due_cents: number; contract_ends_on: string | null; references: { source: string; external_id: string }[]; facts: BusinessFact[]; facts_total: number;
}

export interface Totals { invoiced_cents: number; received_cents: number; due_cents: number }
export interface ReconciliationSummary {
  id: number; source: string; file_name: string; by: UserRef | null; client: string; at: Instant;
  customers: number; equal: number; differing: number; refused: number;
}
export interface Difference {
  place: number; state: 'differs' | 'only_theirs' | 'only_ours' | 'unknown_customer' | 'refused'; line: number | null; reference: string;
  customer_id: number | null; customer_name: string; ours: Totals | null; theirs: Totals | null; difference_cents: number; note: string;
}
export interface Reconciliation { summary: ReconciliationSummary; items: Difference[]; next: number | null }

/** While something is being worked through the list is looked at again every second. */
export const useImports = () =>
  useQuery({
    queryKey: ['imports'],
    queryFn: ({ signal }) => get<{ items: Import[] }>('imports', signal),
    refetchInterval: (query) => (query.state.data?.items.some((each) => each.state === 'running') ? 1000 : false),
  });
export const useRefusals = (id: number | null) =>
  useQuery({ queryKey: ['imports', 'refusals', id], enabled: id !== null, queryFn: ({ signal }) => get<{ items: RefusedLine[]; next: number | null }>(`imports/${id}/refusals`, signal) });
export const useMoney = (customer: number) => useQuery({ queryKey: ['money', customer], queryFn: ({ signal }) => get<Money>(`customers/${customer}/money`, signal) });
export const useReconciliations = () => useQuery({ queryKey: ['reconciliations'], queryFn: ({ signal }) => get<{ items: ReconciliationSummary[] }>('reconciliations', signal) });
export const useReconciliation = (id: number | null) =>
  useQuery({ queryKey: ['reconciliations', id], enabled: id !== null, queryFn: ({ signal }) => get<Reconciliation>(`reconciliations/${id}`, signal) });

export interface ImportRequest { kind: FileKind; source: string; file_name: string; mapping: string; csv: string; dry_run: boolean }
export const useImport = () =>
  useMutation({ mutationFn: (asked: ImportRequest) => post<Import>('imports', asked), onSettled: useStale('imports', 'money', 'customer', 'customers', 'timeline') });
export const useReconcile = () =>
  useMutation({
    mutationFn: (asked: { source: string; file_name: string; mapping: string; csv: string }) => post<Reconciliation>('reconciliations', asked),
    onSettled: useStale('reconciliations'),
  });
