// SPDX-License-Identifier: Apache-2.0
// A wall shows the same picture all day: every ten minutes the whole page stands a few pixels elsewhere, so that no
// edge burns in. It is there at once, without a movement; styles.css keeps it from making a scrollbar.
import { useEffect } from 'react';

export const shiftMs = 10 * 60_000;
const px = 6; // less than the page's own margin
const places = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]] as const;

/** Where the page stands at a time, "6px -6px"; every place in turn. */
export function placeAt(nowMs: number): string {
  const [x, y] = places[Math.floor(nowMs / shiftMs) % places.length]!;
  return `${x * px}px ${y * px}px`;
}

export function useShift(active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const page = document.documentElement;
    const shift = () => page.style.setProperty('--shift', placeAt(Date.now()));
    shift();
    page.dataset.wall = '';
    const timer = setInterval(shift, shiftMs);
    return () => {
      clearInterval(timer);
      delete page.dataset.wall;
      page.style.removeProperty('--shift');
    };
  }, [active]);
}
