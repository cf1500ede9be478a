// SPDX-License-Identifier: Apache-2.0
// Two Asterisks, one engine: whoever is free takes the calls of both, and one that dies takes only its own calls along.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ask, back_to_calls, page_of, person, phones, presence, quiet_customer, ringing, talking } from '../support/stage.mjs';
import { nothing_left, second } from '../support/pbx.mjs';
import { sql } from '../support/system.mjs';
import { expect, until } from '../support/until.mjs';

const program = fileURLToPath(new URL('../../../ops/asterisk/peer', import.meta.url));
const other_peer = (what) => {
  const env = { ...process.env, ...second.peer };
  return process.getuid() === 0 ? execFileSync(program, [what], { env, encoding: 'utf8' }) : execFileSync('sudo', ['-E', program, what], { env, encoding: 'utf8' });
};

export default async function play(step) {
  const ext = {};
  const call_of = (customer) => sql(`select i.id, i.state, i.pbx_id, coalesce(u.login, ''), coalesce(i.outcome, '') from interaction i left join user_account u on u.id = i.agent_id where i.customer_id = ${customer.id} order by i.id desc limit 1`)[0];
  const kinds = (customer) => sql(`select kind from history where interaction_id = ${call_of(customer)[0]} order by id`).map(([kind]) => kind);
  /** A customer calls one of them and the agent who is free answers at the desk phone: both hear each other. */
  const talk = async (who, at) => {
    const customer = quiet_customer();
    const mark = phones.mark();
    const id = phones.call(customer.number, '7000', at);
    await ringing(await page_of(who)).waitFor();
    await phones.event('the desk phone rings', { ev: 'ringing', ext: ext[who] }, mark);
    phones.order({ do: 'answer', ext: ext[who] });
    await talking(await page_of(who)).waitFor();
    await heard(who, id);
    return { customer, id };
  };
  const heard = async (who, id) => {
    await phones.hears('the customer', { id }, [ext[who]]);
    await phones.hears(who, { ext: ext[who] }, ['customer']);
  };
  const over = async ({ customer, id }) => {
    phones.order({ do: 'hangup', id });
    await until('its end is recorded', () => call_of(customer), { good: ([, state, , , outcome]) => state === 'ended' && outcome === 'handled' });
    expect('the history tells it', kinds(customer), ['call_arrived', 'offer_made', 'offer_accepted', 'call_answered', 'call_ended'].every((kind) => kinds(customer).includes(kind)));
  };

  await step('a call on the second PBX rings at whoever is free and is heard both ways', async () => {
    for (const who of ['agent', 'agent2']) {
      await page_of(who);
      ext[who] = (await person(who)).extension;
      phones.desk(ext[who]);
    }
    phones.order({ do: 'media' });
    await presence('agent2', 'offline');
    await back_to_calls('agent');
    const call = await talk('agent', second.port);
    expect('it is the second one\'s', call_of(call.customer), call_of(call.customer)[2] === second.name);
    await over(call);
    await nothing_left(second.url);
  });

  await step('a call on each at once, one agent each', async () => {
    await back_to_calls('agent');
    const here = await talk('agent');
    await back_to_calls('agent2');
    const there = await talk('agent2', second.port);
    expect('on two PBXs', [call_of(here.customer)[2], call_of(there.customer)[2]], call_of(here.customer)[2] !== second.name && call_of(there.customer)[2] === second.name);
    await heard('agent', here.id);
    await over(here);
    await heard('agent2', there.id);
    await over(there);
    await nothing_left();
    await nothing_left(second.url);
  });

  await step('one dies with a talk and a caller who waits: the other one\'s calls go on', async () => {
    await back_to_calls('agent');
    await presence('agent2', 'offline');
    const here = await talk('agent');
    await back_to_calls('agent2');
    const there = await talk('agent2', second.port);
    const waits = quiet_customer();
    phones.call(waits.number, '7000', second.port);
    await until('he waits', () => call_of(waits)?.[1], { good: (state) => state === 'waiting' });
    other_peer('kill');
    phones.order({ do: 'hangup', ext: ext.agent2 });
    await heard('agent', here.id);
    await over(here);
    // A new caller on the one that lives is served while the other is away.
    await back_to_calls('agent');
    await over(await talk('agent'));
    other_peer('start');
    await until('what the dead one had has ended', () => [call_of(there.customer)[1], call_of(waits)[1]], { within: 30_000, good: (states) => states.every((state) => state === 'ended') });
    const promised = sql(`select state, user_id is not null from callback where customer_id = ${waits.id} order by id desc limit 1`)[0];
    expect('whoever waited there is promised a call', promised, promised?.[0] === 'open' && promised[1] === 't');
    for (const who of ['agent', 'agent2']) {
      await until(`${who} is free of it`, async () => (await ask(who, 'GET', 'desk')).desk.interaction_id, { good: (id) => id === null });
    }
    await presence('agent', 'offline');
    await back_to_calls('agent2');
    await over(await talk('agent2', second.port));
    await nothing_left();
    await nothing_left(second.url);
  });
}
