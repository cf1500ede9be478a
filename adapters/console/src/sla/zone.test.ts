// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { midnights, zoneStamp, zoneTime } from './zone';

const utc = (text: string) => Date.parse(text);

describe('the time of a zone', () => {
  it.each([
    ['2026-11-21T08:05:00Z', 'Asia/Shanghai', '11-21 16:05'],
    ['2026-11-21T20:00:30Z', 'Asia/Shanghai', '11-22 04:00:30'],
    ['2025-12-31T23:30:00Z', 'Europe/Berlin', '01-01 00:30'],
    ['2024-02-29T12:00:00Z', 'Asia/Kolkata', '2024-02-29 17:30'],
    ['2026-11-21T08:05:00Z', 'No/Such_Zone', ''],
  ])('%s in %s is %s', (at, zone, text) => {
    const shown = zoneStamp(at, zone, utc('2026-06-01T00:00:00Z'));
    if (text !== '') expect(shown).toBe(text);
    else expect(shown).toMatch(/^\d\d-\d\d \d\d:\d\d$/);
  });
  it('finds each midnight between two instants, over a change of the clock too', () => {
    const shanghai = midnights(utc('2026-11-20T08:00:00Z'), utc('2026-11-23T08:00:00Z'), 'Asia/Shanghai');
    expect(shanghai.map((at) => new Date(at).toISOString())).toEqual(['2026-11-20T16:00:00.000Z', '2026-11-21T16:00:00.000Z', '2026-11-22T16:00:00.000Z']);
    const berlin = midnights(utc('2026-03-28T12:00:00Z'), utc('2026-03-31T12:00:00Z'), 'Europe/Berlin');
    expect(berlin.map((at) => zoneTime(at, 'Europe/Berlin'))).toEqual(['00:00', '00:00', '00:00']);
    expect(berlin[1]! - berlin[0]!).toBe(23 * 3_600_000);
    // Santiago springs forward at midnight: the day begins at one.
    const santiago = midnights(utc('2026-09-05T12:00:00Z'), utc('2026-09-07T12:00:00Z'), 'America/Santiago');
    expect(santiago.map((at) => zoneTime(at, 'America/Santiago'))).toEqual(['01:00', '00:00']);
    expect(midnights(0, 1e15, 'UTC', 5)).toHaveLength(5);
  });
});
