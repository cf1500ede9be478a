// SPDX-License-Identifier: Apache-2.0
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call, FeedMessage } from '../api/types';
import { makeRefetcher } from './refetch';

const call = (channel: string, state: string): FeedMessage => ({ type: 'call', seq: 1, call: { interaction_id: 7, channel, state } as Call });
/** What is fetched anew after these messages. */
function fetched(...messages: FeedMessage[]): unknown[][] {
  const client = new QueryClient();
  const invalidated = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
  const hear = makeRefetcher(client);
  for (const message of messages) hear(message);
  vi.runAllTimers();
  return invalidated.mock.calls.map(([filter]) => filter?.queryKey as unknown[]);
}

describe('what the feed makes stale', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is what one has in hand, when a letter came to hand or left it by itself', () => {
    expect(fetched(call('web', 'in_hand'))).toEqual([['desk']]);
    expect(fetched(call('email', 'ended'))).toEqual([['desk']]);
  });
  it('is nothing of the desk while a letter only rings, or for a telephone call', () => {
    expect(fetched(call('web', 'offered'), call('call', 'ended'), call('call', 'talking'))).toEqual([]);
  });
  it('is fetched once for a burst', () => {
    expect(fetched(call('web', 'in_hand'), call('web', 'ended'), { type: 'event', seq: 2, kind: 'desk', id: 3, version: 1 })).toEqual([['desk'], ['wallboard'], ['people']]);
  });
});
