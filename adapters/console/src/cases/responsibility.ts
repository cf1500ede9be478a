// SPDX-License-Identifier: Apache-2.0
// Who was responsible when, in two roles: the accountable owner from the ledger, and whoever worked on the
// case from its history.
import type { Case, HistoryEntry, Reference } from '../api/types';

export interface Responsibility { at: string; role: 'owner' | 'handler'; name: string; how: string; reason: string }

const handlerKinds = new Set(['escalated', 'handler_changed', 'dispatch_accepted']);

export function responsibility(ledger: Case['ownership'], history: HistoryEntry[], reference: Reference | undefined): Responsibility[] {
  const owners = ledger.map((entry): Responsibility => ({ at: entry.at, role: 'owner', name: entry.owner.name, how: entry.how, reason: entry.reason }));
  const nameOf = (id: unknown): string => reference?.users.find((user) => user.id === Number(id))?.name ?? '';
  const handlers = history.filter((entry) => handlerKinds.has(entry.kind)).map((entry): Responsibility => ({
    at: entry.at, role: 'handler', how: '', reason: typeof entry.data.reason === 'string' ? entry.data.reason : '',
    name: entry.kind === 'dispatch_accepted' ? (entry.actor?.name ?? '') : nameOf(entry.data.handler),
  }));
  return [...owners, ...handlers.filter((entry) => entry.name !== '')].sort((a, b) => a.at.localeCompare(b.at));
}
