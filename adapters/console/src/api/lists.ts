// SPDX-License-Identifier: Apache-2.0
// What lists do on every screen: they are read page by page, and read again when a command has changed them.
import { type InfiniteData, keepPreviousData, type QueryKey, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';

interface Pages {
  enabled?: boolean;
  refetchInterval?: number;
  /** While another list is read the one before stays. */
  keep?: boolean;
}

/** `read` is told where the page before ended; nothing for the first. */
export const usePages = <P extends { next: string | null }>(queryKey: QueryKey, read: (after: string, signal: AbortSignal) => Promise<P>, { keep = false, ...more }: Pages = {}) =>
  useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keep ? keepPreviousData : undefined,
    ...more,
  });

export const itemsOf = <T>(data: InfiniteData<{ items: T[] }> | undefined): T[] => data?.pages.flatMap((page) => page.items) ?? [];

/** Has everything under these keys read again; a word is the first of a key. */
export function useStale(...keys: (string | QueryKey)[]): () => void {
  const client = useQueryClient();
  return () => {
    for (const key of keys) void client.invalidateQueries({ queryKey: typeof key === 'string' ? [key] : key });
  };
}
