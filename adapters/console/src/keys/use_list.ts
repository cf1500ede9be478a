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
  useKeys(
    {
      next: () => move(at + 1),
      previous: () => move(at - 1),
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
