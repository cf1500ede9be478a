// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { type OwnedItem, type Preview, receiversOf, suggestedChoices } from './people';

const item = (id: number, to: number | null): OwnedItem => ({
  id, title: `T${id}`, detail: '', state: 'open', customer_name: '', due_at: null,
  suggested: to === null ? null : { user: { id: to, name: `P${to}` }, reason: 'same_role', load: 0 },
});
const preview: Preview = {
  user: { id: 1, name: 'A' }, role: 'agent', otherwise: null, receivers: [], handled: 0, dispatches: 0, hand_overs: 0, stands_in: [], warnings: [],
  cases: { items: [item(11, 2), item(12, 3), item(13, null)], total: 3 },
  callbacks: { items: [item(21, 2)], total: 1 }, accounts: { items: [], total: 0 }, review_actions: { items: [], total: 0 },
};

test('each person is named once with everything, and what nobody was chosen for is left to the rest', () => {
  expect(receiversOf(suggestedChoices(preview))).toEqual([
    { to: 2, cases: [11], callbacks: [21], accounts: [], review_actions: [] },
    { to: 3, cases: [12], callbacks: [], accounts: [], review_actions: [] },
  ]);
});
