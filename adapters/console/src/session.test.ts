// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, it, vi } from 'vitest';
import type { Me } from './api/types';
import { hearOf, useSession } from './session';

const person = (id: number): Me => ({ user: { id, login: `u${id}`, name: `u${id}`, role: 'agent', department: null, extension: '', language: 'zh' }, can: [], build: '', company: '' }) as unknown as Me;
const signedIn = (id: number) => useSession.setState({ state: 'in', me: person(id), expired: false });
const engineSays = (id: number) => vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(person(id)), { status: 200, headers: { 'Content-Type': 'application/json' } })));
afterEach(() => vi.unstubAllGlobals());

it('leaves with the tab in which the person signed out, and only that person', () => {
  signedIn(1);
  hearOf({ is: 'out', user: 2 });
  expect(useSession.getState().state).toBe('in');
  hearOf({ is: 'out', user: 1 });
  expect(useSession.getState()).toMatchObject({ state: 'out', me: null });
});

it('asks again when the sign-in ended in another tab, and goes on when it was renewed there', async () => {
  signedIn(1);
  hearOf({ is: 'expired', user: 1 });
  expect(useSession.getState().expired).toBe(true);
  engineSays(1);
  hearOf({ is: 'in', user: 1 });
  await vi.waitFor(() => expect(useSession.getState()).toMatchObject({ state: 'in', expired: false }));
});

it('shows nothing of the person before when somebody else signs in', async () => {
  signedIn(1);
  engineSays(2);
  hearOf({ is: 'in', user: 2 });
  expect(useSession.getState()).toMatchObject({ state: 'out', me: null });
  await vi.waitFor(() => expect(useSession.getState().me?.user.id).toBe(2));
});
