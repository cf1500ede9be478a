// SPDX-License-Identifier: Apache-2.0
// Who answers a press: what is bound to the action that has the key, the innermost scope first.
import { comboFor } from './own_keys';
import { checkKeys, type KeyId, type KeyScope, keyIds, keyTable } from './table';

/** True while an input method composes: 229 stays, because isComposing alone is unreliable. */
export function composing(event: { isComposing?: boolean; keyCode?: number; nativeEvent?: KeyboardEvent }): boolean {
  const native = event.nativeEvent ?? event;
  return native.isComposing === true || native.keyCode === 229;
}

export function comboOf(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey;
  // With Shift a digit key reports its symbol; the physical digit is what the cap shows.
  const digit = control && /^Digit\d$/.test(event.code) ? event.code.slice(5) : '';
  const key = digit || (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  const symbol = event.key.length === 1 && !/[a-z0-9]/i.test(event.key) && !digit;
  return `${control ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.shiftKey && !symbol ? 'Shift+' : ''}${key}`;
}

export function isEditable(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type);
}

export type KeyHandler = (event: KeyboardEvent) => void | boolean;
const bound = new Map<KeyId, KeyHandler[]>();

/** Binds until the returned function is called; the newest binding of an id answers. */
export function bindKey(id: KeyId, handler: KeyHandler): () => void {
  const handlers = bound.get(id) ?? [];
  bound.set(id, [...handlers, handler]);
  return () => bound.set(id, (bound.get(id) ?? []).filter((other) => other !== handler));
}

export function dispatchKey(event: KeyboardEvent): void {
  if (composing(event) || event.defaultPrevented) return;
  const combo = comboOf(event);
  const single = combo.length === 1 || combo === 'Enter';
  const inDialog = event.target instanceof Element && event.target.closest('[role="dialog"],[role="menu"]') !== null;
  if (single && (isEditable(event.target) || inDialog)) return;
  // A focused button or link keeps its own Enter, a focused group its own digits.
  if (combo === 'Enter' && event.target instanceof Element && event.target.closest('button,a[href]')) return;
  if (single && event.target instanceof Element && event.target.closest('[role="radiogroup"]')) return;
  const ids = keyIds.filter((id) => comboFor(id) === combo);
  // Inside a dialog its own keys answer, and the call keys; never the page behind it.
  const usable = ids.filter((id) => !inDialog || keyTable[id].scope === 'dialog' || keyTable[id].scope === 'global');
  for (const id of usable.toSorted((a, b) => rank(keyTable[a].scope) - rank(keyTable[b].scope))) {
    const handler = bound.get(id)?.at(-1);
    if (!handler) continue;
    if (handler(event) === false) continue;
    event.preventDefault();
    return;
  }
}

const rank = (scope: KeyScope): number => ['dialog', 'composer', 'intake', 'wrap_up', 'liaison', 'callbacks', 'accounts', 'reviews', 'customer', 'customers', 'facts', 'list', 'case', 'desk', 'global'].indexOf(scope);

let installed = false;
export function installKeys(): void {
  if (installed) return;
  installed = true;
  checkKeys(keyTable);
  window.addEventListener('keydown', dispatchKey);
}
