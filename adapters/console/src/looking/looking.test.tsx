// SPDX-License-Identifier: Apache-2.0
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { speak } from '../i18n';
import { changeSettings } from '../settings';
import { initials, Looking, type Looker } from './looking';

let said: { path: string; body: { typing?: boolean; leaves?: boolean; tab: string } }[] = [];
let others: Looker[] | null = [];
beforeEach(async () => {
  changeSettings({ language: 'en' });
  await speak();
  vi.useFakeTimers();
  said = [];
  others = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    said.push({ path, body: JSON.parse(String(init.body)) });
    if (others === null) throw new TypeError('network');
    return new Response(JSON.stringify({ items: others }), { status: 200 });
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const shown = () => screen.queryAllByRole('listitem').map((item) => item.textContent);

describe('who is looking', () => {
  it('is asked again and again, and nobody is shown when nothing answers', async () => {
    others = [{ id: 2, name: '周演示', typing: false }];
    render(<Looking path="cases/GD1" />);
    await wait(0);
    expect(shown()).toEqual(['周周演示 is looking']);
    others = [{ id: 2, name: '周演示', typing: true }];
    await wait(4000);
    expect(shown()).toEqual(['周周演示 is typing']);
    others = null;
    await wait(4000);
    expect(shown()).toEqual([]);
    expect(said.map((each) => each.path)).toEqual(Array(3).fill('/api/v1/cases/GD1/looking'));
  });
  it('is told at once when one types, and that one has left', async () => {
    const { unmount } = render(<main><textarea /><Looking path="cases/GD1" /></main>);
    await wait(100);
    document.querySelector('textarea')!.dispatchEvent(new Event('input', { bubbles: true }));
    document.querySelector('textarea')!.dispatchEvent(new Event('input', { bubbles: true }));
    await wait(0);
    expect(said.map((each) => each.body.typing)).toEqual([false, true]);
    await wait(12_000);
    expect(said.at(-1)!.body.typing).toBe(false);
    unmount();
    expect(said.at(-1)!.body.leaves).toBe(true);
    expect(new Set(said.map((each) => each.body.tab)).size).toBe(1);
  });
  it('says nothing from a tab that nobody sees', async () => {
    const seen = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    render(<Looking path="cases/GD1" />);
    await wait(20_000);
    expect(said).toEqual([]);
    seen.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    await wait(0);
    expect(said).toHaveLength(1);
    seen.mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    expect(said.at(-1)!.body.leaves).toBe(true);
  });
  it('shows three by name and how many more', async () => {
    others = ['王一', '李二', '赵三', '钱四', 'Pat Sample'].map((name, id) => ({ id, name, typing: false }));
    render(<Looking path="customers/7" />);
    await wait(0);
    expect(shown()).toHaveLength(4);
    expect(shown()[3]).toBe('and 2 more');
  });
  it('has faces: the family name, or two letters', () => expect(['王演示', 'Pat Sample', 'bo'].map(initials)).toEqual(['王', 'PS', 'B']));
});
