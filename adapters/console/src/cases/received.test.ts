// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { saidBefore, takenIn } from './received';

const owner = { id: 1, name: 'A' };
const entry = (at: string) => ({ owner, previous_owner: null, how: 'first_contact', reason: '', by: null, at });

test('what was written down later says when the customer said it', () => {
  const row = { opened_at: '2026-01-05T01:00:00Z', ownership: [entry('2026-01-07T02:00:00Z'), entry('2026-01-06T02:00:00Z')] };
  expect(takenIn(row)).toBe('2026-01-06T02:00:00Z');
  expect(saidBefore(row)).toBe('2026-01-05T01:00:00Z');
  expect(saidBefore({ opened_at: '2026-01-05T01:00:00Z', ownership: [entry('2026-01-05T01:00:00.004Z')] })).toBeNull();
  expect(saidBefore({ opened_at: '2026-01-05T01:00:00Z', ownership: [] })).toBeNull();
});
