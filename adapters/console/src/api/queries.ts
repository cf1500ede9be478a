// SPDX-License-Identifier: Apache-2.0
// What the screens read. Keys begin with the entity, so that a feed event knows what to fetch again.
import { QueryClient, useQuery } from '@tanstack/react-query';
import { useLive } from '../feed/state';
import { ApiError, get } from './client';
import { usePages } from './lists';
import type { Alert, Callback, Case, CaseRow, CustomerCard, DeskAnswer, HistoryEntry, Inbox, Page, Reference, SearchResult, Wallboard } from './types';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && error instanceof ApiError && error.temporary,
      retryDelay: (count) => 500 * 2 ** count,
    },
  },
});

const query = (params: Record<string, string | number | undefined>): string =>
  new URLSearchParams(Object.entries(params).filter(([, value]) => value !== undefined && value !== '').map(([key, value]) => [key, String(value)])).toString();

export const useReference = () =>
  useQuery({ queryKey: ['reference'], queryFn: ({ signal }) => get<Reference>('reference', signal), staleTime: 5 * 60_000 });

/** Puts the desk's own facts where the feed keeps them, unless the feed has told something newer. */
export function takeDesk(answer: DeskAnswer): void {
  const live = useLive.getState();
  if (live.desk && live.desk.version > answer.desk.version) return;
  const ended = answer.call === null && live.call?.state === 'ended' && answer.desk.presence === 'wrap_up';
  useLive.setState({
    desk: answer.desk,
    offer: answer.offer,
    pop: answer.pop ?? (ended ? live.pop : null),
    call: answer.call ?? (ended ? live.call : null),
  });
}

const asksMax = 5;

/** What the feed says while the answer is on its way may be newer than the answer, or be only a part of it: asked again. */
export async function fetchDesk(signal?: AbortSignal): Promise<DeskAnswer> {
  for (let ask = 1; ; ask += 1) {
    const before = useLive.getState().touched;
    const answer = await get<DeskAnswer>('desk', signal);
    const overtaken = useLive.getState().touched !== before;
    if (!overtaken) takeDesk(answer);
    if (!overtaken || ask === asksMax) return answer;
  }
}

export const useDesk = (enabled = true) => useQuery({ queryKey: ['desk'], enabled, queryFn: ({ signal }) => fetchDesk(signal) });

export interface CaseFilter { list: string; state?: string | undefined; category?: string | undefined; q?: string | undefined }
export const useCases = (filter: CaseFilter) =>
  usePages(['cases', filter], (after, signal) => get<Page<CaseRow>>(`cases?${query({ ...filter, after, limit: 200 })}`, signal), { keep: true });

export const useCase = (number: string) =>
  useQuery({ queryKey: ['case', number], queryFn: ({ signal }) => get<Case>(`cases/${encodeURIComponent(number)}`, signal) });

export const useHistory = (number: string) =>
  usePages(['history', number], (after, signal) => get<Page<HistoryEntry>>(`cases/${encodeURIComponent(number)}/history?${query({ after, limit: 200 })}`, signal));

export const useCallbacks = (list: string) =>
  useQuery({ queryKey: ['callbacks', list], queryFn: ({ signal }) => get<Page<Callback>>(`callbacks?${query({ list, limit: 200 })}`, signal), placeholderData: (old) => old });

export const useAlerts = () =>
  useQuery({ queryKey: ['alerts'], queryFn: ({ signal }) => get<Page<Alert>>('alerts?state=open', signal) });

export const useInbox = () => useQuery({ queryKey: ['inbox'], queryFn: ({ signal }) => get<Inbox>('inbox', signal) });

export const useCustomers = (q: string, limit = 50) =>
  useQuery({
    queryKey: ['customers', q, limit],
    queryFn: ({ signal }) => get<Page<CustomerCard>>(`customers?${query({ q, limit })}`, signal),
    placeholderData: (old) => old,
  });

/** Customers and cases by anything; one Chinese character is a question, one letter is not yet. */
export const askable = (q: string): boolean => q.length >= 2 || /\p{Script=Han}/u.test(q);
export const useSearch = (q: string) =>
  useQuery({
    enabled: askable(q),
    queryKey: ['search', q],
    queryFn: ({ signal }) => get<SearchResult>(`search?${query({ q, limit: 8 })}`, signal),
    placeholderData: (old) => old,
    staleTime: 2000,
  });

export const useCustomer = (id: number) =>
  useQuery({ queryKey: ['customer', id], queryFn: ({ signal }) => get<CustomerCard>(`customers/${id}`, signal) });

export const useCustomerTimeline = (id: number, enabled = true, kinds = '') =>
  usePages(['timeline', id, kinds], (after, signal) => get<Page<HistoryEntry>>(`customers/${id}/timeline?${query({ kinds, after, limit: 100 })}`, signal), { enabled });

export const useWallboard = () =>
  useQuery({ queryKey: ['wallboard'], queryFn: ({ signal }) => get<Wallboard>('wallboard', signal), refetchInterval: 5000 });
