// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from '../api/client';
import { useStale } from '../api/lists';
import type { Case } from '../api/types';

/** A command on a case answers the case; the page shows that, and lists are read again. */
export function useCaseCommand(number: string) {
  const client = useQueryClient();
  const stale = useStale(['history', number], 'cases', 'desk', 'inbox', 'callbacks', 'alerts', 'dispatches');
  return useMutation({
    mutationFn: ({ path, body = {} }: { path: string; body?: unknown }) => post<Case>(path, body),
    onSuccess: (row) => {
      if (row?.number) client.setQueryData(['case', row.number], row);
      stale();
    },
    onError: useStale(['case', number]),
  });
}
