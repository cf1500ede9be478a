// SPDX-License-Identifier: Apache-2.0
// Who is rung for a caller, and what becomes of it: each scenario is a call, and afterwards its sound, its history and
// what is left over are asked about (support/scenario.mjs).
import { ask, extension, open_floor, other_rules, person, phones, plain, scenarios } from '../support/scenario.mjs';
import { sql } from '../support/system.mjs';
import { until } from '../support/until.mjs';

export default async function play(step) {
  const scenario = scenarios(step);
  const now = {};

  await step('three agents with telephones; owners are waited for four seconds', async () => {
    await open_floor();
    now.rules_back = await other_rules({ 'owner_wait = "20s"': 'owner_wait = "4s"' });
  });

  const talk = (who) => async (call) => {
    await call.answers(who);
    await call.together(who);
    call.hang_up();
  };

  await scenario({
    name: 'the owner of the case is free: he is rung, although a colleague has been idle for longer',
    owner: 'agent', at_work: ['agent2', 'agent'],
    happens: talk('agent'),
    history: plain('agent', 'owner'),
    talked: ['agent'],
  });
  await scenario({
    name: 'the owner is busy and becomes free in time: he is rung, nobody else is',
    owner: 'agent', busy: ['agent'], at_work: ['agent2'],
    happens: async (call) => {
      await call.is('waiting');
      await call.hears_music();
      call.busy.agent.hang_up();
      await call.busy.agent.is('ended');
      await ask('agent', 'POST', 'desk/wrap-up', { action: 'finish' });
      await talk('agent')(call);
    },
    history: plain('agent', 'owner'),
    talked: ['agent'],
  });
  await scenario({
    name: 'the owner stays busy: when the wait is over a colleague is rung',
    owner: 'agent', busy: ['agent'], at_work: ['agent2'],
    happens: talk('agent2'),
    history: plain('agent2'),
    talked: ['agent2'],
  });
  await scenario({
    name: 'the owner has work after a call: he is waited for as when he talks',
    owner: 'agent', busy: ['agent'], at_work: ['agent2'],
    happens: async (call) => {
      call.busy.agent.hang_up();
      await talk('agent2')(call);
    },
    history: plain('agent2'),
    talked: ['agent2'],
  });
  await scenario({
    name: 'the owner is on a break: a colleague is rung at once',
    owner: 'agent', away: ['agent'], at_work: ['agent2'],
    happens: talk('agent2'),
    history: plain('agent2'),
    talked: ['agent2'],
  });
  await scenario({
    name: 'the owner is on holiday: his deputy is rung, although a colleague has been idle for longer',
    owner: 'agent', at_work: ['agent2', 'agent3'], dials: false,
    happens: async (call) => {
      const holiday = await ask('agent', 'POST', 'absences', { user: (await person('agent')).id, deputy: (await person('agent3')).id, from: new Date(Date.now() + 500).toISOString(), until: new Date(Date.now() + 3_600_000).toISOString(), reason: '年假' });
      await until('the holiday has begun', () => sql(`select from_at < now() from absence where id = ${holiday.id}`)[0][0], { good: (seen) => seen === 't' });
      await talk('agent3')(call.dial());
      await ask('agent', 'POST', `absences/${holiday.id}/end`, {});
    },
    history: ['call_arrived', ...plain('agent3', 'deputy')],
    talked: ['agent3'],
  });

  // Whoever does not take it: the next one is rung.
  const next_is_rung = (name, { how, hinders, leaves = 'not_responding' }) => scenario({
    name: `${name}: the next one is rung`,
    at_work: ['agent', 'agent2'], dials: false,
    happens: async (call) => {
      await hinders(call);
      await talk('agent2')(call);
    },
    history: ['call_arrived', 'offer_made agent skills', how, ...plain('agent2')],
    talked: ['agent2'],
    leaves: { agent: leaves },
  });
  /** The telephone of agent1 is in that mode already when it is rung. */
  const telephone = (mode) => ({
    hinders: async (call) => {
      phones.desk(await extension('agent'), mode);
      call.dial();
    },
  });

  await scenario({
    name: 'the owner declines: the next one is rung',
    owner: 'agent', at_work: ['agent', 'agent2'],
    happens: async (call) => {
      await call.rings('agent');
      await call.at_phone('agent', 'decline');
      await talk('agent2')(call);
    },
    history: ['offer_made agent owner', 'offer_declined agent declined', ...plain('agent2')],
    talked: ['agent2'],
  });
  await next_is_rung('an agent declines at the telephone', {
    how: 'offer_declined agent declined', leaves: 'available',
    hinders: async (call) => {
      await call.dial().rings('agent');
      await call.at_phone('agent', 'decline');
    },
  });
  await next_is_rung('an agent declines in the console', {
    how: 'offer_declined agent declined', leaves: 'available',
    hinders: (call) => call.dial().console_declines('agent'),
  });
  await next_is_rung('an agent lets it ring', { how: 'offer_missed agent missed', hinders: (call) => call.dial().rings('agent') });
  for (const [what, mode, how] of [['is busy (486)', 'busy', 'busy'], ['says that nobody answers (480)', 'no_answer', 'missed'], ['is out of order (503)', 'broken', 'congestion'], ['is unplugged', 'off', 'missed']]) {
    await next_is_rung(`a telephone ${what}`, { how: `offer_missed agent ${how}`, ...telephone(mode) });
  }
  await scenario({
    name: 'two cannot be reached: the third is rung, and the caller has heard music all the while',
    at_work: ['agent', 'agent2', 'agent3'],
    happens: async (call) => {
      await call.rings('agent');
      await call.hears_music();
      await call.at_phone('agent', 'decline');
      await call.rings('agent2');
      await call.hears_music();
      await call.at_phone('agent2', 'decline');
      await talk('agent3')(call);
    },
    history: ['offer_made agent skills', 'offer_declined agent declined', 'offer_made agent2 skills', 'offer_declined agent2 declined', ...plain('agent3')],
    talked: ['agent3'],
  });

  await scenario({
    name: 'answered in the console: the telephone picks up by itself',
    at_work: ['agent'],
    happens: async (call) => {
      await call.console_answers('agent');
      await call.up('agent');
      await call.together('agent');
      call.hang_up();
    },
    history: plain('agent', 'skills', 'console'),
    talked: ['agent'],
  });
  await scenario({
    name: 'answered at the telephone and in the console at once: one talk',
    at_work: ['agent'],
    happens: async (call) => {
      await call.rings('agent');
      const { id, token } = await call.offer('agent');
      await call.at_phone('agent', 'answer');
      await ask('agent', 'POST', `offers/${id}/accept`, { token }).catch(() => undefined);   // refused when the telephone was first
      await call.together('agent');
      call.hang_up();
    },
    history: ['phone', 'console'].map((where) => plain('agent', 'skills', where)),
    talked: ['agent'],
  });
  await scenario({
    name: 'a second caller waits for the agent who talks with the first',
    busy: ['agent'],
    happens: async (call) => {
      await call.is('waiting');
      await call.hears_music();
      await call.busy.agent.together('agent');
      call.busy.agent.hang_up();
      await call.busy.agent.is('ended');
      await ask('agent', 'POST', 'desk/wrap-up', { action: 'finish' });
      await talk('agent')(call);
    },
    history: plain('agent'),
    talked: ['agent'],
  });

  await step('another rule: telephones pick up by themselves', async () => {
    await now.rules_back();
    now.rules_back = await other_rules({ 'callback_digit = "1"': 'auto_answer = true' });
  });
  await scenario({
    name: 'picked up by itself, as the queue wants it: nobody touches telephone or console',
    at_work: ['agent'],
    happens: async (call) => {
      await call.up('agent');
      await call.together('agent');
      call.hang_up();
    },
    history: plain('agent'),
    talked: ['agent'],
  });

  await step('the rules are as they were', () => now.rules_back());
}
