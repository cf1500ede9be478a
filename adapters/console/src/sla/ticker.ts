// SPDX-License-Identifier: Apache-2.0
// One timer for every countdown on the page, on the server's time.
import { useSyncExternalStore } from 'react';
import { serverNow } from '../feed/state';

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let second = 0;

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  if (timer === null) {
    second = Math.floor(serverNow() / 1000);
    timer = setInterval(() => {
      second = Math.floor(serverNow() / 1000);
      watchers.forEach((notify) => notify());
    }, 1000);
  }
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** What the selector makes of the server's time; the component draws again only when that changes. */
export function useTick<T extends string | number | boolean>(select: (nowMs: number) => T): T {
  return useSyncExternalStore(subscribe, () => select((timer === null ? Math.floor(serverNow() / 1000) : second) * 1000));
}
