// SPDX-License-Identifier: Apache-2.0
// Waiting with a deadline, and saying what was expected and what was seen when it passes.

export const say = (text) => console.log(`      ${text}`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const shown = (value) => {
  const text = value instanceof Error ? value.message : JSON.stringify(value);
  return text === undefined ? 'nothing' : text.length > 1500 ? `${text.slice(0, 1500)}…` : text;
};

/**
 * Asks `probe` again until `good` says yes and returns what it saw. A probe that throws has not seen it yet.
 * `good` is the probe's own truth when absent; an empty list is not enough then.
 */
export async function until(expected, probe, { within = 5000, good = null, every = 40 } = {}) {
  const started = Date.now();
  const enough = good ?? ((value) => (Array.isArray(value) ? value.length > 0 : Boolean(value)));
  let seen;
  for (;;) {
    try {
      seen = await probe();
      if (enough(seen)) return seen;
    } catch (error) {
      seen = error;
    }
    if (Date.now() - started > within) throw new Error(`expected within ${within} ms: ${expected}\n  seen: ${shown(seen)}`);
    await pause(every);
  }
}

/** Fails with both sides in the message. */
export function expect(expected, seen, ok) {
  if (!ok) throw new Error(`expected: ${expected}\n  seen: ${shown(seen)}`);
}
