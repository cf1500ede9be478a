// SPDX-License-Identifier: Apache-2.0
// J, K, arrows and Enter in a list: one place, so the same keys work on every list.
import { type KeyboardEvent, useCallback, useEffect, useState } from 'react';
import { composing } from './registry';
import { useKeys } from './use_keys';

export interface ListCursor {
  at: number;
  set(at: number): void;
  onKeyDown(event: KeyboardEvent): void;
}

export function useList(count: number, open: (at: number) => void, show?: (at: number) => void, active = true): ListCursor {
  const [at, setAt] = useState(0);
  const clamp = useCallback((to: number) => Math.max(0, Math.min(count - 1, to)), [count]);
  useEffect(() => {
    if (at > 0 && at >= count && count > 0) setAt(count - 1);
  }, [at, count]);
  const move = (to: number) => {
    if (count === 0) return;
    const next = clamp(to);
    setAt(next);
    show?.(next);
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
      open: () => (count > 0 ? open(clamp(at)) : false),
    },
    active,
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (composing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    const page = 12;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  return { at: clamp(at), set: setAt, onKeyDown };
}
