// SPDX-License-Identifier: Apache-2.0
// Redis is emptied and stopped in the middle of the story: it is an accelerator, PostgreSQL has the truth.
import { ask, back_to_calls, page_of, person, phones, presence, quiet_customer, ringing, talking } from '../support/stage.mjs';
import { flush_redis, sql, stop_redis } from '../support/system.mjs';
import { breach_of, new_complaint, no_doubles, steady_call, talk_with } from '../support/scenes.mjs';
import { expect, until } from '../support/until.mjs';

export default async function play(step) {
  await step('one agent at work', async () => {
    for (const who of ['agent', 'agent2', 'supervisor']) await page_of(who);
    phones.desk((await person('agent')).extension);
    await presence('agent2', 'offline');
    await back_to_calls('agent');
  });

  await step('FLUSHALL with a caller waiting: he is offered as soon as somebody is free', async () => {
    const customer = quiet_customer();
    await presence('agent', 'break');
    const id = phones.call(customer.number);
    await until('the call waits', () => sql(`select id from interaction where customer_id = ${customer.id} and state = 'waiting'`));
    flush_redis();
    await presence('agent', 'available');
    const page = await page_of('agent');
    await ringing(page).waitFor();
    flush_redis();
    await page.keyboard.press('F2');
    await talking(page).waitFor();
    phones.order({ do: 'hangup', id });
    await back_to_calls('agent');
  });

  await step('FLUSHALL between dispatch and breach: the steps fire once, at their instants', async () => {
    const row = await new_complaint('agent', quiet_customer(), 10);
    flush_redis();
    await breach_of(row, 1);
  });

  let start = null;
  try {
    await step('Redis stops: calls reach the agent, complaints are taken, the breach fires', async () => {
      start = await stop_redis();
      const customer = quiet_customer();
      const mark = phones.mark();
      const id = await talk_with('agent', customer);
      const row = await new_complaint('agent', customer, 8, { interaction_id: (await ask('agent', 'GET', 'desk')).call.interaction_id });
      await breach_of(row, 2);
      steady_call(id, mark);
      phones.order({ do: 'hangup', id });
      await until('the end is recorded', () => sql(`select outcome from interaction where customer_id = ${customer.id} and state = 'ended' and enqueued_at > now() - interval '5 minutes'`), { within: 10_000 });
      await back_to_calls('agent');
    });
  } finally {
    await start?.();
  }

  await step('Redis is back: the next call and the next breach are as before', async () => {
    const customer = quiet_customer();
    const row = await new_complaint('agent', quiet_customer(), 8);
    const id = await talk_with('agent', customer);
    phones.order({ do: 'hangup', id });
    await back_to_calls('agent');
    await breach_of(row, 1);
    const clocks = sql(`select count(*) from sla_clock where fire_at < now() - interval '5 seconds'`);
    expect('no clock is left behind', clocks, clocks[0][0] === '0');
  });

  await step('nothing happened twice', async () => no_doubles());
}
