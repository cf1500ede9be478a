// SPDX-License-Identifier: Apache-2.0
// What is on the picture of a clock and where: ticks, pins and steps, from the engine's explanation. Pure.
import type { ClockExplanation, ExplainedStep, SpanKind } from './explanation';
import { makeScale, placeLabels, type PlacedLabel, type Scale, type Stretch, textWidth } from './scale';
import { localTime, midnights, zoneDay, zoneTime } from './zone';

const hour = 3_600_000;
export const typeSize = 12;

/** Neighbours that look the same are one stretch, unless the due time lies between them. */
export function stretchesOf(explanation: ClockExplanation, language: string): Stretch[] {
  return explanation.spans.map((span) => ({
    from: Date.parse(span.from), to: Date.parse(span.to), kind: span.kind, name: language === 'en' ? span.name_en : span.name_zh,
  }));
}

export interface Pin { key: 'start' | 'now' | 'due' | 'met' | 'ended'; at: number }

/** The instants with a name of their own. */
export function pinsOf({ clock }: ClockExplanation, now: number): Pin[] {
  const pins: Pin[] = [{ key: 'start', at: Date.parse(clock.started_at) }];
  if (clock.due_at !== null) pins.push({ key: 'due', at: Date.parse(clock.due_at) });
  if (clock.ended_at === null) pins.push({ key: 'now', at: now });
  else pins.push({ key: clock.state === 'cancelled' ? 'ended' : 'met', at: Date.parse(clock.ended_at) });
  return pins;
}

export interface Dot { step: ExplainedStep; number: number; x: number }

/** Steps that have an instant on the picture; those that fall together stand beside each other. */
export function dotsOf(steps: ExplainedStep[], scale: Scale, until: number, apart = 18): Dot[] {
  const dots: Dot[] = [];
  let last = -apart / 2; // The first one stays inside the left edge.
  steps.forEach((step, index) => {
    const at = step.state === 'fired' ? (step.fired_at ?? step.at) : step.at;
    if (at === null || Date.parse(at) > until) return;
    dots.push({ step, number: index + 1, x: scale.x(Date.parse(at)) });
  });
  dots.sort((a, b) => a.x - b.x || a.number - b.number);
  for (const dot of dots) {
    dot.x = Math.max(dot.x, last + apart);
    last = dot.x;
  }
  // Pushed over the right edge: back from there.
  for (let index = dots.length - 1, edge = scale.width - apart / 2; index >= 0; index -= 1, edge -= apart) {
    const dot = dots[index]!;
    if (dot.x <= edge) break;
    dot.x = edge;
  }
  return dots;
}

export interface Axis { days: { x: number; at: number }[]; dayLabels: PlacedLabel[]; timeLabels: PlacedLabel[] }

export function axisOf(scale: Scale, zone: string): Axis {
  const first = scale.placed[0];
  const last = scale.placed[scale.placed.length - 1];
  if (first === undefined || last === undefined) return { days: [], dayLabels: [], timeLabels: [] };
  const days = midnights(first.from, last.to, zone).map((at) => ({ at, x: scale.x(at) }));
  const dayLabels = [{ at: first.from, x: 0 }, ...days].map(({ at, x }) => {
    const text = zoneDay(at, zone);
    const wide = textWidth(text, typeSize);
    return { key: String(at), x: x + wide / 2 + 3, wide, text };
  });
  const times = new Map<number, number>();
  for (const each of scale.placed) {
    if (each.kind === 'closed' || each.kind === 'holiday') continue;
    // Beginning and end of what is wide enough for both; over a month the dates must do.
    if (each.x1 - each.x0 < 84) continue;
    times.set(each.from, each.x0);
    times.set(each.to, each.x1);
  }
  const borders = [...times.values()];
  for (const each of scale.placed) {
    if (each.kind === 'closed' || each.kind === 'holiday') continue;
    const perHour = ((each.x1 - each.x0) / Math.max(1, each.to - each.from)) * hour;
    const step = [1, 2, 3, 6, 12].find((hours) => hours * perHour >= 52);
    if (step === undefined) continue;
    const { minute, second } = localTime(each.from, zone);
    let ticks = 0;
    for (let at = each.from - (each.from % 1000) - (minute * 60 + second) * 1000 + hour; at < each.to && ticks < 100; at += hour) {
      const x = scale.x(at);
      if (localTime(at, zone).hour % step !== 0 || borders.some((border) => Math.abs(border - x) < 46)) continue;
      times.set(at, x);
      ticks += 1;
    }
  }
  const timeLabels = [...times].map(([at, x]) => {
    const text = zoneTime(at, zone);
    return { key: String(at), x, wide: textWidth(text, typeSize), text };
  });
  const shown = placeLabels(dayLabels, scale.width, 1, 8);
  const told = new Set(shown.map((label) => label.key));
  return { days: days.filter(({ at }) => told.has(String(at))), dayLabels: shown, timeLabels: placeLabels(timeLabels, scale.width, 1, 8) };
}

export function scaleOf(explanation: ClockExplanation, language: string, width: number): Scale {
  return makeScale(stretchesOf(explanation, language), width);
}

/** The kinds on the picture, in the order in which people look for them. */
export const kindsOf = (scale: Scale): SpanKind[] => (['working', 'closed', 'holiday', 'paused', 'uncovered'] as const).filter((kind) => scale.placed.some((each) => each.kind === kind));
