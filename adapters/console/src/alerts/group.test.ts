// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Alert } from '../api/types';
import { groupAlerts } from './group';

const alert = (id: number, clock: number, step: string, recipient: number): Alert => ({
  id, clock_id: clock, step, recipient: { id: recipient, name: `p${recipient}` }, customer_id: null, review_action_id: null, title: '', case_number: 'GD1', customer_name: '', category_zh: '', category_en: '', clock_kind: 'callback',
  role: 'liaison', needs_acknowledgement: true, due_at: '', fired_at: '', acknowledged_at: null, acknowledged_by: null, channels: [], department_code: null,
});

describe('alerts of one step', () => {
  it('are shown once, as mine when one is mine', () => {
    const [group, ...rest] = groupAlerts([alert(1, 5, 'breach', 10), alert(2, 5, 'breach', 11), alert(3, 5, 'breach', 12)], 11);
    expect(rest).toEqual([]);
    expect(group).toMatchObject({ alert: { id: 2 }, mine: true, others: ['p10', 'p12'] });
  });
  it('of others tell who was told', () => expect(groupAlerts([alert(1, 5, 'breach', 10), alert(2, 5, 'breach', 11)], 99)).toMatchObject([{ mine: false, others: ['p10', 'p11'] }]));
  it('of different steps or clocks stay apart', () => expect(groupAlerts([alert(1, 5, 'warn', 10), alert(2, 5, 'breach', 10), alert(3, 6, 'breach', 10)], 10)).toHaveLength(3));
  it('show the acknowledged one of others', () => {
    const seen = { ...alert(2, 5, 'breach', 11), acknowledged_at: 'x' };
    expect(groupAlerts([alert(1, 5, 'breach', 10), seen], 99)[0]?.alert.id).toBe(2);
  });
});
