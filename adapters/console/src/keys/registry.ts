// SPDX-License-Identifier: Apache-2.0
// Every key of the console, once. Handlers bind to an id of this table, buttons print the key from it, and
// the key sheet is made from it. Two entries that could answer the same press are refused at start-up.

export type KeyScope = 'global' | 'desk' | 'intake' | 'wrap_up' | 'list' | 'liaison' | 'callbacks' | 'case' | 'accounts' | 'reviews' | 'composer' | 'dialog' | 'customer' | 'customers' | 'facts';

export interface KeyEntry {
  /** As in KeyboardEvent: modifiers in the order Ctrl+Shift+, then the key. */
  combo: string;
  scope: KeyScope;
}

export const keyTable = {
  answer: { combo: 'F2', scope: 'global' },
  hold: { combo: 'Shift+F2', scope: 'global' },
  hang_up: { combo: 'Ctrl+F2', scope: 'global' },
  transfer: { combo: 'F7', scope: 'global' },
  record: { combo: 'Shift+F7', scope: 'global' },
  search: { combo: 'Ctrl+K', scope: 'global' },
  search_slash: { combo: '/', scope: 'global' },
  keys: { combo: '?', scope: 'global' },
  presence_available: { combo: 'Ctrl+Shift+1', scope: 'global' },
  presence_break: { combo: 'Ctrl+Shift+2', scope: 'global' },
  presence_offline: { combo: 'Ctrl+Shift+3', scope: 'global' },
  wrap_up_extend: { combo: 'Ctrl+Shift+4', scope: 'global' },
  panes: { combo: 'F6', scope: 'desk' },
  register: { combo: 'Ctrl+Enter', scope: 'intake' },
  add_to_case: { combo: 'F4', scope: 'intake' },
  callback: { combo: 'F8', scope: 'intake' },
  repeat_intake: { combo: 'F9', scope: 'intake' },
  next: { combo: 'J', scope: 'list' },
  previous: { combo: 'K', scope: 'list' },
  open: { combo: 'Enter', scope: 'list' },
  mark: { combo: 'X', scope: 'list' },
  accept: { combo: '1', scope: 'liaison' },
  called: { combo: '2', scope: 'liaison' },
  give_back: { combo: '3', scope: 'liaison' },
  extend: { combo: '4', scope: 'liaison' },
  outcome_reached: { combo: '1', scope: 'callbacks' },
  outcome_no_answer: { combo: '2', scope: 'callbacks' },
  outcome_busy: { combo: '3', scope: 'callbacks' },
  outcome_wrong_number: { combo: '4', scope: 'callbacks' },
  outcome_refused: { combo: '5', scope: 'callbacks' },
  edit_record: { combo: 'E', scope: 'case' },
  letter: { combo: 'L', scope: 'case' },
  repeat: { combo: 'R', scope: 'case' },
  customer_timeline: { combo: '1', scope: 'customer' },
  customer_people: { combo: '2', scope: 'customer' },
  customer_merges: { combo: '3', scope: 'customer' },
  customer_tier: { combo: '4', scope: 'customer' },
  customer_money: { combo: '5', scope: 'customer' },
  facts_new: { combo: 'N', scope: 'facts' },
  customer_new: { combo: 'N', scope: 'customers' },
  account_claim: { combo: '1', scope: 'accounts' },
  account_follow_up: { combo: '2', scope: 'accounts' },
  account_assign: { combo: '3', scope: 'accounts' },
  account_extend: { combo: '4', scope: 'accounts' },
  account_release: { combo: '5', scope: 'accounts' },
  review_done: { combo: '1', scope: 'reviews' },
  review_change: { combo: '2', scope: 'reviews' },
  review_agree: { combo: '3', scope: 'reviews' },
  send: { combo: 'Ctrl+Enter', scope: 'composer' },
  confirm: { combo: 'Ctrl+Enter', scope: 'dialog' },
} as const satisfies Record<string, KeyEntry>;

export type KeyId = keyof typeof keyTable;

/** Scopes that can be active together: two entries with one combo in such scopes would both answer. */
const together: Partial<Record<KeyScope, KeyScope[]>> = {
  desk: ['intake', 'wrap_up', 'list'],
  list: ['liaison', 'callbacks', 'accounts', 'reviews', 'desk', 'customers'],
};
const forbidden = /^(Alt\+|Ctrl\+(N|T|W|Tab)$|Ctrl\+Shift\+(N|T|W|Tab)$)/;

/** Throws with both ids when two entries could answer the same press, or a key belongs to the browser. */
export function checkKeys(table: Record<string, KeyEntry>): void {
  const entries = Object.entries(table);
  for (const [index, [id, entry]] of entries.entries()) {
    if (forbidden.test(entry.combo)) throw new Error(`key ${id}: ${entry.combo} belongs to the browser`);
    for (const [otherId, other] of entries.slice(index + 1)) {
      if (entry.combo !== other.combo) continue;
      const overlap =
        entry.scope === other.scope || entry.scope === 'global' || other.scope === 'global' ||
        together[entry.scope]?.includes(other.scope) || together[other.scope]?.includes(entry.scope);
      if (overlap) throw new Error(`duplicate key ${entry.combo}: ${id} and ${otherId}`);
    }
  }
}

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
  const ids = (Object.keys(keyTable) as KeyId[]).filter((id) => keyTable[id].combo === combo);
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
