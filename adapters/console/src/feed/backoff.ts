// SPDX-License-Identifier: Apache-2.0
/** Milliseconds before the next connection: 0.25 s doubling to 8 s, with up to half of it as jitter. */
export function backoff(attempt: number, random: number): number {
  const base = Math.min(8000, 250 * 2 ** Math.min(attempt, 5));
  return base / 2 + (base / 2) * random;
}
