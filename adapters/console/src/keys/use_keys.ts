// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'react';
import { bindKey, type KeyHandler } from './registry';
import type { KeyId } from './table';

/** Binds keys while the component is on the screen; returning false passes the press on. */
export function useKeys(handlers: Partial<Record<KeyId, KeyHandler>>, active = true): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  const ids = Object.keys(handlers).sort().join(' ');
  useEffect(() => {
    if (!active || ids === '') return;
    const undo = (ids.split(' ') as KeyId[]).map((id) => bindKey(id, (event) => latest.current[id]?.(event)));
    return () => undo.forEach((stop) => stop());
  }, [ids, active]);
}
