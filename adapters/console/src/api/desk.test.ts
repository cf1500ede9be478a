// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it, vi } from 'vitest';
import { emptyLive, useLive } from '../feed/state';
import { fetchDesk } from './queries';

const offer = { id: 7, token: 't', interaction_id: 70, expires_at: '2026-11-23T10:00:00Z', reason: 'skills' };
const desk = { user: { id: 1, name: '演示' }, presence: 'offered', reason: '', since: '2026-11-23T09:00:00Z', wrap_up_until: null, interaction_id: 70, version: 3 };
const screen = { desk, offer, pop: null, call: null, in_hand: [], my_cases: [], callbacks: [], alerts: [] };

/** The engine's answers, one after the other; `meanwhile` happens before each arrives. */
function engine(meanwhile: (asked: number) => void): () => number {
  let asked = 0;
  vi.stubGlobal('fetch', () => {
    meanwhile(++asked);
    return Promise.resolve(new Response(JSON.stringify(screen), { status: 200, headers: { 'Content-Type': 'application/json' } }));
  });
  return () => asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
  useLive.setState({ ...emptyLive });
});

describe('the desk of a page that was just opened', () => {
  it('has the ring that was there before, though the feed spoke meanwhile', async () => {
    const asked = engine((times) => {
      if (times === 1) useLive.setState((live) => ({ touched: live.touched + 1 }));
    });
    await fetchDesk();
    expect(asked()).toBe(2);
    expect(useLive.getState().offer?.id).toBe(7);
  });

  it('does not ask for ever while the feed goes on', async () => {
    const asked = engine(() => useLive.setState((live) => ({ touched: live.touched + 1, offer: null })));
    await fetchDesk();
    expect(asked()).toBe(5);
    expect(useLive.getState().offer).toBeNull();
  });
});
