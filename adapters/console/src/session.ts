// SPDX-License-Identifier: Apache-2.0
// Who is signed in. An expired session keeps the page and asks again over it; drafts stay where they are.
import { create } from 'zustand';
import { ApiError, del, get, post, setExpiredHandler } from './api/client';
import { useOutbox } from './api/outbox';
import type { Me, Role } from './api/types';
import { loadOwnKeys } from './keys/own_keys';

interface Session {
  state: 'unknown' | 'in' | 'out' | 'unreachable';
  me: Me | null;
  expired: boolean;
}

export const useSession = create<Session>(() => ({ state: 'unknown', me: null, expired: false }));

/** What one tab tells the others of this browser: all of them are signed in as the same person, or none is. */
interface Told { is: 'in' | 'out' | 'expired'; user: number }
const others = typeof BroadcastChannel === 'function' ? new BroadcastChannel('firsthand.session') : null;
const tell = (is: Told['is'], me: Me | null): void => others?.postMessage({ is, user: me?.user.id ?? 0 } satisfies Told);

if (others) others.onmessage = ({ data }: MessageEvent<Told>) => hearOf(data);

export function hearOf({ is, user }: Told): void {
  const { state, me } = useSession.getState();
  const mine = state === 'in' && me?.user.id === user;
  if (is === 'expired' && mine) useSession.setState({ expired: true });
  if (is === 'out' && mine) useSession.setState({ state: 'out', me: null, expired: false });
  if (is !== 'in' || state === 'unknown') return;
  // Somebody else: nothing of the one before may stay on the screen.
  if (state === 'in' && !mine) useSession.setState({ state: 'out', me: null, expired: false });
  void resumeSession();
}

setExpiredHandler(() => {
  const { state, me, expired } = useSession.getState();
  if (state !== 'in' || expired) return;
  useSession.setState({ expired: true });
  tell('expired', me);
});

function enter(me: Me): void {
  useOutbox.getState().load(me.user.id);
  loadOwnKeys(me.user.id);
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
  const me = await get<Me>('me');
  enter(me);
  tell('in', me);
}

export async function signOut(): Promise<void> {
  const { me } = useSession.getState();
  await del('session').catch(() => undefined); // Leaving works even when the engine does not answer.
  tell('out', me);
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
