// SPDX-License-Identifier: Apache-2.0
// The engine is killed at the worst moments and started again: the story goes on, nothing acknowledged is lost,
// nothing fires twice. What becomes of calls then is in 9_faults.
import { randomUUID } from 'node:crypto';
import { ask, back_to_calls, base, page_of, person, phones, presence, quiet_customer, ringing, sign_in, talking } from '../support/stage.mjs';
import { kill_engine, no_engine_until, sql } from '../support/system.mjs';
import { breach_of, new_complaint, no_doubles, steady_call, talk_with } from '../support/scenes.mjs';
import { expect, say, until } from '../support/until.mjs';

export default async function play(step) {
  await step('one agent at work, the liaison at his desk', async () => {
    for (const who of ['agent', 'agent2', 'liaison_repair', 'supervisor']) await page_of(who);
    for (const who of ['agent', 'liaison_repair']) phones.desk((await person(who)).extension);
    phones.order({ do: 'trunk', mode: 'auto' });
    await presence('agent2', 'offline');
    await back_to_calls('agent');
  });

  await step('SIGKILL at the press of F2: the caller gets to the agent all the same', async () => {
    const customer = quiet_customer();
    const page = await page_of('agent');
    const mark = phones.mark();
    const id = phones.call(customer.number);
    await ringing(page).waitFor();
    await page.keyboard.press('F2');
    await kill_engine();
    // Accepted or not before the kill: either the desk talks, or it rings again and is answered.
    const seen = await until('the desk talks or rings again', async () => {
      const { call, offer } = await ask('agent', 'GET', 'desk');
      return { state: call?.state ?? '', offered: offer !== null };
    }, { within: 20_000, good: ({ state, offered }) => state === 'talking' || offered });
    say(JSON.stringify(seen));
    if (seen.state !== 'talking') {
      await ringing(page).waitFor();
      await page.keyboard.press('F2');
    }
    await talking(page).waitFor();
    await phones.event('the caller hears the agent', { ev: 'up', id }, mark);
    await phones.event('the desk phone is up', { ev: 'up', ext: (await person('agent')).extension }, mark, 15_000);
    phones.order({ do: 'hangup', id });
    await until('the end is recorded', () => sql(`select outcome from interaction where customer_id = ${customer.id} and state = 'ended' and enqueued_at > now() - interval '5 minutes'`), { within: 10_000, good: (rows) => rows.length === 1 });
    await back_to_calls('agent');
  });

  await step('SIGKILL between dispatch and breach: the steps fire once each, at their instants', async () => {
    const row = await new_complaint('agent', quiet_customer(), 14);
    await kill_engine();
    await breach_of(row, 1);
  });

  await step('the breach falls due while the engine is dead: it fires once, as soon as it is back', async () => {
    const row = await new_complaint('agent', quiet_customer(), 3);
    const gone_until = Date.parse(row.callbacks[0].due_at) + 2000;
    const start_ms = await no_engine_until(gone_until);
    await breach_of(row, 2 + start_ms / 1000 + 1);
    const late = sql(`select min(extract(epoch from fired_at - due_at)) from alert where step = 'breach' and clock_id = ${row.clocks.find((clock) => clock.kind === 'callback').id}`);
    expect('nobody was there to fire it at its instant', late, Number(late[0][0]) >= 2);
  });

  await step('SIGKILL in the middle of forty complaints: what was acknowledged is there, once', async () => {
    const keys = Array.from({ length: 40 }, (_none, index) => ({ key: randomUUID(), text: `压力 ${index} ${randomUUID()}` }));
    const send = async ({ key, text }) => {
      const response = await fetch(`${base}/api/v1/complaints`, {
        method: 'POST', signal: AbortSignal.timeout(10_000),
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sign_in.tokens.web}`, 'Idempotency-Key': key },
        body: JSON.stringify({ customer: { name: '样例 客户', phone: '13900000123' }, text }),
      });
      return { status: response.status, body: await response.json() };
    };
    const acknowledged = new Map();
    let killed = null;
    for (let index = 0; index < keys.length; index += 8) {
      if (index === 16) killed = kill_engine();
      await Promise.allSettled(keys.slice(index, index + 8).map(async (one) => {
        const answer = await send(one);
        if (answer.status === 201) acknowledged.set(one.key, answer.body.case_number);
      }));
    }
    await killed;
    say(`${acknowledged.size} of ${keys.length} were acknowledged before or after the kill`);
    expect('some were acknowledged', acknowledged.size, acknowledged.size > 0);
    for (const one of keys) {
      const answer = await until('the same key is answered after the restart', () => send(one), { within: 20_000, good: (seen) => seen.status === 201 });
      const before = acknowledged.get(one.key);
      expect('the same key, the same case', [before, answer.body.case_number], before === undefined || before === answer.body.case_number);
      const found = sql(`select number from case_file where text = '${one.text}'`);
      expect(`one case for ${one.key}`, found, found.length === 1 && found[0][0] === answer.body.case_number);
    }
  });

  await step('SIGKILL during a callback: both stay in the call, the outcome is recorded once', async () => {
    const customer = quiet_customer();
    const row = await new_complaint('agent', customer, 3600);
    await ask('liaison_repair', 'POST', `dispatches/${row.dispatches[0].id}/accept`, {});
    const desk = (await person('liaison_repair')).extension;
    const callback = row.callbacks[0].id;
    const mark = phones.mark();
    await ask('liaison_repair', 'POST', `callbacks/${callback}/dial`, {});
    await phones.event('the liaison\'s phone rings', { ev: ['ringing', 'up'], ext: desk }, mark);
    phones.order({ do: 'answer', ext: desk });
    await phones.event('the customer answers', { ev: 'up', number: customer.number }, mark);
    await kill_engine();
    const over = () => phones.since(mark).filter((event) => ['ended', 'failed'].includes(event.ev));
    expect('both are still in the call', over(), over().length === 0);
    await ask('liaison_repair', 'POST', `callbacks/${callback}/attempts`, { outcome: 'reached', note: '已说明' });
    phones.order({ do: 'hangup', number: customer.number });
    await phones.event('the liaison\'s phone is let go', { ev: 'ended', ext: desk }, mark, 10_000);
    await until('the outbound call has ended', () => sql(`select state from interaction where callback_id = ${callback}`), { within: 10_000, good: (rows) => rows.length === 1 && rows[0][0] === 'ended' });
    const tries = sql(`select outcome from callback_attempt where callback_id = ${callback}`);
    expect('one attempt', tries, tries.length === 1 && tries[0][0] === 'reached');
  });

  await step('what the store holds open and Asterisk does not is found within a minute; who talks goes on', async () => {
    const customer = quiet_customer();
    const mark = phones.mark();
    const id = await talk_with('agent', customer);
    const [[talk]] = sql(`select id from interaction where customer_id = ${customer.id} and state = 'talking'`);
    // As left by an engine that never heard of the end, and found by no reconnect.
    const [[lost]] = sql(`insert into interaction (id, channel, direction, state, customer_id, number, queue_code, enqueued_at, answered_at, pbx_id, channel_id, leg_id) select nextval('firsthand_id'), 'call', 'inbound', 'talking', customer_id, number, queue_code, now() - interval '1 minute', now() - interval '1 minute', pbx_id, channel_id || '-lost', 'o-0-0' from interaction where id = ${talk} returning id`);
    await until('the lost call has ended', () => sql(`select outcome from interaction where id = ${lost} and state = 'ended'`), { within: 75_000, good: (rows) => rows.length === 1 && rows[0][0] === 'engine_gap' });
    steady_call(id, mark);
    const now = sql(`select state from interaction where id = ${talk}`);
    expect('the talk goes on', now, now[0][0] === 'talking');
    phones.order({ do: 'hangup', id });
    await until('its end is recorded', () => sql(`select outcome from interaction where id = ${talk} and state = 'ended'`), { within: 10_000 });
    await back_to_calls('agent');
  });

  await step('nothing happened twice', async () => no_doubles());
}
