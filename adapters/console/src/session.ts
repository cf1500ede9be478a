// SPDX-License-Identifier: Apache-2.0
// Who is signed in. An expired session keeps the page and asks again over it; drafts stay where they are.
import { create } from 'zustand';
import { ApiError, del, get, post, setExpiredHandler } from './api/client';
import { useOutbox } from './api/outbox';
import type { Me, Role } from './api/types';

interface Session {
  state: 'unknown' | 'in' | 'out' | 'unreachable';
  me: Me | null;
  expired: boolean;
}

export const useSession = create<Session>(() => ({ state: 'unknown', me: null, expired: false }));

setExpiredHandler(() => {
  if (useSession.getState().state === 'in') useSession.setState({ expired: true });
});

function enter(me: Me): void {
  useOutbox.getState().load(me.user.id);
  useSession.setState({ state: 'in', me, expired: false });
}

export async function resumeSession(): Promise<void> {
  try {
    enter(await get<Me>('me'));
  } catch (error) {
    const refused = error instanceof ApiError && error.status === 401;
    useSession.setState({ state: refused ? 'out' : 'unreachable', me: null });
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  await post('session', { login, password });
  enter(await get<Me>('me'));
}

export async function signOut(): Promise<void> {
  await del('session').catch(() => undefined); // Leaving works even when the engine does not answer.
  useSession.setState({ state: 'out', me: null, expired: false });
}

export const useMe = (): Me => useSession((session) => session.me)!;
export const useRole = (): Role => useMe().user.role;

export const homeOf: Record<Role, string> = {
  agent: '/desk', back_line: '/back-line', liaison: '/liaison', supervisor: '/wallboard', manager: '/wallboard', administrator: '/cases',
};

export type Screen = 'desk' | 'cases' | 'customers' | 'pool' | 'callbacks' | 'back-line' | 'liaison' | 'review-actions' | 'register' | 'wallboard' | 'promises' | 'people' | 'imports' | 'admin/deliveries' | 'admin/calendars' | 'admin/policies';
/** What each role finds in its navigation; what it lacks is hidden, not greyed. */
export const screensOf: Record<Role, Screen[]> = {
  agent: ['desk', 'cases', 'customers', 'pool', 'callbacks', 'review-actions'],
  back_line: ['back-line', 'cases', 'customers', 'pool', 'callbacks', 'review-actions', 'promises', 'register'],
  liaison: ['liaison', 'cases', 'customers', 'pool', 'callbacks', 'review-actions'],
  supervisor: ['wallboard', 'cases', 'customers', 'pool', 'callbacks', 'review-actions', 'promises', 'back-line', 'register', 'people', 'imports', 'admin/deliveries', 'admin/calendars', 'admin/policies'],
  manager: ['wallboard', 'cases', 'customers', 'pool', 'callbacks', 'review-actions', 'promises', 'back-line', 'register', 'people', 'imports', 'admin/deliveries', 'admin/calendars', 'admin/policies'],
  administrator: ['cases', 'customers', 'pool', 'callbacks', 'promises', 'back-line', 'wallboard', 'register', 'people', 'imports', 'admin/deliveries', 'admin/calendars', 'admin/policies'],
};
/** Who takes offered calls and therefore has a presence. */
export const hasPresence = (role: Role): boolean => role === 'agent' || role === 'back_line' || role === 'supervisor';
