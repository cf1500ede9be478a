// SPDX-License-Identifier: Apache-2.0
// Two engines, one Asterisk, one database: one commands the PBX, both serve consoles. Whichever stops, the other goes on
// with the calls that stand; whoever comes back does not command beside it.
import { api, shot, signed_in } from '../console/lib.mjs';
import { ask, back_to_calls, page_of, person, phones, presence, quiet_customer, ringing, talking } from '../support/stage.mjs';
import { no_doubles, steady_call } from '../support/scenes.mjs';
import { nothing_left } from '../support/pbx.mjs';
import { another_engine, engine_pid, sql } from '../support/system.mjs';
import { expect, say, until } from '../support/until.mjs';

export default async function play(step) {
  const now = { second: null, page: null, ext: '', ext1: '', call: '', stopped: 0 };
  const desk2 = async () => (await api(now.page, 'GET', 'desk')).body;
  const free2 = async () => {
    const desk = await until('agent2 has no call left', async () => (await desk2()).desk, { good: (seen) => !['talking', 'offered'].includes(seen.presence), within: 15_000 });
    if (desk.presence === 'wrap_up') await api(now.page, 'POST', 'desk/wrap-up', { action: 'finish' });
    await api(now.page, 'PUT', 'desk/presence', { presence: 'available' });
  };
  const ended = (customer) => until('its end is recorded', () => sql(`select outcome from interaction where customer_id = ${customer.id} and state = 'ended' and enqueued_at > now() - interval '5 minutes'`)[0]?.[0], { within: 15_000 });
  /** Agent 2 sits at the second engine's console, and its phone is answered. */
  const answered_at_second = async (customer, mark) => {
    await ringing(now.page).waitFor({ timeout: 20_000 });
    await phones.event('the desk phone rings', { ev: 'ringing', ext: now.ext }, mark, 15_000);
    phones.order({ do: 'answer', ext: now.ext });
    await talking(now.page).waitFor();
    await phones.hears('the agent', { ext: now.ext }, ['customer']);
    await phones.hears('the caller', { id: now.call }, [now.ext]);
    expect('offered once', customer, sql(`select count(*) from offer o join interaction i on i.id = o.interaction_id where i.customer_id = ${customer.id} and o.state = 'accepted' and o.offered_at > now() - interval '5 minutes'`)[0][0] === '1');
  };

  try {
    await step('a second engine, with an agent at its console', async () => {
      await page_of('agent');
      await presence('agent', 'offline');
      await page_of('agent2');
      await presence('agent2', 'offline');
      now.ext = (await person('agent2')).extension;
      now.ext1 = (await person('agent')).extension;
      phones.desk(now.ext);
      phones.desk(now.ext1);
      phones.order({ do: 'media' });
      now.second = await another_engine('second');
      now.page = await signed_in('agent2', { at: now.second.url });
      now.page.setDefaultTimeout(15_000);
      await free2();
    });

    await step('a call that the first engine takes rings at the second\'s console', async () => {
      const customer = quiet_customer();
      const mark = phones.mark();
      now.call = phones.call(customer.number);
      await answered_at_second(customer, mark);
      await shot(now.page, 'two-engines');
      now.customer = customer;
    });

    await step('the first engine stops dead during the talk: the second has the PBX, and the talk goes on', async () => {
      const mark = phones.mark();
      now.stopped = engine_pid();
      process.kill(now.stopped, 'SIGSTOP');
      const began = Date.now();
      await until('the second engine has the link', () => /the link to \S+ is up/.test(now.second.log()), { within: 30_000 });
      say(`the second engine commands after ${Date.now() - began} ms`);
      steady_call(now.call, mark);
      await phones.hears('the agent', { ext: now.ext }, ['customer']);
      phones.order({ do: 'hangup', id: now.call });
      expect('handled', now.customer, (await ended(now.customer)) === 'handled');
      await nothing_left();
      await free2();
    });

    await step('callers get through to the second engine while the first stands still', async () => {
      const customer = quiet_customer();
      const mark = phones.mark();
      now.call = phones.call(customer.number);
      await answered_at_second(customer, mark);
      phones.order({ do: 'hangup', id: now.call });
      expect('handled', customer, (await ended(customer)) === 'handled');
      await free2();
    });

    await step('the first engine wakes up and does not command beside the second', async () => {
      process.kill(now.stopped, 'SIGCONT');
      now.stopped = 0;
      const customer = quiet_customer();
      const mark = phones.mark();
      now.call = phones.call(customer.number);
      await answered_at_second(customer, mark);
      phones.order({ do: 'hangup', id: now.call });
      expect('handled', customer, (await ended(customer)) === 'handled');
      await nothing_left();
      await free2();
    });

    await step('the second engine is killed with a caller waiting: the first offers him to its own agent', async () => {
      await api(now.page, 'PUT', 'desk/presence', { presence: 'break', reason: 'meal' });
      const customer = quiet_customer();
      const mark = phones.mark();
      const id = phones.call(customer.number);
      await until('the call waits', () => sql(`select id from interaction where customer_id = ${customer.id} and state = 'waiting'`)[0]?.[0]);
      await now.second.kill();
      now.second = null;
      await back_to_calls('agent');
      const page = await page_of('agent');
      await ringing(page).waitFor({ timeout: 30_000 });
      expect('the caller never left', phones.since(mark), !phones.since(mark).some((event) => event.id === id && ['ended', 'failed'].includes(event.ev)));
      await phones.event('the desk phone rings', { ev: 'ringing', ext: now.ext1 }, mark, 15_000);
      phones.order({ do: 'answer', ext: now.ext1 });
      await talking(page).waitFor();
      await phones.hears('the caller', { id }, [now.ext1]);
      phones.order({ do: 'hangup', id });
      expect('handled', customer, (await ended(customer)) === 'handled');
      await nothing_left();
      await back_to_calls('agent');
      await ask('agent', 'GET', 'desk');
    });

    await step('nothing happened twice', async () => no_doubles());
  } finally {
    if (now.stopped) process.kill(now.stopped, 'SIGCONT');
    if (now.second) await now.second.kill();
    await now.page?.context().close();
  }
}
