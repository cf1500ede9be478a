// SPDX-License-Identifier: Apache-2.0
// How calls end, are held, find nobody, and are called back: each scenario is a call, and afterwards its sound, its
// history and what is left over are asked about (support/scenario.mjs).
import { ask, called_back, ended, extension, open_floor, other_rules, phones, plain, presence, scenarios, taken } from '../support/scenario.mjs';
import { change_rules, hours_over_now, sql } from '../support/system.mjs';
import { until } from '../support/until.mjs';

const ROUNDS = 4;

export default async function play(step) {
  const scenario = scenarios(step);
  const now = {};

  await step('three agents with telephones; waits are short', async () => {
    await open_floor();
    now.rules_back = await other_rules({ 'owner_wait = "20s"': 'owner_wait = "4s"', 'max_wait = "2m"': 'max_wait = "5s"', 'skills = ["complaint"]': 'skills = ["english"]', 'widening = [{ after = "60s", skills = ["general"] }]': '' });
  });

  // The rules of this chapter: callers of 7000 want somebody who speaks English, agent2, for five seconds; then anybody
  // of the overflow; five seconds later nobody was free.
  await scenario({
    name: 'nobody of the queue is free: when the wait is over the overflow\'s people are rung',
    at_work: ['agent'],
    happens: async (call) => {
      await call.hears_music();
      await call.answers('agent');
      await call.together('agent');
      call.hang_up();
    },
    history: plain('agent', 'overflow'),
    talked: ['agent'],
  });
  /** Told so, he goes on in the PBX's own queue, where whoever wants to may still take him. */
  const in_the_pbxs_queue = async (call, who) => {
    await call.is_told('vm-goodbye');
    await call.answers(who);
    await call.together(who);
    call.hang_up();
  };
  await scenario({
    name: 'nobody is free until the end: the caller is told so, promised a call, and left to the PBX\'s own queue',
    busy: ['agent2'],
    happens: async (call) => {
      await call.hears_music();
      await in_the_pbxs_queue(call, 'agent');
    },
    history: ['call_abandoned wait_over', 'callback_promised'],
    talked: ['agent'], leaves: { agent: 'offline' },
  });
  await step('the rules of the queues are as they were', () => now.rules_back());
  await step('the lines are closed', async () => {
    now.rules_back = await other_rules({ 'calendar = "always"': 'calendar = "china-hotline"' });
    now.hours_back = change_rules('calendars', hours_over_now());
    await until('the lines are shut', async () => (await ask('agent', 'GET', 'transfer-targets')).queues.find((one) => one.code === 'complaints').closed, { within: 10_000 });
  });
  await scenario({
    name: 'outside of the hours: the caller is told so and promised a call, although somebody is there',
    at_work: ['agent'],
    happens: (call) => in_the_pbxs_queue(call, 'agent2'),
    history: ['call_abandoned closed', 'callback_promised'],
    talked: ['agent2'], leaves: { agent2: 'offline' },
  });
  await step('the lines are open again', async () => {
    now.hours_back();
    await now.rules_back();
  });

  await scenario({
    name: 'the caller gives up while he waits',
    busy: ['agent'],
    happens: async (call) => {
      await call.hears_music();
      call.hang_up();
    },
    history: ['call_abandoned caller_hung_up', 'callback_promised'],
  });
  await scenario({
    name: 'the caller gives up while it rings',
    at_work: ['agent'],
    happens: async (call) => {
      await call.rings('agent');
      call.hang_up();
    },
    history: ['offer_made agent skills', 'offer_withdrawn agent caller_gone', 'call_abandoned caller_hung_up', 'callback_promised'],
  });
  for (let round = 1; round <= ROUNDS; round += 1) {
    const first = round % 2 ? 'answer' : 'hang-up';
    await scenario({
      name: `answered and hung up at once, the ${first} first, round ${round}: one of the two has happened`,
      at_work: ['agent'],
      happens: async (call) => {
        await call.rings('agent');
        const ext = await extension('agent');
        if (first === 'answer') phones.order({ do: 'answer', ext });
        call.hang_up();
        if (first !== 'answer') phones.order({ do: 'answer', ext });
      },
      history: [plain('agent'), ['offer_made agent skills', 'offer_withdrawn agent caller_gone', 'call_abandoned caller_hung_up', 'callback_promised']],
      leaves: { agent: ['wrap_up', 'available'] },
      next: round === ROUNDS && 'agent',
    });
  }
  await scenario({
    name: 'the agent hangs up at the telephone: the caller is let go',
    at_work: ['agent'],
    happens: async (call) => {
      await call.answers('agent');
      await call.together('agent');
      await call.at_phone('agent', 'hangup');
      await call.let_go();
    },
    history: [...taken('agent'), ended('agent', 'agent_hung_up')],
    talked: ['agent'],
  });
  await scenario({
    name: 'the agent hangs up in the console: both are let go',
    at_work: ['agent'],
    happens: async (call) => {
      await call.answers('agent');
      await call.together('agent');
      await call.at_console('agent', 'hang-up');
      await call.let_go();
    },
    history: [...taken('agent'), ended('agent', 'dropped')],
    talked: ['agent'],
  });
  for (const [where, what] of [['console', ['hold', 'resume']], ['telephone', ['hold', 'resume']]]) {
    await scenario({
      name: `held and taken back at the ${where}: music meanwhile, both ways again afterwards`,
      at_work: ['agent'],
      happens: async (call) => {
        const press = (key) => (where === 'console' ? call.at_console('agent', key) : call.at_phone('agent', key));
        await call.answers('agent');
        await call.together('agent');
        await press(what[0]);
        await call.is('held');
        await call.hears_music();
        await press(what[1]);
        await call.is('talking');
        await call.together('agent');
        call.hang_up();
      },
      history: [...taken('agent'), 'call_held', 'call_resumed', ended('agent')],
      talked: ['agent'],
    });
  }
  await scenario({
    name: 'the caller hangs up while he is held',
    at_work: ['agent'],
    happens: async (call) => {
      await call.answers('agent');
      await call.together('agent');
      await call.at_console('agent', 'hold');
      await call.hears_music();
      call.hang_up();
    },
    history: [...taken('agent'), 'call_held', ended('agent')],
    talked: ['agent'],
  });

  // A promised call: the agent's telephone rings first, then the customer's.
  const calls_back = (name, { customer = 'auto', happens, history, outcome, ...more }) => scenario({
    name, at_work: ['agent'], dials: false, ...more,
    happens: async (call) => {
      phones.order({ do: 'trunk', number: call.customer.number, mode: customer });
      await called_back(call, 'agent');
      await happens(call);
      await until(`the attempt is ${outcome}`, () => sql(`select outcome from callback_attempt where callback_id = ${call.callback}`).join(), { good: (seen) => seen === outcome });
    },
    history: ['callback_dialled agent', ...history],
  });
  await calls_back('a call back reaches the customer: both ways, and the promise is kept', {
    happens: async (call) => {
      await call.answers('agent');
      await call.together('agent');
      call.hang_up();
      await call.is('ended');
      await ask('agent', 'POST', `callbacks/${call.callback}/attempts`, { outcome: 'reached' });
    },
    history: ['call_answered agent', ended('agent', 'normal')],
    outcome: 'reached', talked: ['agent'],
  });
  for (const [what, customer, reason, outcome] of [['is busy', 'busy', 'busy', 'busy'], ['does not answer', 'no_answer', 'no_answer', 'no_answer'], ['declines', 'decline', 'declined', 'no_answer'], ['has a number that nobody has', 'not_found', 'bad_number', 'wrong_number'], ['cannot be reached', 'broken', 'congestion', 'failed']]) {
    await calls_back(`a call back, and the customer ${what}: that is recorded as the attempt's outcome`, {
      customer,
      happens: (call) => call.answers('agent'),
      history: [ended('agent', reason), `callback_attempt ${outcome}`],
      outcome,
    });
  }
  await calls_back('a call back that the agent does not pick up himself: no attempt is counted', {
    happens: async (call) => {
      await call.rings('agent');
      await call.at_phone('agent', 'decline');
      await call.is('ended');
    },
    history: [ended('agent', 'declined')],
    outcome: '',
  });

  await step('the agents go home', async () => {
    for (const who of ['agent', 'agent2', 'agent3']) await presence(who, 'offline');
  });
}
