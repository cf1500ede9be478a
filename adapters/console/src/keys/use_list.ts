// SPDX-License-Identifier: Apache-2.0
// J, K, arrows and Enter in a list: one place, so the same keys work on every list. The cursor stays on its
// row, not on its place: when the list is read again and the order changes, a key still means the same row.
import { type KeyboardEvent, useRef, useState } from 'react';
import { composing } from './registry';
import { useKeys } from './use_keys';

type Id = string | number;
export interface ListCursor {
  at: number;
  choose(id: Id): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** Where the cursor is: on its row if that is still there, else at the place the row had. */
export function cursorAt(ids: readonly Id[], chosen: Id | null, before: number): number {
  const found = chosen === null ? -1 : ids.indexOf(chosen);
  return found >= 0 ? found : Math.max(0, Math.min(ids.length - 1, before));
}

/** `show` brings a row into view, or says with what the ids of the rows' elements begin: `row` for `row-1`. */
export function useList(ids: readonly Id[], open: (at: number) => void | boolean, show?: string | ((at: number) => void), active = true): ListCursor {
  const [chosen, setChosen] = useState<Id | null>(null);
  const before = useRef(0);
  const at = cursorAt(ids, chosen, before.current);
  before.current = at;
  // The first row is chosen by being first; from then on it is that row.
  const current = ids[at] ?? null;
  if (chosen !== current && current !== null) setChosen(current);

  const move = (to: number) => {
    if (ids.length === 0) return;
    const next = Math.max(0, Math.min(ids.length - 1, to));
    setChosen(ids[next]!);
    if (typeof show !== 'string') show?.(next);
    else document.getElementById(`${show}-${ids[next]}`)?.scrollIntoView({ block: 'nearest' });
  };
  // J and K work from anywhere on the page; the list then has the focus, so that Enter opens its row and not
  // the link that was clicked last.
  const step = (to: number) => {
    move(to);
    const list = document.querySelector<HTMLElement>('main [data-list]');
    if (list && !list.contains(document.activeElement)) list.focus({ preventScroll: true });
  };
  useKeys(
    {
      next: () => step(at + 1),
      previous: () => step(at - 1),
      open: () => (ids.length > 0 ? open(at) : false),
    },
    active,
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (composing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    const page = 12;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: ids.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  return { at, choose: setChosen, onKeyDown };
}
