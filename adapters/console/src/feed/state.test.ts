// SPDX-License-Identifier: Apache-2.0
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { Call, Desk, FeedMessage, Offer, Pop } from '../api/types';
import { backoff } from './backoff';
import { staleKeys } from './refetch';
import { applyMessage, emptyLive, type Live } from './state';

const call = (state: Call['state'], id = 5): Call => ({
  interaction_id: id, state, direction: 'inbound', number: '13800138000', customer_id: 1, customer_name: '样例', queue_code: 'q', answered_at: null, channel: 'call', callback_id: null, case_number: null, agent: null, transfer: null, recording: null,
});
const offer: Offer = { id: 3, token: 't', interaction_id: 5, expires_at: '', reason: 'skills' };
const pop = { call: call('offered') } as Pop;
const desk = (presence: Desk['presence'], version: number): Desk => ({ user: { id: 1, name: 'x' }, presence, reason: '', since: '', wrap_up_until: null, wrap_up_limit: null, shift_until: null, last_calls_from: null, interaction_id: null, version });
const play = (...messages: FeedMessage[]): Live => messages.reduce<Live>((live, message) => ({ ...live, ...applyMessage(live, message, 0) }), emptyLive);
const ring: FeedMessage = { type: 'ring', seq: 1, offer, pop };

describe('the feed', () => {
  it('paints the pop from the ring alone', () => expect(play(ring)).toMatchObject({ offer, pop, call: { state: 'offered' } }));
  it('keeps the pop from the answer to the end of the work after the call', () => {
    const talking: FeedMessage[] = [ring, { type: 'ring_end', seq: 2, offer_id: 3, reason: 'accepted' }, { type: 'call', seq: 3, call: call('talking') }, { type: 'desk', seq: 4, desk: desk('talking', 2) }];
    expect(play(...talking)).toMatchObject({ offer: null, pop, call: { state: 'talking' } });
    const after: FeedMessage[] = [...talking, { type: 'call', seq: 5, call: call('ended') }, { type: 'desk', seq: 6, desk: desk('wrap_up', 3) }];
    expect(play(...after).pop).toBe(pop);
    expect(play(...after, { type: 'desk', seq: 7, desk: desk('available', 4) })).toMatchObject({ pop: null, call: null });
  });
  it('clears the desk when the call goes to somebody else', () => expect(play(ring, { type: 'ring_end', seq: 2, offer_id: 3, reason: 'expired' })).toMatchObject({ offer: null, pop: null, call: null }));
  it('frees the call bar for callers when a letter is taken, and touches no call beside it', () => {
    const letter = (state: Call['state']): Call => ({ ...call(state), channel: 'web' });
    const asked: FeedMessage = { type: 'ring', seq: 1, offer, pop: { call: letter('offered') } as Pop };
    const taken: FeedMessage = { type: 'call', seq: 2, call: letter('in_hand') };
    expect(play(asked, taken)).toMatchObject({ offer: null, pop: null, call: null });
    const beside: FeedMessage = { type: 'call', seq: 3, call: call('talking', 6) };
    expect(play(asked, taken, beside, { ...taken, seq: 4 }).call).toMatchObject({ interaction_id: 6, state: 'talking' });
  });
  it('leaves the call bar when the call was given away, and keeps the record for the work after it', () => {
    const me = { ...desk('talking', 1), user: { id: 7, name: 'x' } };
    const mine: Call = { ...call('talking'), agent: { id: 7, name: 'x' } };
    const given: Call = { ...mine, state: 'offered', agent: { id: 8, name: 'y' } };
    const before: FeedMessage[] = [{ type: 'desk', seq: 1, desk: me }, ring, { type: 'ring_end', seq: 2, offer_id: 3, reason: 'accepted' }, { type: 'call', seq: 3, call: mine }];
    expect(play(...before, { type: 'call', seq: 4, call: given }, { type: 'desk', seq: 5, desk: { ...me, presence: 'wrap_up', version: 2 } })).toMatchObject({ call: null, pop, given });
    const later: Call = { ...given, state: 'talking' };
    expect(play(...before, { type: 'call', seq: 4, call: given }, { type: 'call', seq: 5, call: later }), 'what becomes of it').toMatchObject({ call: null, given: later });
    const asked: Call = { ...mine, state: 'held', agent: { id: 8, name: 'y' }, transfer: { from: { id: 8, name: 'y' }, to: { id: 7, name: 'x' }, queue_code: '', how: 'consult', state: 'consulting', note: '', ended_why: '', began_at: '' } };
    const rung: Call = { ...asked, transfer: { ...asked.transfer!, state: 'ringing' } };
    expect(play({ type: 'desk', seq: 1, desk: me }, ring, { type: 'call', seq: 2, call: rung }).offer, 'a ring for advice goes on while the customer is held').toBe(offer);
    expect(play(...before, { type: 'call', seq: 4, call: asked }).call, 'whoever is consulted is on the call').toEqual(asked);
  });
  it('ignores the end of another offer', () => expect(play(ring, { type: 'ring_end', seq: 2, offer_id: 99, reason: 'expired' }).pop).toBe(pop));
  it('does not go back to an older presence', () => expect(play({ type: 'desk', seq: 1, desk: desk('break', 5) }, { type: 'desk', seq: 2, desk: desk('available', 4) }).desk?.presence).toBe('break'));
  it('remembers the case number registered in a call', () => expect(play(ring, { type: 'call', seq: 2, call: { ...call('talking'), case_number: 'GD1' } }).registered[5]?.number).toBe('GD1'));
  it('does not take the open case of a repeated caller for a registration', () => {
    const known = { ...call('offered'), case_number: 'GD1' };
    const state = play({ ...ring, pop: { ...ring.pop, call: known } }, { type: 'call', seq: 2, call: { ...known, state: 'talking' } });
    expect(state.registered).toEqual({});
  });
  it('never lowers the sequence number, except on a reset', () => {
    const event = (seq: number) => ({ type: 'event', seq, kind: 'case', id: 1, version: 1 }) as const;
    expect(play(event(9), event(4)).seq).toBe(9);
    expect(play(event(9), { type: 'reset', seq: 2 }).seq).toBe(2);
  });
  it('comes back from the place of the last event, not of a ring or a greeting that overtook others', () => {
    const event = { type: 'event', seq: 5, kind: 'case', id: 1, version: 1 } as const;
    expect(play(event, { type: 'desk', seq: 9, desk: desk('break', 1) }).seq).toBe(5);
    expect(play(event, { ...ring, seq: 9 }).seq).toBe(5);
    const hello: FeedMessage = { type: 'hello', build: 'a', server_now: '1970-01-01T00:00:05.000Z', seq: 12 };
    expect(play(hello).seq).toBe(12);
    expect(play(event, hello).seq).toBe(5);
  });
  it('notices another build, and the time of the server', () => {
    const hello = (build: string): FeedMessage => ({ type: 'hello', build, server_now: '1970-01-01T00:00:05.000Z', seq: 1 });
    expect(play(hello('a'), hello('a'))).toMatchObject({ newBuild: false, offset: 5000 });
    expect(play(hello('a'), hello('b')).newBuild).toBe(true);
  });
  it('waits between a quarter second and eight, with jitter', () => {
    expect(backoff(0, 1)).toBe(250);
    expect(backoff(20, 1)).toBe(8000);
    expect(backoff(20, 0)).toBe(4000);
  });
});

describe('an event', () => {
  const event = (version: number) => ({ type: 'event', seq: 1, kind: 'case', id: 1, number: 'GD1', version }) as const;
  it('is dropped for a case that is already that new', () => {
    const client = new QueryClient();
    client.setQueryData(['case', 'GD1'], { version: 3 });
    expect(staleKeys(event(3), client)).not.toContainEqual(['case', 'GD1']);
    expect(staleKeys(event(4), client)).toContainEqual(['case', 'GD1']);
    expect(staleKeys(event(0), client), 'a clock has stepped: no version to compare').toContainEqual(['case', 'GD1']);
  });
  it('of an unknown kind changes nothing', () => expect(staleKeys({ type: 'event', seq: 1, kind: 'weather', id: 1, version: 1 }, new QueryClient())).toEqual([]));
});
