// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './client';
import { flush, submit, useOutbox } from './outbox';

const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
let sent: { key: string | null; body: string }[] = [];
let answers: (() => Response)[] = [];

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => {
  sent = [];
  answers = [];
  localStorage.clear();
  useOutbox.getState().load(1);
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    sent.push({ key: new Headers(init.headers).get('Idempotency-Key'), body: String(init.body) });
    const next = answers.shift();
    if (!next) throw new TypeError('network');
    return next();
  });
});

describe('the outbox', () => {
  it('keeps what the engine could not file and sends it again with the same key', async () => {
    answers = [() => answer(503, { code: 'unavailable' }), () => answer(503, { code: 'unavailable' }), () => answer(201, { number: 'GD1' })];
    expect(await submit('cases', { text: 'x' }, '样例', 'i5')).toEqual({ state: 'kept' });
    const filed = vi.fn();
    await flush(filed);
    expect(useOutbox.getState().entries[0]?.tries).toBe(2);
    await flush(filed);
    expect(filed).toHaveBeenCalledWith(expect.objectContaining({ draft: 'i5' }), { number: 'GD1' });
    expect(useOutbox.getState().entries).toEqual([]);
    expect(new Set(sent.map((request) => request.key)).size).toBe(1);
    expect(sent).toHaveLength(3);
  });
  it('survives a reload', async () => {
    await submit('cases', { text: 'x' }, '样例', 'i5');
    useOutbox.setState({ entries: [] });
    useOutbox.getState().load(1);
    expect(useOutbox.getState().entries).toHaveLength(1);
    useOutbox.getState().load(2);
    expect(useOutbox.getState().entries).toHaveLength(0);
  });
  it('tells a refusal to the form and keeps nothing', async () => {
    answers = [() => answer(409, { code: 'not_reachable' })];
    await expect(submit('cases', {}, 'x', 'i5')).rejects.toThrow(ApiError);
    expect(useOutbox.getState().entries).toEqual([]);
  });
  it('is sent by one tab when two try, and the other sees that it is done', async () => {
    answers = [() => answer(503, {}), () => answer(201, { number: 'GD1' }), () => answer(201, { number: 'GD1' })];
    await submit('cases', { text: 'x' }, '样例', 'i5');
    let free: (() => void) | null = null; // as the browser does it: whoever comes while it is held gets nothing
    vi.stubGlobal('navigator', {
      locks: {
        request: async (_name: string, _how: unknown, work: (lock: object | null) => Promise<void>) => {
          if (free) return work(null);
          free = () => undefined;
          await work({}).finally(() => (free = null));
        },
      },
    });
    vi.resetModules();
    const other = await import('./outbox');
    other.useOutbox.getState().load(1);
    const filed = vi.fn();
    await Promise.all([flush(filed), other.flush(filed)]);
    await other.flush(filed);
    expect(sent).toHaveLength(2);
    expect(filed).toHaveBeenCalledOnce();
    window.dispatchEvent(new StorageEvent('storage', { key: 'firsthand.outbox.1' }));
    expect(other.useOutbox.getState().entries).toEqual([]);
  });
  it('keeps what two tabs put into it', async () => {
    vi.resetModules();
    const other = await import('./outbox');
    other.useOutbox.getState().load(1);
    await submit('cases', { text: 'x' }, '样例', 'i5');
    await other.submit('cases', { text: 'y' }, '样例', 'i6');
    useOutbox.getState().load(1);
    expect(useOutbox.getState().entries.map((entry) => entry.draft)).toEqual(['i5', 'i6']);
  });
  it('stops trying what is refused later, and shows it', async () => {
    answers = [() => answer(503, {}), () => answer(422, { code: 'invalid' })];
    await submit('cases', {}, 'x', 'i5');
    await flush(vi.fn());
    expect(useOutbox.getState().entries[0]?.refused).toBe('invalid');
    await flush(vi.fn());
    expect(sent).toHaveLength(2);
  });
});
