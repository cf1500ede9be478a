// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Category, Pop } from '../api/types';
import { matchOptions } from '../ui/combobox';
import { chosen, emptyIntake, type IntakeAction, pickTime, reduceIntake, shortChoices, startIntake, toIntake } from './intake_state';

const category = (code: string, department: string, severity: number, callback: string): Category => ({
  code, name_zh: code, name_en: code, initials: code, department_code: department, default_severity: severity, default_callback: callback, kind: 'complaint',
});
const reference = { categories: [category('wxcs', 'repair', 3, 'two_hours'), category('fpwt', 'sales', 1, 'tomorrow_10')] };
const call = { interaction_id: 9, customer_id: 7, provisional: false, number: '+8613800138000' };
const after = (...actions: IntakeAction[]) => actions.reduce(reduceIntake, emptyIntake);

describe('the golden flow', () => {
  it('needs only a category and the words: everything else has its default', () => {
    const state = after({ do: 'category', code: 'wxcs' }, { do: 'set', field: 'text', value: '送修两周，无人联系。' });
    expect(toIntake(state, reference, call)).toEqual({
      ok: true,
      body: { kind: 'complaint', interaction_id: 9, customer_id: 7, category: 'wxcs', text: '送修两周，无人联系。', severity: 3, callback: { choice: 'two_hours' }, number: '+8613800138000' },
    });
  });
  it('is five presses: F2, two letters, Enter, Ctrl+Enter', () => {
    const options = [
      { value: 'wxzl', label: '维修质量', hint: '', code: 'wxzl', search: ['Repair quality'] },
      { value: 'wxcs', label: '维修超时', hint: '', code: 'wxcs', search: ['Repair overdue'] },
    ];
    expect(matchOptions(options, 'wx').map((option) => option.value)).toEqual(['wxzl', 'wxcs']);
    expect(matchOptions(options, 'wxc')[0]?.value).toBe('wxcs');
    expect(matchOptions(options, '超时')[0]?.value).toBe('wxcs');
    expect(matchOptions(options, 'xx')).toEqual([]);
  });
});

describe('the form', () => {
  it.each([
    ['a category first', after({ do: 'set', field: 'text', value: 'x' }), 'category'],
    ['then the words', after({ do: 'category', code: 'wxcs' }, { do: 'set', field: 'text', value: '  ' }), 'text'],
    ['a time when one is to be picked', after({ do: 'category', code: 'wxcs' }, { do: 'set', field: 'text', value: 'x' }, { do: 'callback', choice: pickTime }), 'callback_at'],
  ])('asks for %s', (_name, state, field) => expect(toIntake(state, reference, call)).toEqual({ ok: false, field }));

  it('says when the customer said it, and how, only for what does not come by a call now', () => {
    const now = Date.parse('2026-06-01T08:00:00Z');
    const letter = { ...call, interaction_id: null, now };
    const said = (received_at: string) => after({ do: 'category', code: 'wxcs' }, { do: 'set', field: 'text', value: 'x' }, { do: 'set', field: 'received_at', value: received_at }, { do: 'channel', channel: 'email' });
    expect(toIntake(said('2026-05-30T10:00:00Z'), reference, letter)).toMatchObject({ ok: true, body: { received_at: '2026-05-30T10:00:00.000Z', channel: 'email' } });
    expect(toIntake(said(''), reference, letter)).not.toHaveProperty('body.received_at');
    for (const wrong of ['2026-06-01T08:01:00Z', '2025-05-31T07:59:00Z', 'soon']) expect(toIntake(said(wrong), reference, letter)).toEqual({ ok: false, field: 'received_at' });
    const live = toIntake(said('2026-05-30T10:00:00Z'), reference, { ...call, now });
    expect(live).not.toHaveProperty('body.received_at');
    expect(live).not.toHaveProperty('body.channel');
  });
  it('keeps what was chosen by hand when the category changes', () => {
    const state = after({ do: 'category', code: 'wxcs' }, { do: 'severity', value: 4 }, { do: 'category', code: 'fpwt' });
    expect(chosen(state, reference)).toMatchObject({ severity: 4, callback: 'tomorrow_10', department: 'sales' });
  });
  it('sends a department only when it differs from the category', () => {
    const words: IntakeAction[] = [{ do: 'category', code: 'wxcs' }, { do: 'set', field: 'text', value: 'x' }];
    expect(toIntake(after(...words, { do: 'department', code: 'repair' }), reference, call)).not.toHaveProperty('body.department');
    expect(toIntake(after(...words, { do: 'department', code: 'sales' }), reference, call)).toHaveProperty('body.department', 'sales');
  });
  it('says who calls the customer only when that is chosen and the work goes to a department', () => {
    const words: IntakeAction[] = [{ do: 'category', code: 'wxcs' }, { do: 'set', field: 'text', value: 'x' }];
    const owner: IntakeAction = { do: 'caller', caller: 'owner' };
    expect(chosen(after(...words), reference).caller).toBe('department');
    expect(toIntake(after(...words), reference, call)).toHaveProperty('body.callback', { choice: 'two_hours' });
    expect(toIntake(after(...words, owner), reference, call)).toHaveProperty('body.callback', { choice: 'two_hours', caller: 'owner' });
    const inquiry = { categories: [{ ...category('cpzx', 'sales', 1, ''), kind: 'inquiry' }] };
    const asked: IntakeAction[] = [{ do: 'category', code: 'cpzx' }, { do: 'set', field: 'text', value: 'x' }, owner];
    expect(chosen(after(...asked), inquiry).caller).toBeNull();
    expect(toIntake(after(...asked), inquiry, call)).not.toHaveProperty('body.callback');
    expect(toIntake(after(...asked, { do: 'department', code: 'repair' }), inquiry, call)).toHaveProperty('body.callback', { caller: 'owner' });
  });
  it('names an unknown caller', () => {
    const state = after({ do: 'category', code: 'wxcs' }, { do: 'set', field: 'text', value: 'x' }, { do: 'set', field: 'name', value: '样例' });
    expect(toIntake(state, reference, { ...call, provisional: true })).toHaveProperty('body.customer', { name: '样例', number: call.number });
  });
  it('never sends a masked number', () =>
    expect(toIntake(after({ do: 'category', code: 'wxcs' }, { do: 'set', field: 'text', value: 'x' }), reference, { ...call, number: '138****8000' })).not.toHaveProperty('body.number'));
  it('starts with the product of the customer', () =>
    expect(startIntake({ customer: { product: 'PC-2038', provisional: false, name: 'x' } } as Pop)).toEqual({ ...emptyIntake, product: 'PC-2038' }));
});

describe('a picked time', () => {
  const at = '2026-11-23T22:30';
  const picked = [{ do: 'category', code: 'wxcs' }, { do: 'set', field: 'text', value: 'x' }, { do: 'callback', choice: pickTime }, { do: 'set', field: 'callback_at', value: at }] as const;
  it('says that the customer asked for it only when somebody has said so', () => {
    expect(toIntake(after(...picked), reference, call)).toHaveProperty('body.callback', { at: new Date(at).toISOString() });
    expect(toIntake(after(...picked, { do: 'asked', asked: true }), reference, call)).toHaveProperty('body.callback', { at: new Date(at).toISOString(), customer_asked: true });
  });
});

describe('the callback chips', () => {
  const hour = 3_600_000;
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((code, index) => ({ code, at: new Date((index + 1) * hour).toISOString() }));
  it('are four, spread over the offer', () => expect(shortChoices(all, '', 0).map((choice) => choice.code)).toEqual(['a', 'c', 'e', 'g']));
  it('always have the chosen one', () => {
    for (const { code } of all) expect(shortChoices(all, code, 0).map((choice) => choice.code)).toContain(code);
  });
  it('leave out what is past', () => expect(shortChoices(all.slice(0, 4), '', 1.5 * hour).map((choice) => choice.code)).toEqual(['b', 'c', 'd']));
});
