// SPDX-License-Identifier: Apache-2.0
// Whose customers they are: what the API sends of accounts and the pool, and the commands on one account.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post } from '../api/client';
import { usePages, useStale } from '../api/lists';
import type { Clock, Instant, Page, Tier, UserRef } from '../api/types';

export interface AccountRow {
  customer: { id: number; name: string; tier: Tier; number: string };
  kind: 'person' | 'company'; product: string; do_not_call: boolean; state: 'held' | 'pooled'; office: string;
  owner: UserRef | null; previous_owner: UserRef | null; developer: UserRef | null; entered_by: UserRef | null; entered_for: UserRef | null;
  since: Instant; followed_up_at: Instant | null; last_contact_at: Instant | null; open_cases: number;
  clock: Clock | null; version: number; hindrance: { code: string; sentence: string; until: Instant | null } | null;
}
export interface Claims { today: number; per_day: number; next_day_at: Instant }
export type AccountHow = 'entered' | 'claimed' | 'assigned' | 'extended' | 'lapsed' | 'released' | 'departure';
export interface AccountFile {
  account: AccountRow | null;
  ledger: { how: AccountHow; reason: string; owner: UserRef | null; previous_owner: UserRef | null; by: UserRef | null; at: Instant }[];
  claims: Claims;
  can: Record<AccountVerb, boolean>;
}
export type AccountVerb = 'claim' | 'assign' | 'extend' | 'release' | 'follow_up';
export type AccountList = 'pool' | 'mine' | 'lapsing' | 'all';
/** Accounts belong to those who talk to customers; who leads gives them out. */
export const holds = (role: string): boolean => ['agent', 'back_line', 'liaison'].includes(role);

type PoolPage = Page<AccountRow> & { claims?: Claims };

const pathOf = (list: AccountList, tier: string, after: string): string => {
  const query = new URLSearchParams({ limit: '100' });
  if (after !== '') query.set('after', after);
  if (list !== 'pool') query.set('list', list);
  else if (tier !== '') query.set('tier', tier);
  return `${list === 'pool' ? 'pool' : 'accounts'}?${query}`;
};

export const useAccounts = (list: AccountList, tier = '') =>
  usePages(['accounts', list, tier], (after, signal) => get<PoolPage>(pathOf(list, tier, after), signal), { keep: true });

export const useAccount = (customer: number) =>
  useQuery({ queryKey: ['account', customer], queryFn: ({ signal }) => get<AccountFile>(`customers/${customer}/account`, signal) });

export function useAccountCommand(customer: number) {
  const client = useQueryClient();
  const stale = useStale('accounts', ['account', customer], ['customer', customer], ['timeline', customer]);
  return useMutation({
    mutationFn: ({ verb, body }: { verb: AccountVerb; body: unknown }) => post<AccountFile>(`customers/${customer}/account/${verb.replace('_', '-')}`, body),
    onSuccess: (file) => {
      client.setQueryData(['account', customer], file);
      stale();
    },
    // Somebody was quicker, or the day's claims are used up: the list is not what it was.
    onError: stale,
  });
}
