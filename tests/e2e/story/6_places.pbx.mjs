// SPDX-License-Identifier: Apache-2.0
// A place in line without standing in it: the customer presses 1 and hangs up, and is called when his turn comes. Who is
// cut off and calls again has the old place. Each call is closed as every scenario is (support/scenario.mjs).
import { shot } from '../console/lib.mjs';
import { ask, back_to_calls, page_of, person, phones, presence, quiet_customer, ringing, talking } from '../support/stage.mjs';
import { nothing_left } from '../support/pbx.mjs';
import { as_system, fresh_number } from '../stories/cast.mjs';
import { Call, closing, ended, plain, taken } from '../support/scenario.mjs';
import { change_rules, sql } from '../support/system.mjs';
import { expect, until } from '../support/until.mjs';

export default async function play(step) {
  const now = { customer: null, call: 0, id: '', ext: '', story: null };
  const row = () => sql(`select state, virtual_hold, outcome, callback_id from interaction where id = ${now.call}`)[0];

  /** Nobody takes calls; the customer waits and presses the digit. */
  const keep_place = async () => {
    await presence('agent', 'offline');
    await presence('agent2', 'offline');
    now.customer = quiet_customer();
    now.story = new Call(now.customer);
    const mark = phones.mark();
    now.id = now.story.dial().id;
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
  const together = async (who = 'agent') => {
    await talking(await page_of(who)).waitFor();
    await until('the call is talked on', row, { good: ([state]) => state === 'talking' });
    now.story.ear = { number: now.customer.number };
    await now.story.together(who);
  };
  const over = async (history, who = 'agent') => {
    now.story.hang_up();
    const last = await until('the call has ended', row, { good: ([state]) => state === 'ended' });
    expect('handled', last, last[2] === 'handled');
    const promise = sql(`select state from callback where id = ${last[3]}`)[0][0];
    expect('the promise is kept', promise, promise === 'kept');
    await closing(now.story, { history: ['call_arrived', 'callback_promised', 'place_kept', ...history], talked: [who] });
  };
  /** Taken at its turn: he is called, and the promise behind his place is kept. */
  const turn = (who, where) => [...taken(who, 'skills', where), 'callback_attempt reached', 'callback_kept reached', ended(who, 'normal')];

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
    await over(turn('agent', 'phone'));
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
    await together('agent2');
    await over(['offer_made agent skills', 'offer_declined agent declined', ...turn('agent2', 'console')], 'agent2');
    await presence('agent2', 'offline');
  });

  await step('who is cut off and calls again has the old place', async () => {
    await presence('agent', 'offline');
    now.customer = quiet_customer();
    const before = new Call(now.customer);
    const { id } = before.dial();
    const first = await until('the call waits', () => sql(`select id, enqueued_at from interaction where customer_id = ${now.customer.id} and state = 'waiting'`)[0]);
    phones.order({ do: 'hangup', id });
    await before.is('ended');
    const again = new Call(now.customer).dial();
    const second = await until('he waits again', () => sql(`select id, place_at from interaction where customer_id = ${now.customer.id} and state = 'waiting'`)[0]);
    expect('at the old place', [first, second], second[1] === first[1]);
    await back_to_calls('agent');
    await again.answers('agent');
    await again.together('agent');
    again.hang_up();
    await closing(again, { history: ['call_arrived', ...plain('agent')], talked: ['agent'] });
    await closing(before, { history: ['call_arrived', 'call_abandoned caller_hung_up', 'callback_promised', 'callback_cancelled customer_called_in'], talked: [] });
    await back_to_calls('agent');
  });

  await step('a promised call that is due stands in line and rings the agent by itself', async () => {
    const rules = () => ask('administrator', 'GET', 'rules/callbacks');
    const before = await rules();
    const save = async (body, note) => ask('administrator', 'PUT', 'rules/callbacks', { body, note }, (await rules()).version);
    await presence('agent', 'offline');
    now.customer = quiet_customer();
    now.story = new Call(now.customer);
    const { id } = now.story.dial();
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
      now.story.hang_up();
      await until('the call has ended', row, { good: ([state, , outcome]) => state === 'ended' && outcome === 'handled' });
      expect('nobody has said yet what came of it', promise, sql(`select state from callback where id = ${promise}`)[0][0] === 'open');
      await ask('agent', 'POST', `callbacks/${promise}/attempts`, { outcome: 'reached' });
      const kept = sql(`select state from callback where id = ${promise}`)[0][0];
      expect('the promise is kept', kept, kept === 'kept');
      // Somebody owns the promise, this agent or another.
      await closing(now.story, { history: ['owner', 'skills'].map((why) => ['callback_in_line', ...taken('agent', why), ended('agent', 'normal')]), talked: ['agent'] });
    } finally {
      await save(before.body, '恢复');
    }
    await back_to_calls('agent');
  });

  await step('a caller goes before what the only agent is being asked to read', async () => {
    const back = change_rules('queues', { 'written = { channels = [], slots = 3, ring = "20s"': 'written = { channels = ["web"], slots = 3, ring = "60s"' }, { first: true });
    try {
      await presence('agent2', 'offline');
      await back_to_calls('agent');
      const page = await page_of('agent');
      const letter = await until('a form waits to be read', async () => {
        const { case_number } = await as_system('web', 'complaints', { customer: { name: '示例网友', phone: fresh_number() }, text: '测试：先接电话，再看这封。', category: 'qt' });
        return sql(`select i.id from case_file f join interaction i on i.case_id = f.id where f.number = '${case_number}' and i.state in ('waiting', 'offered')`)[0]?.[0];
      }, { within: 15_000, every: 1000 });
      const letter_is = (state) => until(`the letter is ${state}`, () => sql(`select state from interaction where id = ${letter}`)[0][0], { good: (seen) => seen === state });
      await letter_is('offered');
      await page.locator('[data-letter]').waitFor();
      const customer = quiet_customer();
      const mark = phones.mark();
      const id = phones.call(customer.number);
      await phones.event('the desk phone rings', { ev: 'ringing', ext: now.ext }, mark);
      phones.order({ do: 'answer', ext: now.ext });
      await talking(page).waitFor();
      await letter_is('waiting');
      await phones.hears('the caller', { id }, [now.ext]);
      await phones.hears('the agent', { ext: now.ext }, ['customer']);
      phones.order({ do: 'hangup', id });
      await until('the work after the call', async () => (await ask('agent', 'GET', 'desk')).desk.presence, { good: (seen) => seen === 'wrap_up' });
      await ask('agent', 'POST', 'desk/wrap-up', { action: 'finish' });
      await letter_is('offered');
      await nothing_left();
      await page.keyboard.press('F2');
      await letter_is('in_hand');
      await ask('agent', 'POST', `interactions/${letter}/done`, {});
    } finally {
      back();
    }
  });

  await step('near the end of a shift only their own customers ring, then it is over', async () => {
    const me = sql(`select login from user_account where id = ${(await person('agent')).id}`)[0][0];
    // Somewhere it is noon.
    const east = 12 - new Date().getUTCHours();
    const clock = (at) => new Date(at + east * 3_600_000).toISOString().slice(11, 16);
    const week = (from, to) => ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} = ["${from}-${to}"]`).join('\n');
    const calendar = (from, to) => `[[calendar]]\ncode = "e2e-shift"\nname_zh = "班"\nname_en = "Shift"\nzone = "Etc/GMT${east < 0 ? '+' : '-'}${Math.abs(east)}"\n[calendar.week]\n${week(from, to)}\n\n[[calendar]]`;
    const shift = `[[shift]]\ncode = "e2e"\nname_zh = "班"\nname_en = "Shift"\ncalendar = "e2e-shift"\npeople = ["${me}"]\nlast_calls = "2h"\n#`;
    let hours_back = change_rules('calendars', { '[[calendar]]': calendar('09:00', '14:00') }, { first: true });
    const shifts_back = change_rules('shifts', { '# [[shift]]': shift }, { first: true });
    try {
      await presence('agent2', 'offline');
      await until('the shift is known', async () => {
        await presence('agent', 'available');
        return (await ask('agent', 'GET', 'desk')).desk.last_calls_from;
      }, { within: 15_000, every: 500 });
      const customer = quiet_customer();
      const id = phones.call(customer.number);
      const call = await until('a stranger waits', () => sql(`select id from interaction where customer_id = ${customer.id} and state = 'waiting'`)[0]?.[0]);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect('nobody is asked for him', call, sql(`select count(*) from offer where interaction_id = ${call}`)[0][0] === '0');
      await shot(await page_of('agent'), 'shift-last-calls');
      phones.order({ do: 'hangup', id });
      hours_back();
      // It ended a while ago, and the agent has been there since before.
      hours_back = change_rules('calendars', { '[[calendar]]': calendar('09:00', clock(Date.now() - 60_000)) }, { first: true });
      sql(`update desk set came_at = now() - interval '1 day', version = version + 1 where user_id = ${(await person('agent')).id}`);
      await until('the shift is over', async () => (await ask('agent', 'GET', 'desk')).desk, { within: 15_000, good: (desk) => desk.presence === 'offline' && desk.reason === 'shift_over' });
      await shot(await page_of('agent'), 'shift-over');
      await presence('agent', 'available');
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect('whoever comes back stays', me, (await ask('agent', 'GET', 'desk')).desk.presence === 'available');
    } finally {
      shifts_back();
      hours_back();
    }
  });
}
