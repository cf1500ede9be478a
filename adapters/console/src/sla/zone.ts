// SPDX-License-Identifier: Apache-2.0
// Local dates and times of an IANA zone that need not be the browser's: a clock is explained in the time of
// its calendar. Pure.

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const options: Intl.DateTimeFormatOptions = {
    hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  };
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat('en-GB', { ...options, ...(zone === '' ? {} : { timeZone: zone }) });
  } catch {
    made = new Intl.DateTimeFormat('en-GB', options); // A zone this browser does not know: its own.
  }
  formatters.set(zone, made);
  return made;
}

export interface LocalTime { year: number; month: number; day: number; hour: number; minute: number; second: number }

export function localTime(at: number, zone: string): LocalTime {
  const parts: Record<string, number> = {};
  for (const part of formatter(zone).formatToParts(at)) parts[part.type] = Number(part.value);
  return parts as unknown as LocalTime;
}

/** Local minus UTC in milliseconds. */
export function offsetAt(at: number, zone: string): number {
  const local = localTime(at, zone);
  return Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute, local.second) - Math.floor(at / 1000) * 1000;
}

/** The first instant of a local date; a midnight that a clock change skips is the first instant after it. */
export function midnight(year: number, month: number, day: number, zone: string): number {
  const wall = Date.UTC(year, month - 1, day);
  const first = wall - offsetAt(wall, zone);
  const second = wall - offsetAt(first, zone);
  return localTime(second, zone).day === new Date(wall).getUTCDate() ? second : Math.max(first, second);
}

/** Every local midnight strictly between two instants, at most `most` of them. */
export function midnights(from: number, to: number, zone: string, most = 800): number[] {
  const found: number[] = [];
  const start = localTime(from, zone);
  for (let step = 1; found.length < most; step += 1) {
    const date = new Date(Date.UTC(start.year, start.month - 1, start.day + step));
    const at = midnight(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), zone);
    if (at >= to) break;
    if (at > from) found.push(at);
  }
  return found;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** 09:30 */
export function zoneTime(at: number, zone: string): string {
  const local = localTime(at, zone);
  return `${two(local.hour)}:${two(local.minute)}`;
}
/** 11-21 */
export function zoneDay(at: number, zone: string): string {
  const local = localTime(at, zone);
  return `${two(local.month)}-${two(local.day)}`;
}
/** 11-21 09:30, with the year when it is not that of `now`; with seconds when there are any. */
export function zoneStamp(at: number | string, zone: string, now: number = Date.now()): string {
  const instant = typeof at === 'string' ? Date.parse(at) : at;
  const local = localTime(instant, zone);
  const year = local.year === localTime(now, zone).year ? '' : `${local.year}-`;
  const seconds = local.second === 0 ? '' : `:${two(local.second)}`;
  return `${year}${zoneDay(instant, zone)} ${zoneTime(instant, zone)}${seconds}`;
}
export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
