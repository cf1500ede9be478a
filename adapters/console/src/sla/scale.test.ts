// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { makeScale, placeLabels, type Stretch } from './scale';

const hour = 3_600_000;
const day = (n: number): Stretch[] => [
  { from: (24 * n + 9) * hour, to: (24 * n + 18) * hour, kind: 'working', name: '' },
  { from: (24 * n + 18) * hour, to: (24 * n + 33) * hour, kind: 'closed', name: '' },
];
const days = (count: number): Stretch[] => Array.from({ length: count }, (_, n) => day(n)).flat();
const wide = (kind: string, scale: ReturnType<typeof makeScale>) => scale.placed.filter((each) => each.kind === kind).reduce((sum, each) => sum + each.x1 - each.x0, 0);

describe('the scale', () => {
  it.each([1, 2, 5, 30, 200])('of %i days fills the width, in order, without a gap', (count) => {
    const scale = makeScale(days(count), 860);
    expect(scale.placed[0]!.x0).toBe(0);
    expect(scale.placed.at(-1)!.x1).toBeCloseTo(860, 5);
    scale.placed.forEach((each, n) => expect(each.x0).toBe(n === 0 ? 0 : scale.placed[n - 1]!.x1));
    const instants = Array.from({ length: 24 * count }, (_, n) => (n + 9) * hour);
    const xs = instants.map((at) => scale.x(at));
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
  });
  it('folds thirty nights so that the days keep most of the picture', () => {
    const scale = makeScale(days(30), 860);
    expect(wide('working', scale)).toBeGreaterThan(0.6 * 860);
    expect(scale.placed.filter((each) => each.kind === 'closed').every((each) => each.folded && each.x1 - each.x0 >= 3)).toBe(true);
  });
  it('draws a weekend wider than a night', () => {
    const scale = makeScale([...day(0), ...day(1).slice(0, 1), { from: 42 * hour, to: 105 * hour, kind: 'closed', name: '' }, { from: 105 * hour, to: 106 * hour, kind: 'working', name: '' }], 860);
    const [night, weekend] = scale.placed.filter((each) => each.kind === 'closed');
    expect(weekend!.x1 - weekend!.x0).toBeGreaterThan(night!.x1 - night!.x0);
  });
  it('is even when nothing is closed, and when everything is', () => {
    for (const kind of ['working', 'holiday'] as const) {
      const scale = makeScale([{ from: 0, to: 10, kind, name: '' }, { from: 10, to: 40, kind, name: '' }], 400);
      expect(scale.x(10)).toBe(100);
      expect(scale.placed.some((each) => each.folded)).toBe(false);
    }
  });
  it('holds instants outside at its ends, and survives no time at all', () => {
    const scale = makeScale(days(1), 100);
    expect([scale.x(0), scale.x(99 * 24 * hour)]).toEqual([0, 100]);
    expect(makeScale([], 100).x(5)).toBe(0);
    expect(makeScale([{ from: 5, to: 5, kind: 'working', name: '' }], 100).x(5)).toBe(0);
  });
});

describe('labels', () => {
  it('never touch and stay inside', () => {
    const placed = placeLabels([10, 12, 14, 95].map((x, n) => ({ key: String(n), x, wide: 30, text: '' })), 100, 2);
    for (const one of placed) {
      expect(one.left).toBeGreaterThanOrEqual(0);
      expect(one.left + one.wide).toBeLessThanOrEqual(100);
      for (const other of placed) if (one !== other && one.row === other.row) expect(Math.abs(one.left - other.left)).toBeGreaterThanOrEqual(30);
    }
    expect(placed.map((each) => each.key)).toEqual(['0', '1', '3']);
  });
});
