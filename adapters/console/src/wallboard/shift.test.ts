// SPDX-License-Identifier: Apache-2.0
import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { placeAt, shiftMs, useShift } from './shift';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());
const page = document.documentElement;
const place = () => page.style.getPropertyValue('--shift');

describe('the shift of the wall', () => {
  it('moves every ten minutes, by a few pixels, through nine places and round again', () => {
    const { unmount } = renderHook(() => useShift(true));
    const seen = [place()];
    vi.advanceTimersByTime(shiftMs - 1);
    expect(place()).toBe('0px 0px');
    vi.advanceTimersByTime(1);
    for (let i = 0; i < 9; i += 1) {
      seen.push(place());
      vi.advanceTimersByTime(shiftMs);
    }
    expect(new Set(seen).size).toBe(9);
    expect(seen[9]).toBe(seen[0]);
    for (const each of seen) expect(each).toMatch(/^-?[06]px -?[06]px$/);
    for (const [index, each] of seen.slice(1).entries()) expect(each, 'no two in turn are the same').not.toBe(seen[index]);
    unmount();
    expect(place()).toBe('');
    vi.advanceTimersByTime(shiftMs);
    expect(place(), 'the wall is gone').toBe('');
  });
  it('is for the wall alone', () => {
    renderHook(() => useShift(false));
    expect(page.dataset.wall).toBeUndefined();
    expect(place()).toBe('');
  });
  it('goes on where it would be, when the page is loaded again', () => expect(placeAt(3 * shiftMs + 5)).toBe(placeAt(12 * shiftMs)));
});
