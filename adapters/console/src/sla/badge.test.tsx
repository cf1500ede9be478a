// SPDX-License-Identifier: Apache-2.0
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../api/types';
import { emptyLive, useLive } from '../feed/state';
import { speak } from '../i18n';
import { useSettings } from '../settings';
import { SlaBadge } from './badge';

const at = Date.parse('2026-11-21T08:00:00Z');
const clock: Clock = {
  id: 1, kind: 'callback', state: 'running', started_at: '2026-11-21T07:00:00.000Z', due_at: '2026-11-21T08:01:30.000Z', warn_at: null, breached_at: null, ended_at: null,
  cycle: 1, policy: 'complaint', policy_version: 1, calendar: 'office', budget_kind: 'working', budget_s: 3600,
};

beforeEach(() => {
  vi.useFakeTimers({ now: at });
  useLive.setState(emptyLive);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the badge', () => {
  it('names the kind, the word and the time, and turns late by itself', async () => {
    useSettings.setState({ language: 'zh' });
    await speak();
    const { container } = render(<SlaBadge clock={clock} />);
    expect(screen.getByText('回电 剩 90秒')).toBeTruthy();
    act(() => vi.advanceTimersByTime(92_000));
    expect(screen.getByText('回电 超 2秒')).toBeTruthy();
    expect(container.querySelector('[data-band="late"]')).toBeTruthy();
  });
  it('counts on the time of the server, not of this machine', async () => {
    useSettings.setState({ language: 'en' });
    await speak();
    useLive.setState({ offset: 30_000 });
    render(<SlaBadge clock={clock} />);
    expect(screen.getByText('Callback 60s')).toBeTruthy();
  });
  it('marks the time as uncertain while the link is lost', async () => {
    useSettings.setState({ language: 'en' });
    await speak();
    useLive.setState({ link: 'lost' });
    render(<SlaBadge clock={clock} />);
    expect(screen.getByText('Callback ~90s')).toBeTruthy();
  });
});
