// SPDX-License-Identifier: Apache-2.0
// What the live feed tells: my presence, the ringing offer, the call, the pop, the state of the link.
// `applyMessage` is a pure reducer; drafts are elsewhere, so no message can ever clear typed words.
import { create } from 'zustand';
import type { Call, Desk, FeedMessage, Offer, Pop } from '../api/types';

export interface Live {
  desk: Desk | null;
  offer: Offer | null;
  pop: Pop | null;
  call: Call | null;
  /** The call that I gave away last. */
  given: Call | null;
  /** The case registered for an interaction, so that the desk can show its number during the call. */
  registered: Record<number, { number: string; at: number }>;
  link: 'connecting' | 'open' | 'lost';
  lostAt: number | null;
  restored: { count: number; at: number } | null;
  seq: number;
  build: string;
  newBuild: boolean;
  status: { database: boolean; telephony: boolean; redis: boolean };
  /** Grows with every ring, call or desk message: an answer asked for before it is older than the screen. */
  touched: number;
  /** Server time minus this machine's time, in milliseconds. */
  offset: number;
}

export const emptyLive: Live = {
  desk: null, offer: null, pop: null, call: null, given: null, registered: {}, link: 'connecting', lostAt: null, restored: null,
  seq: 0, build: '', newBuild: false, status: { database: true, telephony: true, redis: true }, offset: 0, touched: 0,
};

/** True while the pop still belongs on the desk: ringing, talking, or the work after the call. */
export function popStays(desk: Desk | null, call: Call | null): boolean {
  if (call && call.state !== 'ended') return true;
  return desk?.presence === 'wrap_up' || desk?.presence === 'offered' || desk?.presence === 'talking';
}

/** Whether this person is on the call: talks, is rung, or is asked for advice. */
export function isMine(call: Call, me: number | undefined): boolean {
  if (me === undefined || !call.agent || call.state === 'ended') return true;
  const asked = call.transfer?.how === 'consult' && call.transfer.state !== 'ended' && call.transfer.to?.id === me;
  return call.agent.id === me || asked;
}

/** A form, an e-mail or a complaint of another system: taken without a telephone. */
export const isWritten = (call: Call): boolean => call.channel === 'web' || call.channel === 'email' || call.channel === 'api';

const direct = new Set(['ring', 'ring_end', 'call', 'desk']);

export function applyMessage(live: Live, message: FeedMessage, nowMs: number): Partial<Live> {
  const change = changeBy(live, message, nowMs);
  return direct.has(message.type) ? { ...change, touched: live.touched + 1 } : change;
}

function changeBy(live: Live, message: FeedMessage, nowMs: number): Partial<Live> {
  // Only events come in order: whoever returned from the place of a ring, or of a greeting, might have missed
  // events before it.
  const counts = message.type === 'event' || (message.type === 'hello' && live.seq === 0);
  const seq = counts ? Math.max(live.seq, message.seq) : live.seq;
  switch (message.type) {
    case 'hello':
      return {
        seq,
        build: live.build || message.build,
        newBuild: live.build !== '' && live.build !== message.build,
        offset: Date.parse(message.server_now) - nowMs,
      };
    case 'reset':
      return { seq: message.seq };
    case 'event':
      return { seq };
    case 'ring':
      return { seq, offer: message.offer, pop: message.pop, call: message.pop.call };
    case 'ring_end': {
      if (live.offer?.id !== message.offer_id) return { seq };
      const answered = message.reason === 'accepted' || live.call?.state === 'talking';
      return answered ? { seq, offer: null } : { seq, offer: null, call: null, pop: null };
    }
    case 'call': {
      if (message.call.state === 'in_hand') {
        // Taken: it is among what I have in hand, and the call bar is free for callers.
        const id = message.call.interaction_id;
        return live.call?.interaction_id === id ? { seq, call: null, pop: null, offer: live.offer?.interaction_id === id ? null : live.offer } : { seq };
      }
      if (!isMine(message.call, live.desk?.user.id)) {
        // Given away: the work after it stays on the desk, the call bar is no longer mine.
        const id = message.call.interaction_id;
        if (live.call?.interaction_id === id && live.offer?.interaction_id !== id) return { seq, call: null, given: message.call };
        return live.given?.interaction_id === id ? { seq, given: message.call } : { seq };
      }
      const same = live.pop?.call.interaction_id === message.call.interaction_id;
      // A colleague who is rung for advice: the customer is held meanwhile, and the ring goes on.
      const rings = message.call.state === 'offered' || (message.call.transfer?.how === 'consult' && message.call.transfer.state === 'ringing');
      const offer = live.offer?.interaction_id === message.call.interaction_id && !rings ? null : live.offer;
      // A call of a customer with an open case belongs to that case from the start: only a number that
      // comes while the call is known is a registration.
      const before = live.call?.interaction_id === message.call.interaction_id ? live.call.case_number : message.call.case_number;
      const registered = message.call.case_number && message.call.case_number !== before && !live.registered[message.call.interaction_id] && message.call.callback_id === null
        ? { ...live.registered, [message.call.interaction_id]: { number: message.call.case_number, at: nowMs } }
        : live.registered;
      return { seq, call: message.call, offer, pop: same ? live.pop : null, registered };
    }
    case 'desk': {
      if (live.desk && live.desk.version > message.desk.version) return { seq };
      const stays = popStays(message.desk, live.call) || live.offer !== null;
      return stays ? { seq, desk: message.desk } : { seq, desk: message.desk, pop: null, call: null };
    }
    case 'status':
      return { status: { database: message.database, telephony: message.telephony, redis: message.redis } };
    case 'pong':
      return {};
  }
}

export const useLive = create<Live>(() => emptyLive);

export const serverNow = (): number => Date.now() + useLive.getState().offset;
