// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bindKey, comboOf, composing, dispatchKey } from './registry';
import { checkKeys, keyTable } from './table';

const undo: (() => void)[] = [];
afterEach(() => {
  undo.splice(0).forEach((stop) => stop());
  document.body.innerHTML = '';
});
const press = (init: KeyboardEventInit & { keyCode?: number }, target: Element = document.body) => {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  Object.defineProperty(event, 'target', { value: target });
  dispatchKey(event);
  return event;
};

describe('the table of keys', () => {
  it('has no two entries that could answer the same press', () => expect(() => checkKeys(keyTable)).not.toThrow());
  it.each([
    ['the same scope', { a: { combo: 'F2', scope: 'list' }, b: { combo: 'F2', scope: 'list' } }],
    ['a global key and any other', { a: { combo: 'F4', scope: 'global' }, b: { combo: 'F4', scope: 'intake' } }],
    ['scopes shown together', { a: { combo: 'J', scope: 'list' }, b: { combo: 'J', scope: 'callbacks' } }],
  ] as const)('throws on %s', (_name, table) => expect(() => checkKeys(table)).toThrow(/duplicate key .*: a and b/));
  it('throws on keys that belong to the browser', () => {
    for (const combo of ['Ctrl+N', 'Ctrl+T', 'Ctrl+W', 'Ctrl+Shift+N', 'Alt+E']) expect(() => checkKeys({ a: { combo, scope: 'list' } })).toThrow(/belongs to the browser/);
  });
  it('allows one combo in scopes that are never on the screen together', () =>
    expect(() => checkKeys({ a: { combo: '1', scope: 'liaison' }, b: { combo: '1', scope: 'callbacks' } })).not.toThrow());
});

describe('a press', () => {
  it.each([
    [{ key: 'F2' }, 'F2'],
    [{ key: 'F2', shiftKey: true }, 'Shift+F2'],
    [{ key: 'k', ctrlKey: true }, 'Ctrl+K'],
    [{ key: 'Enter', metaKey: true }, 'Ctrl+Enter'],
    [{ key: '!', code: 'Digit1', ctrlKey: true, shiftKey: true }, 'Ctrl+Shift+1'],
    [{ key: '?', code: 'Slash', shiftKey: true }, '?'],
    [{ key: 'j' }, 'J'],
  ])('%o is %s', (init, combo) => expect(comboOf(new KeyboardEvent('keydown', init))).toBe(combo));

  it('reaches its handler and is kept from the browser', () => {
    const handler = vi.fn();
    undo.push(bindKey('answer', handler));
    const event = press({ key: 'F2' });
    expect(handler).toHaveBeenCalledOnce();
    expect(event.defaultPrevented).toBe(true);
  });
  it('belongs to the input method while it composes', () => {
    const handler = vi.fn();
    undo.push(bindKey('register', handler));
    press({ key: 'Enter', ctrlKey: true, isComposing: true });
    press({ key: 'Enter', ctrlKey: true, keyCode: 229 });
    expect(handler).not.toHaveBeenCalled();
    press({ key: 'Enter', ctrlKey: true });
    expect(handler).toHaveBeenCalledOnce();
  });
  it('of one character types in a field and acts elsewhere', () => {
    const handler = vi.fn();
    undo.push(bindKey('accept', handler));
    document.body.innerHTML = '<textarea></textarea>';
    press({ key: '1' }, document.querySelector('textarea')!);
    expect(handler).not.toHaveBeenCalled();
    press({ key: '1' });
    expect(handler).toHaveBeenCalledOnce();
  });
  it('inside a dialog never reaches the page behind it, except for the call', () => {
    const page = vi.fn();
    const call = vi.fn();
    const confirm = vi.fn();
    undo.push(bindKey('send', page), bindKey('answer', call), bindKey('confirm', confirm));
    document.body.innerHTML = '<div role="dialog"><input></div>';
    const input = document.querySelector('input')!;
    press({ key: 'Enter', ctrlKey: true }, input);
    press({ key: 'F2' }, input);
    expect([page.mock.calls.length, confirm.mock.calls.length, call.mock.calls.length]).toEqual([0, 1, 1]);
  });
  it('passes on when the handler says it is not for it', () => {
    undo.push(bindKey('add_to_case', () => false));
    expect(press({ key: 'F4' }).defaultPrevented).toBe(false);
  });
  it('knows composition from either sign', () => {
    expect(composing({ isComposing: true, keyCode: 13 })).toBe(true);
    expect(composing({ isComposing: false, keyCode: 229 })).toBe(true);
    expect(composing({ isComposing: false, keyCode: 13 })).toBe(false);
  });
});
