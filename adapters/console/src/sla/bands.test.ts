// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { bandOf, countdown } from './bands';

const minute = 60_000;
const start = Date.parse('2026-11-21T08:00:00Z');
const clock = (change: Partial<Parameters<typeof bandOf>[0]> = {}) => ({
  state: 'running' as const, started_at: new Date(start).toISOString(), due_at: new Date(start + 200 * minute).toISOString(), breached_at: null, ended_at: null, ...change,
});

describe('the band of a clock of 200 minutes', () => {
  it.each([
    ['just started', 0, 'ok'],
    ['a little more than a quarter left', 149, 'ok'],
    ['a quarter left', 150, 'warn'],
    ['a little more than a tenth left', 179, 'warn'],
    ['a tenth left', 180, 'risk'],
    ['the very instant', 200, 'risk'],
    ['a minute too late', 201, 'late'],
  ])('%s', (_name, minutes, band) => expect(bandOf(clock(), start + minutes * minute).band).toBe(band));

  it('is risk in the last five minutes of a short clock', () => {
    const short = clock({ due_at: new Date(start + 10 * minute).toISOString() });
    expect(bandOf(short, start + 5 * minute).band).toBe('ok');
    expect(bandOf(short, start + 5 * minute + 1).band).toBe('risk');
  });
  it('stays late once breached, whatever the due time says now', () => expect(bandOf(clock({ state: 'breached', breached_at: new Date(start).toISOString() }), start)).toEqual({ band: 'late', left: 0 }));
  it('shows no countdown while paused', () => expect(bandOf(clock({ state: 'paused', due_at: null }), start)).toEqual({ band: 'paused', left: null }));
  it('tells in time from too late when it has ended', () => {
    const ended = new Date(start + minute).toISOString();
    expect(bandOf(clock({ state: 'met', ended_at: ended }), start).band).toBe('met');
    expect(bandOf(clock({ state: 'breached', ended_at: ended, breached_at: ended }), start).band).toBe('late_met');
    expect(bandOf(clock({ state: 'cancelled' }), start).band).toBe('cancelled');
  });
});

describe('a countdown', () => {
  const words = { day: 'd', hour: 'h', second: 's' };
  it.each([
    [59_000, '59s'],
    [119_000, '119s'],
    [120_000, '0:02'],
    [-6 * minute, '0:06'],
    [200 * minute, '3:20'],
    [24 * 60 * minute - 1, '23:59'],
    [28 * 60 * minute, '1d 4h'],
  ])('%i ms is %s', (left, text) => expect(countdown(left, words)).toBe(text));
});
