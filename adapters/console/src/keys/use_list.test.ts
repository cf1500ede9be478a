// SPDX-License-Identifier: Apache-2.0
import { act, renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { useList } from './use_list';

describe('the cursor of a list', () => {
  it('stays on its row when the order changes under it', () => {
    const { result, rerender } = renderHook(({ ids }) => useList(ids, () => undefined), { initialProps: { ids: [1, 2, 3] } });
    act(() => result.current.choose(2));
    rerender({ ids: [9, 8, 3, 2, 1] });
    expect(result.current.at).toBe(3);
  });
  it('stays on the first row when another one comes before it', () => {
    const { result, rerender } = renderHook(({ ids }) => useList(ids, () => undefined), { initialProps: { ids: [1, 2] } });
    rerender({ ids: [7, 1, 2] });
    expect(result.current.at).toBe(1);
  });
  it('goes to the place its row had when that is gone, and stays inside', () => {
    const { result, rerender } = renderHook(({ ids }) => useList(ids, () => undefined), { initialProps: { ids: [1, 2, 3] } });
    act(() => result.current.choose(2));
    rerender({ ids: [1, 3] });
    expect(result.current.at).toBe(1);
    rerender({ ids: [1] });
    expect(result.current.at).toBe(0);
    rerender({ ids: [] as number[] });
    expect(result.current.at).toBe(0);
  });
});
