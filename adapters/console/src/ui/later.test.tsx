// SPDX-License-Identifier: Apache-2.0
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { type ComponentType, Suspense, useEffect } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Before, later, useStandIn } from './later';

type Part = ComponentType<{ before: Before; onHere(before: Before): void }>;
const Opened: Part = ({ before, onHere }) => {
  useEffect(() => onHere({ ...before }), [before, onHere]);
  return <div role="menu" />;
};

function stage(load: () => Promise<Part>) {
  const Menu = later<{ before: Before; onHere(before: Before): void }>(load);
  const here = vi.fn();
  function Bar() {
    const { before, button } = useStandIn({ className: 'btn', kind: 'menu', children: 'who' });
    return <Suspense fallback={button}><Menu before={before} onHere={here} /></Suspense>;
  }
  render(<Bar />);
  return here;
}

describe('a part that comes later', () => {
  afterEach(cleanup);

  it('is told that it was asked for before it was here', async () => {
    let come: (part: Part) => void = () => undefined;
    const here = stage(() => new Promise((resolve) => (come = resolve)));
    const button = screen.getByRole('button', { name: 'who' });
    fireEvent.focus(button);
    fireEvent.click(button);
    await act(async () => come(Opened));
    expect(here).toHaveBeenCalledWith({ asked: true, focused: true });
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('is fetched once, and opens nothing when nobody asked', async () => {
    const load = vi.fn(() => Promise.resolve(Opened));
    const here = stage(load);
    await screen.findAllByRole('menu');
    expect(load).toHaveBeenCalledTimes(1);
    expect(here).toHaveBeenCalledWith({ asked: false, focused: false });
  });

  it('is asked for again while it cannot be had, and the page stands meanwhile', async () => {
    vi.useFakeTimers();
    try {
      const load = vi.fn((): Promise<Part> => Promise.resolve(Opened)).mockRejectedValueOnce(new TypeError('the engine is away'));
      const here = stage(load);
      await act(() => vi.advanceTimersByTimeAsync(1000));
      expect(screen.getByRole('button', { name: 'who' })).toBeDefined();
      expect(here).not.toHaveBeenCalled();
      await act(() => vi.advanceTimersByTimeAsync(2000));
      expect(load).toHaveBeenCalledTimes(2);
      expect(screen.getByRole('menu')).toBeDefined();
    } finally {
      vi.useRealTimers();
    }
  });
});
