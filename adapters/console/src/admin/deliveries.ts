// SPDX-License-Identifier: Apache-2.0
// Mails and webhooks as the engine tells of them, and sending a dead letter again.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post } from '../api/client';
import { usePages } from '../api/lists';
import { useMe } from '../session';

export interface Delivery {
  id: number; key: string; channel: 'email' | 'webhook'; recipient: string; what: string; case_number: string; title: string; customer_id: number | null; review_action_id: number | null;
  state: 'pending' | 'sent' | 'failed'; tries: number; last_error: string; at: string; sent_at: string | null;
  next_try_at: string | null; waits_for: '' | 'digest' | 'quiet'; digest_key: string; count: number;
}
interface DeliveryPage { items: Delivery[]; next: string | null; failed: number }

export const useDeliveries = (state: string, number: string) =>
  usePages(['deliveries', state, number], (after, signal) => {
    const query = new URLSearchParams({ state, limit: '100', ...(number ? { case: number } : {}), ...(after ? { after } : {}) });
    return get<DeliveryPage>(`deliveries?${query}`, signal);
  }, { refetchInterval: 15_000, keep: true });

/** How many have failed for good; 0 for those who may not see them. */
export function useFailedDeliveries(): number {
  const enabled = useMe().can.includes('see_deliveries');
  const page = useQuery({ queryKey: ['deliveries', 'failed_count'], enabled, queryFn: ({ signal }) => get<DeliveryPage>('deliveries?state=failed&limit=1', signal), refetchInterval: 60_000 });
  return enabled ? (page.data?.failed ?? 0) : 0;
}

export function useResend() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => post<Delivery>(`deliveries/${id}/resend`),
    onSettled: () => client.invalidateQueries({ queryKey: ['deliveries'] }),
  });
}
