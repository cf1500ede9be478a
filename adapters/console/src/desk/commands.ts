// SPDX-License-Identifier: Apache-2.0
// What the call bar, the keys and the menu do. Each is one server command with an answer; presence and
// ownership are never shown before the engine has said yes.
import { ApiError, post, put } from '../api/client';
import { queryClient } from '../api/queries';
import type { Call, Desk } from '../api/types';
import { applyMessage, useLive } from '../feed/state';
import { notify } from '../ui/toasts';

let busy = false;
async function once(work: () => Promise<void>): Promise<boolean> {
  if (busy) return false;
  busy = true;
  try {
    await work();
    return true;
  } catch (error) {
    notify({ kind: 'error', error });
    return false;
  } finally {
    busy = false;
  }
}

export const answer = () =>
  once(async () => {
    const { offer } = useLive.getState();
    if (!offer) return;
    try {
      const { call } = await post<{ call: Call | null }>(`offers/${offer.id}/accept`, { token: offer.token });
      // Something written is in my hand now; a call is on the line.
      const taken = call === null ? { call, offer: null, pop: null } : { call, offer: null };
      useLive.setState((live) => (live.offer?.id === offer.id || live.offer === null ? taken : {}));
      if (call === null) void queryClient.invalidateQueries({ queryKey: ['desk'] });
    } catch (error) {
      // The call went to somebody else: what is on the screen is no longer true.
      if (error instanceof ApiError && error.status === 409) useLive.setState({ offer: null, call: null, pop: null });
      throw error;
    }
  });

export const decline = () =>
  once(async () => {
    const { offer } = useLive.getState();
    if (!offer) return;
    await post(`offers/${offer.id}/decline`, { token: offer.token });
    useLive.setState((live) => (live.offer?.id === offer.id ? { offer: null, call: null, pop: null } : {}));
  });

export const finishWritten = (interaction: number) =>
  once(async () => {
    await post(`interactions/${interaction}/done`);
    void queryClient.invalidateQueries({ queryKey: ['desk'] });
  });

const callCommand = (verb: 'hang-up' | 'hold' | 'resume') =>
  once(async () => {
    const { call } = useLive.getState();
    if (!call) return;
    const told = await post<Call | undefined>(`interactions/${call.interaction_id}/${verb}`);
    if (told?.interaction_id === call.interaction_id) useLive.setState({ call: told });
  });
export const hangUp = () => callCommand('hang-up');
export const toggleHold = () => callCommand(useLive.getState().call?.state === 'held' ? 'resume' : 'hold');

export type TransferStep = 'complete' | 'cancel' | 'swap' | 'join';
export const stepTransfer = (step: TransferStep) =>
  once(async () => {
    const { call } = useLive.getState();
    if (!call) return;
    const told = await post<Call>(`interactions/${call.interaction_id}/transfer/step`, { step });
    takeCall(told);
  });

export const stepRecording = (step: 'begin' | 'pause' | 'resume') =>
  once(async () => {
    const { call } = useLive.getState();
    if (!call) return;
    takeCall(await post<Call>(`interactions/${call.interaction_id}/recording`, { step }));
  });

/** The answer to a command about my call. */
export function takeCall(call: Call): void {
  useLive.setState((live) => applyMessage(live, { type: 'call', seq: live.seq, call }, Date.now()));
}

export function takeDeskRow(desk: Desk): void {
  const { desk: known } = useLive.getState();
  if (known && known.version > desk.version) return;
  const cleared = desk.presence === 'available' || desk.presence === 'break' || desk.presence === 'offline';
  useLive.setState((live) => (cleared && live.call?.state !== 'talking' && live.call?.state !== 'held' && !live.offer ? { desk, pop: null, call: null } : { desk }));
}

type PresenceWish = { presence: 'available' | 'break' | 'offline'; reason?: string };
let wish: PresenceWish | null = null;
let wishing = false;

/** The last press counts: one made while an earlier change is under way follows it and is not lost. */
export async function setPresence(presence: PresenceWish['presence'], reason?: string): Promise<void> {
  wish = reason ? { presence, reason } : { presence };
  if (wishing) return;
  wishing = true;
  try {
    while (wish) {
      const now: PresenceWish = wish;
      wish = null;
      takeDeskRow(await put<Desk>('desk/presence', now));
    }
  } catch (error) {
    wish = null;
    notify({ kind: 'error', error });
  } finally {
    wishing = false;
  }
}

export const wrapUp = (action: 'finish' | 'extend' | 'ask') =>
  once(async () => {
    takeDeskRow(await post<Desk>('desk/wrap-up', { action }));
    if (action === 'finish') void queryClient.invalidateQueries({ queryKey: ['desk'] });
  });

/** 示闲 from the keyboard also ends the work after a call. */
export const becomeAvailable = (): Promise<unknown> =>
  useLive.getState().desk?.presence === 'wrap_up' ? wrapUp('finish') : setPresence('available');
