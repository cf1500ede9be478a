// SPDX-License-Identifier: Apache-2.0
// The record around a customer's card, as the engine tells it, and the commands on it.
import { useMutation, useQuery } from '@tanstack/react-query';
import { get, post } from '../api/client';
import { useStale } from '../api/lists';
import type { Instant, Tier, UserRef } from '../api/types';

export interface NamedCustomer { id: number; kind: 'person' | 'company'; name: string; tier: Tier }
export const roleKinds = ['decision_maker', 'payer', 'user', 'contact'] as const;
export const relationshipKinds = ['parent', 'household', 'introduced_by', 'dealer_of', 'pays_for'] as const;
export interface CompanyRole {
  id: number; company: NamedCustomer; person: NamedCustomer; role: (typeof roleKinds)[number]; title: string;
  from: Instant; until: Instant | null; by: UserRef | null;
}
/** Read as a sentence: `customer` is the <kind> of `other`. */
export interface Relationship {
  id: number; customer: NamedCustomer; other: NamedCustomer; kind: (typeof relationshipKinds)[number]; note: string;
  from: Instant; until: Instant | null; by: UserRef | null;
}
export interface CustomerMerge {
  id: number; kept: NamedCustomer; gone: NamedCustomer; reason: string; by: UserRef | null; at: Instant;
  undone_at: Instant | null; undone_by: UserRef | null; undone_why: string;
}
export interface CustomerRecord {
  id: number; roles: CompanyRole[]; relationships: Relationship[]; merges: CustomerMerge[];
  shared_numbers: { number: string; others: NamedCustomer[] }[];
}
export interface Network {
  nodes: (NamedCustomer & { distance: number })[];
  links: { from: number; to: number; what: string }[];
  more: boolean;
}
export interface TierScore {
  at: Instant; score: number; tier: Tier; previous: Tier; rule_version: number; by: UserRef | null;
  why: { inputs: { input: string; value: number; full: number; weight: number; points: number }[]; thresholds: { silver: number; gold: number; key: number } };
}
export interface KnownCustomer { customer: NamedCustomer; number: string; why: string }

export const useRecord = (id: number) => useQuery({ queryKey: ['record', id], queryFn: ({ signal }) => get<CustomerRecord>(`customers/${id}/record`, signal) });
export const useNetwork = (id: number) => useQuery({ queryKey: ['network', id], queryFn: ({ signal }) => get<Network>(`customers/${id}/network`, signal) });
export const useTierScores = (id: number) => useQuery({ queryKey: ['tier', id], queryFn: ({ signal }) => get<{ items: TierScore[] }>(`customers/${id}/tier`, signal) });
export const useLookAlikes = (id: number) => useQuery({ queryKey: ['look-alikes', id], queryFn: ({ signal }) => get<{ items: KnownCustomer[] }>(`customers/${id}/duplicates`, signal) });

export function useKnown(asked: { number: string; email: string; name: string }) {
  const params = new URLSearchParams(Object.entries(asked).filter(([, value]) => value.trim().length > 1).map(([key, value]) => [key, value.trim()]));
  return useQuery({
    queryKey: ['known', params.toString()],
    enabled: params.size > 0,
    queryFn: ({ signal }) => get<{ items: KnownCustomer[] }>(`customers/exists?${params.toString()}`, signal),
    placeholderData: (old) => old,
  });
}

/** A command on a record: everything that shows a customer is read again. */
export const useRecordCommand = () =>
  useMutation({
    mutationFn: ({ path, body = {} }: { path: string; body?: unknown }) => post<{ id: number }>(path, body),
    onSettled: useStale('record', 'network', 'tier', 'look-alikes', 'customer', 'customers', 'timeline', 'known'),
  });
