// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { comboFor, giveKey, loadOwnKeys, refusalOf, standardKeys, usable, useOwnKeys } from './own_keys';
import { bindKey, dispatchKey } from './registry';
import { type KeyId, keyIds, keyTable } from './table';

beforeEach(() => {
  localStorage.clear();
  loadOwnKeys(7);
});
const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((stop) => stop()));
const press = (init: KeyboardEventInit & { keyCode?: number }) => dispatchKey(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));

describe('an own key', () => {
  it('acts instead of the standard one, in every tab and after a reload', () => {
    const answer = vi.fn();
    undo.push(bindKey('answer', answer));
    expect(giveKey('answer', 'Ctrl+Shift+9')).toBeNull();
    press({ key: 'F2' });
    expect(answer).not.toHaveBeenCalled();
    press({ key: '(', code: 'Digit9', ctrlKey: true, shiftKey: true });
    expect(answer).toHaveBeenCalledOnce();
    useOwnKeys.setState({ own: {} });
    window.dispatchEvent(new StorageEvent('storage', { key: 'firsthand.keys.7' }));
    expect(comboFor('answer')).toBe('Ctrl+Shift+9');
    loadOwnKeys(8);
    expect(comboFor('answer'), 'another person').toBe('F2');
  });
  it('belongs to the input method while it composes', () => {
    const register = vi.fn();
    undo.push(bindKey('register', register));
    giveKey('register', 'Ctrl+Shift+Enter');
    press({ key: 'Enter', ctrlKey: true, shiftKey: true, keyCode: 229 });
    expect(register).not.toHaveBeenCalled();
    press({ key: 'Enter', ctrlKey: true, shiftKey: true });
    expect(register).toHaveBeenCalledOnce();
  });
  it('frees the standard key for another action, which then keeps it from coming back', () => {
    expect(giveKey('transfer', 'F2')).toEqual({ why: 'taken', by: 'answer' });
    expect(giveKey('answer', 'Ctrl+Shift+9')).toBeNull();
    expect(giveKey('transfer', 'F2')).toBeNull();
    expect(giveKey('answer', 'F2')).toEqual({ why: 'taken', by: 'transfer' });
    expect(comboFor('answer')).toBe('Ctrl+Shift+9');
    standardKeys();
    expect([comboFor('answer'), comboFor('transfer')]).toEqual(['F2', 'F7']);
  });
  it('is forgotten when it is the standard one again', () => {
    giveKey('panes', 'Ctrl+B');
    expect(giveKey('panes', 'F6')).toBeNull();
    expect(useOwnKeys.getState().own).toEqual({});
  });
});

describe('a refusal', () => {
  it.each(['Ctrl+N', 'Ctrl+T', 'Ctrl+W', 'Ctrl+Tab', 'Tab', 'Ctrl+Shift+N', 'Alt+E', 'F5', 'F12', 'Ctrl+F', 'Ctrl+C', 'Ctrl+1', 'Ctrl+F4', 'Escape', ' ', 'Ctrl+ ', 'Ctrl+.', 'Ctrl+Shift+F', 'ArrowDown', 'Shift+Enter'])('is what %s meets everywhere: the browser or the input method takes it', (combo) => {
    for (const id of ['answer', 'register', 'accept'] as const) expect(refusalOf({}, id, combo)?.why, id).toMatch(/browser|typing/);
  });
  it.each([['answer', '1'], ['register', 'R'], ['wrap_up_extend', 'Enter']] as const)('of %s with %s: one types it', (id, combo) => expect(refusalOf({}, id, combo)).toEqual({ why: 'typing' }));
  it.each([['edit_record', 'Ctrl+Enter', 'send'], ['accept', 'J', 'next'], ['search', 'F4', 'add_to_case'], ['called', '1', 'accept']] as const)('of %s with %s names who has it', (id, combo, by) => expect(refusalOf({}, id, combo)).toEqual({ why: 'taken', by }));
  it('does not come between screens that are never shown together', () => {
    expect(refusalOf({}, 'accept', '5')).toBeNull();
    expect(refusalOf({}, 'edit_record', 'N')).toBeNull();
  });
  it('never concerns a standard key', () => {
    for (const id of keyIds) expect(refusalOf({}, id, keyTable[id].combo), id).toBeNull();
  });
});

describe('what was stored', () => {
  it('is read without what is no key, no action, or somebody else\'s by now', () => {
    expect(usable({ answer: 'Ctrl+T', hold: 7, weather: 'F8', accept: 'J', panes: 'Ctrl+B' })).toEqual({ panes: 'Ctrl+B' });
    expect(usable({ answer: 'F7' }), 'a newer table gave F7 to the transfer').toEqual({});
    expect(usable('x')).toEqual({});
    expect(usable(null)).toEqual({});
  });
  it('keeps two actions that changed places', () => {
    const swapped: Partial<Record<KeyId, string>> = { next: 'K', previous: 'J' };
    expect(usable(swapped)).toEqual(swapped);
  });
  it('is nothing when it cannot be read', () => {
    localStorage.setItem('firsthand.keys.7', '{');
    loadOwnKeys(7);
    expect(useOwnKeys.getState().own).toEqual({});
  });
});
