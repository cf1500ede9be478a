// SPDX-License-Identifier: Apache-2.0
// Every key of the console, once, as it is without anybody's own keys. Handlers bind to an id of this table, and
// buttons and the key sheet print from it. Two entries that could answer the same press are refused at start-up.

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
export const keyIds = Object.keys(keyTable) as KeyId[];
export const keyScopes: KeyScope[] = [...new Set(keyIds.map((id) => keyTable[id].scope))];

/** Scopes that can be active together: two entries with one combo in such scopes would both answer. */
const together: Partial<Record<KeyScope, KeyScope[]>> = {
  desk: ['intake', 'wrap_up', 'list'],
  list: ['liaison', 'callbacks', 'accounts', 'reviews', 'desk', 'customers'],
  case: ['composer'],
};
const forbidden = /^(Alt\+|Ctrl\+(N|T|W|Tab)$|Ctrl\+Shift\+(N|T|W|Tab)$)/;

/** Whether one press could reach an entry of each. */
export const meet = (a: KeyScope, b: KeyScope): boolean =>
  a === b || a === 'global' || b === 'global' || together[a]?.includes(b) === true || together[b]?.includes(a) === true;

/** Throws with both ids when two entries could answer the same press, or a key belongs to the browser. */
export function checkKeys(table: Record<string, KeyEntry>): void {
  const entries = Object.entries(table);
  for (const [index, [id, entry]] of entries.entries()) {
    if (forbidden.test(entry.combo)) throw new Error(`key ${id}: ${entry.combo} belongs to the browser`);
    for (const [otherId, other] of entries.slice(index + 1)) {
      if (entry.combo === other.combo && meet(entry.scope, other.scope)) throw new Error(`duplicate key ${entry.combo}: ${id} and ${otherId}`);
    }
  }
}
