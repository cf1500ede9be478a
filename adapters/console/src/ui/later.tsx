// SPDX-License-Identifier: Apache-2.0
// Parts of the shell that nobody sees until they are opened: fetched when the page has been painted, not before.
import { type ComponentType, type ReactNode, lazy, useEffect, useRef } from 'react';

const againMs = 2000;

/**
 * One part of a chunk that is fetched as soon as the browser has nothing better to do, or when it is wanted. While the
 * engine is away it is asked for again and again: the page works without it, and goes on working.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const fetch = async (): Promise<{ default: ComponentType<Props> }> => {
    try {
      return { default: await load() };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, againMs));
      return fetch();
    }
  };
  let fetching: ReturnType<typeof fetch> | null = null;
  const fetched = () => (fetching ??= fetch());
  const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 300));
  idle(() => void fetched(), { timeout: 2000 });
  return lazy(fetched);
}

/** What happened to a button before the part that it opens was here: asked for, or in focus. */
export interface Before { asked: boolean; focused: boolean }

/** A button that looks like the one that will open, and remembers whoever was quicker. */
export function useStandIn(props: { className: string; label?: string; kind: 'menu' | 'dialog'; children: ReactNode }): { before: Before; button: ReactNode } {
  const before = useRef<Before>({ asked: false, focused: false });
  const { className, label, kind, children } = props;
  const button = (
    <button
      type="button"
      className={className}
      aria-label={label}
      aria-haspopup={kind}
      onClick={() => (before.current.asked = true)}
      onFocus={() => (before.current.focused = true)}
      onBlur={() => (before.current.focused = false)}
    >
      {children}
    </button>
  );
  return { before: before.current, button };
}

/** The button that opens: it takes the focus over from the one that stood in. */
export function useOpener({ focused }: Before) {
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused) opener.current?.focus();
  }, [focused]);
  return opener;
}
