// SPDX-License-Identifier: Apache-2.0
// Chance that can be repeated: the same seed and name give the same numbers, whatever happens elsewhere meanwhile.

/** Numbers from 0 to 1 for one thing of a run: chance(seed, 'call 7'). */
export function chance(seed, name) {
  let state = seed >>> 0;
  for (const letter of name) state = Math.imul(state ^ letter.codePointAt(0), 0x01000193) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low, high) => low + next() * (high - low);
  /** One of {word: weight}. */
  const one_of = (weights) => {
    let left = next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const [word, weight] of Object.entries(weights)) {
      left -= weight;
      if (left < 0) return word;
    }
    return Object.keys(weights).at(-1);
  };
  return { next, between, one_of, pick: (list) => list[Math.floor(next() * list.length)] };
}

export const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
