// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { HistoryEntry, Reference } from '../api/types';
import { responsibility } from './responsibility';

const entry = (at: string, kind: string, data: Record<string, unknown>, actor = 'C'): HistoryEntry => ({ id: 1, at, kind, actor: { id: 3, name: actor }, acting_for: null, source: '', case_number: null, interaction_id: null, data });
const reference = { users: [{ id: 7, name: 'B', role: 'back_line', department_code: null }] } as unknown as Reference;

test('owners and handlers stand in one list, in the order in which they came', () => {
  const list = responsibility(
    [{ owner: { id: 1, name: 'A' }, previous_owner: null, how: 'first_contact', reason: '', by: null, at: '2026-01-01T00:00:00Z' },
      { owner: { id: 2, name: 'D' }, previous_owner: { id: 1, name: 'A' }, how: 'departure', reason: 'x', by: null, at: '2026-01-04T00:00:00Z' }],
    [entry('2026-01-02T00:00:00Z', 'dispatch_accepted', {}), entry('2026-01-03T00:00:00Z', 'escalated', { handler: 7, reason: 'y' }), entry('2026-01-03T12:00:00Z', 'note', {}), entry('2026-01-05T00:00:00Z', 'handler_changed', {})],
    reference,
  );
  expect(list.map((each) => `${each.role} ${each.name} ${each.how}`)).toEqual(['owner A first_contact', 'handler C ', 'handler B ', 'owner D departure']);
});
