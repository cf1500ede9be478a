// SPDX-License-Identifier: Apache-2.0
// A place in line without standing in it: the customer presses 1 and hangs up, and is called when his turn comes. Who is
// cut off and calls again has the old place.
import { shot } from '../console/lib.mjs';
import { ask, back_to_calls, page_of, person, phones, presence, quiet_customer, ringing, talking } from '../support/stage.mjs';
import { nothing_left } from '../support/pbx.mjs';
import { sql } from '../support/system.mjs';
import { expect, until } from '../support/until.mjs';

export default async function play(step) {
  const now = { customer: null, call: 0, id: '', ext: '' };
  const row = () => sql(`select state, virtual_hold, outcome, callback_id from interaction where id = ${now.call}`)[0];
  const kinds = () => sql(`select kind from history where interaction_id = ${now.call} order by id`).map(([kind]) => kind);

  /** Nobody takes calls; the customer waits and presses the digit. */
  const keep_place = async () => {
    await presence('agent', 'offline');
    await presence('agent2', 'offline');
    now.customer = quiet_customer();
    const mark = phones.mark();
    now.id = phones.call(now.customer.number);
    await phones.event('the caller is taken', { ev: 'up', id: now.id }, mark);
    const waiting = await until('the call waits', () => sql(`select id from interaction where customer_id = ${now.customer.id} and state = 'waiting' and not virtual_hold`)[0]?.[0]);
    now.call = Number(waiting);
    await phones.hears('the caller', { id: now.id }, [], { music: true });
    phones.order({ do: 'digit', id: now.id, digit: '5' });
    phones.order({ do: 'digit', id: now.id, digit: '1' });
    await phones.event('the caller is let go', { ev: 'ended', id: now.id }, mark, 20000);
    const kept = await until('the place is kept', row, { good: ([state, held]) => state === 'waiting' && held === 't' });
    const promise = sql(`select state, user_id from callback where id = ${kept[3]}`)[0];
    expect('an owned promise stands behind it', promise, promise[0] === 'open' && promise[1] !== '');
    await nothing_left();
  };
  const together = async () => {
    await talking(await page_of('agent')).waitFor();
    await until('the call is talked on', row, { good: ([state]) => state === 'talking' });
    await phones.hears('the customer', { number: now.customer.number }, [now.ext]);
    await phones.hears('the agent', { ext: now.ext }, ['customer']);
  };
  const over = async () => {
    phones.order({ do: 'hangup', number: now.customer.number });
    const ended = await until('the call has ended', row, { good: ([state]) => state === 'ended' });
    expect('handled', ended, ended[2] === 'handled');
    const promise = sql(`select state from callback where id = ${ended[3]}`)[0][0];
    expect('the promise is kept', promise, promise === 'kept');
    await nothing_left();
    await until('the agent is free of it', async () => (await ask('agent', 'GET', 'desk')).desk.interaction_id, { good: (id) => id === null });
  };

  await step('an agent with a telephone, and customers who answer when they are called', async () => {
    await page_of('agent');
    await page_of('agent2');
    now.ext = (await person('agent')).extension;
    phones.desk(now.ext);
    phones.order({ do: 'media' });
    phones.order({ do: 'trunk', mode: 'auto' });
  });

  await step('who presses 1 is let go, keeps the place and is promised a call', keep_place);

  await step('the turn comes: the agent\'s telephone first, then the customer\'s', async () => {
    const mark = phones.mark();
    await back_to_calls('agent');
    const page = await page_of('agent');
    await ringing(page).waitFor();
    await shot(page, 'place-ringing');
    await phones.event('the desk phone rings', { ev: 'ringing', ext: now.ext }, mark);
    expect('the customer is not called yet', phones.since(mark), !phones.since(mark).some((event) => event.number === now.customer.number));
    phones.order({ do: 'answer', ext: now.ext });
    await phones.event('the customer is called', { ev: 'up', number: now.customer.number }, mark);
    await together();
    await shot(page, 'place-talking');
    await over();
    const told = kinds();
    expect('the history tells it', told, ['call_arrived', 'place_kept', 'offer_made', 'offer_accepted', 'call_answered', 'call_ended'].every((kind) => told.includes(kind)));
  });

  await step('an agent who does not take it leaves the place where it was', async () => {
    await keep_place();
    const mark = phones.mark();
    await back_to_calls('agent');
    await phones.event('the desk phone rings', { ev: 'ringing', ext: now.ext }, mark);
    phones.order({ do: 'decline', ext: now.ext });
    await until('the offer is declined', () => sql(`select state from offer where interaction_id = ${now.call} order by id desc limit 1`)[0]?.[0], { good: (state) => state === 'declined' });
    expect('the customer was not called', phones.since(mark), !phones.since(mark).some((event) => event.number === now.customer.number));
    await until('the place is kept', row, { good: ([state, held]) => state === 'waiting' && held === 't' });
    const other = (await person('agent2')).extension;
    phones.desk(other);
    const then = phones.mark();
    await back_to_calls('agent2');
    const page2 = await page_of('agent2');
    await ringing(page2).waitFor();
    await page2.keyboard.press('F2');
    await phones.event('the telephone takes it by itself', { ev: 'up', ext: other }, then);
    await phones.event('the customer is called', { ev: 'up', number: now.customer.number }, then);
    await talking(page2).waitFor();
    await phones.hears('the customer', { number: now.customer.number }, [other]);
    await over();
    await presence('agent2', 'offline');
  });

  await step('who is cut off and calls again has the old place', async () => {
    await presence('agent', 'offline');
    now.customer = quiet_customer();
    const id = phones.call(now.customer.number);
    const first = await until('the call waits', () => sql(`select id, enqueued_at from interaction where customer_id = ${now.customer.id} and state = 'waiting'`)[0]);
    phones.order({ do: 'hangup', id });
    await until('given up', () => sql(`select state from interaction where id = ${first[0]}`)[0][0], { good: (state) => state === 'ended' });
    const again = phones.call(now.customer.number);
    const second = await until('he waits again', () => sql(`select id, place_at from interaction where customer_id = ${now.customer.id} and state = 'waiting'`)[0]);
    expect('at the old place', [first, second], second[1] === first[1]);
    phones.order({ do: 'hangup', id: again });
    await until('given up', () => sql(`select state from interaction where id = ${second[0]}`)[0][0], { good: (state) => state === 'ended' });
    await nothing_left();
    await back_to_calls('agent');
  });

  await step('a promised call that is due stands in line and rings the agent by itself', async () => {
    const rules = () => ask('administrator', 'GET', 'rules/callbacks');
    const before = await rules();
    const save = async (body, note) => ask('administrator', 'PUT', 'rules/callbacks', { body, note }, (await rules()).version);
    await presence('agent', 'offline');
    now.customer = quiet_customer();
    const id = phones.call(now.customer.number);
    const lost = await until('the call waits', () => sql(`select id from interaction where customer_id = ${now.customer.id} and state = 'waiting'`)[0]?.[0]);
    phones.order({ do: 'hangup', id });
    const promise = await until('a call is promised', () => sql(`select callback_id from interaction where id = ${lost} and callback_id is not null`)[0]?.[0]);
    // Everybody else whom the demo company is to call is called another day.
    sql(`update callback set next_try_at = now() + interval '1 day' where state = 'open' and id <> ${promise}`);
    await save(before.body.replace('queue = ""', 'queue = "complaints"'), '到时回电排队');
    try {
      const call = await until('it stands in line', () => sql(`select id, state, direction from interaction where callback_id = ${promise} and id <> ${lost}`)[0], { within: 20_000 });
      expect('as a call of ours, waiting', call, call[1] === 'waiting' && call[2] === 'outbound');
      now.call = Number(call[0]);
      const mark = phones.mark();
      await back_to_calls('agent');
      const page = await page_of('agent');
      await ringing(page).waitFor();
      await shot(page, 'promise-ringing');
      await phones.event('the desk phone rings', { ev: 'ringing', ext: now.ext }, mark);
      expect('the customer is not called yet', phones.since(mark), !phones.since(mark).some((event) => event.number === now.customer.number));
      phones.order({ do: 'answer', ext: now.ext });
      await phones.event('the customer is called', { ev: 'up', number: now.customer.number }, mark);
      await together();
      await shot(page, 'promise-talking');
      phones.order({ do: 'hangup', number: now.customer.number });
      await until('the call has ended', row, { good: ([state, , outcome]) => state === 'ended' && outcome === 'handled' });
      expect('nobody has said yet what came of it', promise, sql(`select state from callback where id = ${promise}`)[0][0] === 'open');
      await ask('agent', 'POST', `callbacks/${promise}/attempts`, { outcome: 'reached' });
      const kept = sql(`select state from callback where id = ${promise}`)[0][0];
      expect('the promise is kept', kept, kept === 'kept');
      const told = kinds();
      expect('the history tells it', told, ['callback_in_line', 'offer_made', 'offer_accepted', 'call_answered', 'call_ended'].every((kind) => told.includes(kind)));
      await nothing_left();
    } finally {
      await save(before.body, '恢复');
    }
    await back_to_calls('agent');
  });
}
