// SPDX-License-Identifier: Apache-2.0
// Where an instant lies on the picture of a clock. Time that does not count is drawn narrow, so that a clock
// over a month of working days still shows its hours; every instant keeps its order. Pure.
import type { SpanKind } from './explanation';

export interface Stretch { from: number; to: number; kind: SpanKind; name: string }
export interface Placed extends Stretch {
  x0: number; x1: number;
  /** Drawn narrower than its time: marked as a fold. */
  folded: boolean;
}
export interface Scale { width: number; placed: Placed[]; x(at: number): number }

const hour = 3_600_000;
/** Closed time takes at most this share of the picture. */
const foldedShare = 0.34;
const foldMax = 30;
const foldMin = 3;

const counts = (kind: SpanKind): boolean => kind === 'working' || kind === 'paused' || kind === 'uncovered';

export function makeScale(stretches: Stretch[], width: number): Scale {
  const total = stretches.reduce((sum, each) => sum + (each.to - each.from), 0);
  const running = stretches.filter((each) => counts(each.kind)).reduce((sum, each) => sum + (each.to - each.from), 0);
  const closed = stretches.filter((each) => !counts(each.kind)).length;
  const linear = (each: Stretch): number => (total === 0 ? 0 : ((each.to - each.from) / total) * width);
  // A night is one fold, a weekend or a holiday one and a half: enough to tell them apart.
  const weight = (each: Stretch): number => (each.to - each.from > 20 * hour ? 1.6 : 1);
  const weights = stretches.filter((each) => !counts(each.kind)).reduce((sum, each) => sum + weight(each), 0);
  const fold = closed === 0 ? 0 : Math.min(foldMax, Math.max(foldMin, (foldedShare * width) / weights));
  const share = (each: Stretch): number => Math.min(linear(each), fold * weight(each));
  const folding = running > 0;
  const taken = folding ? stretches.filter((each) => !counts(each.kind)).reduce((sum, each) => sum + share(each), 0) : 0;
  const left = Math.max(0, width - taken);
  let x = 0;
  const placed = stretches.map((each): Placed => {
    const wide = !folding ? linear(each) : counts(each.kind) ? ((each.to - each.from) / running) * left : share(each);
    const x0 = x;
    x += wide;
    return { ...each, x0, x1: x, folded: folding && !counts(each.kind) && wide < linear(each) - 0.5 };
  });
  return {
    width,
    placed,
    x(at: number): number {
      const first = placed[0];
      if (first === undefined || at <= first.from) return 0;
      for (const each of placed) {
        if (at <= each.to) return each.to === each.from ? each.x1 : each.x0 + ((at - each.from) / (each.to - each.from)) * (each.x1 - each.x0);
      }
      return placed[placed.length - 1]!.x1;
    },
  };
}

export interface Label { key: string; x: number; wide: number; text: string }
export interface PlacedLabel extends Label { row: number; left: number }

/** Labels in as few rows as they need without touching each other; null: no row is free, it stays untold. */
export function placeLabels(labels: Label[], width: number, rows: number, gap = 6): PlacedLabel[] {
  const ends: number[] = Array.from({ length: rows }, () => -gap);
  const placed: PlacedLabel[] = [];
  for (const label of [...labels].sort((a, b) => a.x - b.x)) {
    const left = Math.min(Math.max(0, label.x - label.wide / 2), Math.max(0, width - label.wide));
    const row = ends.findIndex((end) => left >= end + gap);
    if (row < 0) continue;
    ends[row] = left + label.wide;
    placed.push({ ...label, row, left });
  }
  return placed;
}

/** About how wide a text is drawn: a Chinese character is as wide as the type is high. */
export const textWidth = (text: string, size: number): number =>
  [...text].reduce((sum, letter) => sum + (letter.codePointAt(0)! > 0x2e80 ? size : size * 0.58), 0);
