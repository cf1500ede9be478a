// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from '../api/client';
import type { Case } from '../api/types';

/** A command on a case answers the case; the page shows that, and lists are read again. */
export function useCaseCommand(number: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body = {} }: { path: string; body?: unknown }) => post<Case>(path, body),
    onSuccess: (row) => {
      if (row?.number) client.setQueryData(['case', row.number], row);
      void client.invalidateQueries({ queryKey: ['history', number] });
      for (const key of ['cases', 'desk', 'inbox', 'callbacks', 'alerts', 'dispatches']) void client.invalidateQueries({ queryKey: [key] });
    },
    onError: () => void client.invalidateQueries({ queryKey: ['case', number] }),
  });
}
