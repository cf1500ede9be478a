// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { bodyOf, budgetOf, budgetParts, freeCode, moved, tidyPolicies, toggled } from './model';

describe('budgets', () => {
  it.each([
    ['2h working', '2h', 'working'],
    ['1h 30m working', '1h 30m', 'working'],
    ['48h calendar', '48h', 'calendar'],
    ['1 working day', '1', 'working_days'],
    ['3 working days', '3', 'working_days'],
  ])('%s', (budget, amount, kind) => {
    expect(budgetParts(budget)).toEqual({ amount, kind });
    expect(budgetOf(amount, kind as never)).toBe(budget);
  });
  it('keeps what is being typed', () => expect(budgetParts(budgetOf('', 'working_days'))).toEqual({ amount: '', kind: 'working_days' }));
});

describe('lists', () => {
  it('moves within the list only', () => {
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 1, 2)).toEqual(['a', 'b']);
  });
  it('toggles', () => {
    expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
    expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
  });
  it('finds a free code', () => expect(freeCode(['policy', 'policy-2'], 'policy')).toBe('policy-3'));
});

describe('the saved text', () => {
  const clock = [{ kind: 'resolution', budget: '2h working', out_of_hours: '', calendar: 'always', ladder: 'desk' }];
  it('has no empty conditions', () => {
    const tidy = tidyPolicies({ policy: [{ code: 'a', name_zh: '甲', name_en: 'A', when: { kinds: ['complaint'], tiers: [] }, clock }, { code: 'b', name_zh: '乙', name_en: 'B', when: { tiers: [] }, clock }] });
    expect(tidy.policy[0]!.when).toEqual({ kinds: ['complaint'] });
    expect(tidy.policy[1]).not.toHaveProperty('when');
    expect(tidy.policy[1]!.clock[0]).not.toHaveProperty('out_of_hours');
  });
  it('has no options that are off', () => {
    const step = { name: 'breach', at: 'due', recipients: ['owner'], channels: ['console'], needs_acknowledgement: false, if_unacknowledged: false, escalate: 0 };
    expect(bodyOf('ladders', { ladder: [{ code: 'a', name_zh: '甲', name_en: 'A', step: [step] }] })).not.toMatch(/acknowledge|escalate/);
  });
});
