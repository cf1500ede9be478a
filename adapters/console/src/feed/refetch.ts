// SPDX-License-Identifier: Apache-2.0
// Feed events become refetches of what is on the screen, gathered for a moment so that a burst is one fetch.
// An event no newer than what is cached changes nothing.
import type { QueryClient } from '@tanstack/react-query';
import type { Case, CustomerCard, FeedMessage } from '../api/types';
import { isWritten } from './state';

const gatherMs = 200;
type EventMessage = Extract<FeedMessage, { type: 'event' }>;

/** The query keys an event makes stale. */
export function staleKeys(event: EventMessage, client: QueryClient): unknown[][] {
  switch (event.kind) {
    case 'case': {
      const keys = [...listsOfCases];
      const cached = event.number ? client.getQueryData<Case>(['case', event.number]) : undefined;
      const known = cached !== undefined && event.version > 0 && cached.version >= event.version;
      if (!known) keys.push(event.number ? ['case', event.number] : ['case'], event.number ? ['history', event.number] : ['history']);
      return keys;
    }
    case 'dispatch':
      return [['inbox'], ['cases'], ...caseKeys(event)];
    case 'callback':
      return [['callbacks'], ['desk'], ['inbox'], ...caseKeys(event)];
    case 'alert':
      return [['alerts'], ['review-actions'], ...listsOfCases, ...caseKeys(event)];
    case 'review_action':
      return [['review-actions'], ['inbox'], ['wallboard']];
    case 'customer': {
      const cached = client.getQueryData<CustomerCard>(['customer', event.id]);
      if (cached && event.version > 0 && cached.version >= event.version) return [];
      return [['customer', event.id], ['timeline', event.id], ['record', event.id], ['network', event.id], ['customers']];
    }
    case 'account':
      return [['accounts'], ['account', event.id], ['timeline', event.id]];
    case 'interaction':
      return [['timeline'], ['wallboard']];
    case 'desk':
      return [['desk'], ['wallboard'], ['people']];
    case 'wallboard':
      return [['wallboard']];
    default:
      return [];
  }
}

const listsOfCases: unknown[][] = [['cases'], ['desk'], ['inbox'], ['compensations'], ['dispatches']];

const caseKeys = (event: EventMessage): unknown[][] =>
  event.number ? [['case', event.number], ['history', event.number]] : [['case'], ['history']];

export function makeRefetcher(client: QueryClient): (message: FeedMessage) => void {
  const waiting = new Map<string, unknown[]>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    timer = null;
    const keys = [...waiting.values()];
    waiting.clear();
    for (const queryKey of keys) void client.invalidateQueries({ queryKey });
  };
  return (message) => {
    if (message.type === 'reset') {
      void client.invalidateQueries();
      return;
    }
    // What is written comes to hand and leaves it by itself, once the customer has been answered: no event tells of it.
    const hands = message.type === 'call' && isWritten(message.call) && message.call.state !== 'offered';
    const stale = message.type === 'event' ? staleKeys(message, client) : hands ? [['desk']] : [];
    for (const key of stale) waiting.set(JSON.stringify(key), key);
    if (waiting.size > 0) timer ??= setTimeout(flush, gatherMs);
  };
}
