// SPDX-License-Identifier: Apache-2.0
// What becomes of calls when the engine or Asterisk dies, stands still or comes back: each scenario is a call, and
// afterwards its sound, its history and what is left over are asked about (support/scenario.mjs).
import { ended, open_floor, phones, plain, presence, scenarios, taken } from '../support/scenario.mjs';
import { new_complaint, no_doubles, steady_call } from '../support/scenes.mjs';
import { peer, stop_pbx } from '../support/pbx.mjs';
import { engine_pid, engines_ready, kill_engine } from '../support/system.mjs';
import { say, until } from '../support/until.mjs';

const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default async function play(step) {
  const scenario = scenarios(step);

  await step('three agents with telephones', open_floor);

  await scenario({
    name: 'the engine is killed while a caller waits: he stays, and is offered as soon as somebody is free',
    dials: false,
    happens: async (call) => {
      call.dial();
      await call.is('waiting');
      say(`ready again after ${await kill_engine()} ms`);
      await call.hears_music();
      await presence('agent', 'available');
      await call.answers('agent');
      await call.together('agent');
      call.hang_up();
    },
    history: ['call_arrived', ...plain('agent')],
    talked: ['agent'],
  });
  await scenario({
    name: 'the engine is killed while it rings: the caller stays, and the console answers',
    at_work: ['agent'],
    happens: async (call) => {
      await call.rings('agent');
      await kill_engine();
      await call.console_takes('agent');
      await call.up('agent');
      await call.together('agent');
      call.hang_up();
    },
    history: [plain('agent', 'skills', 'console'), ['offer_made agent skills', 'offer_missed agent lost', ...plain('agent', 'skills', 'console')]],
    talked: ['agent'],
  });
  await scenario({
    name: 'the engine is killed while they talk: they talk on, a complaint is registered, the end is recorded',
    at_work: ['agent'],
    happens: async (call) => {
      await call.answers('agent');
      await call.together('agent');
      const mark = phones.mark();
      const back = kill_engine();
      await call.together('agent');
      await back;
      steady_call(call.id, mark);
      await new_complaint('agent', call.customer, 3600, { interaction_id: await call.interaction() });
      await call.together('agent');
      call.hang_up();
    },
    history: [...taken('agent'), 'case_registered', 'callback_promised', ended('agent')],
    talked: ['agent'],
  });
  await scenario({
    name: 'the engine is killed while the caller is held: he is held on, and taken back by the one that follows',
    at_work: ['agent'],
    happens: async (call) => {
      await call.answers('agent');
      await call.together('agent');
      await call.at_console('agent', 'hold');
      await call.hears_music();
      await kill_engine();
      await call.hears_music();
      await call.at_console('agent', 'resume');
      await call.together('agent');
      call.hang_up();
    },
    history: [...taken('agent'), 'call_held', 'call_resumed', ended('agent')],
    talked: ['agent'],
  });
  await scenario({
    name: 'the caller hangs up while no engine is there: the end is recorded when one is back',
    at_work: ['agent'],
    happens: async (call) => {
      await call.answers('agent');
      await call.together('agent');
      const back = kill_engine();
      call.hang_up();
      await back;
      await call.is('ended', 20_000);
    },
    history: [[...taken('agent'), ended('agent', 'engine_gap')], plain('agent')],
    talked: ['agent'],
  });
  await scenario({
    name: 'the engine stands still while they talk and goes on: nobody has noticed',
    at_work: ['agent'],
    happens: async (call) => {
      await call.answers('agent');
      await call.together('agent');
      const mark = phones.mark();
      await engine_stands_still(5000, () => call.together('agent'));
      steady_call(call.id, mark);
      await call.together('agent');
      call.hang_up();
    },
    history: plain('agent'),
    talked: ['agent'],
  });
  await scenario({
    name: 'the engine stands still while it rings, and the telephone is answered meanwhile',
    at_work: ['agent'],
    happens: async (call) => {
      await call.rings('agent');
      await engine_stands_still(3000, () => call.at_phone('agent', 'answer'));
      await call.together('agent');
      call.hang_up();
    },
    history: plain('agent'),
    talked: ['agent'],
  });
  await scenario({
    name: 'Asterisk stands still for longer than any request is waited for, its link open and silent: they talk on',
    at_work: ['agent'],
    happens: async (call) => {
      await call.answers('agent');
      await call.together('agent');
      const go_on = await stop_pbx();
      await rest(7000);
      await go_on();
      await linked();
      await call.together('agent');
      call.hang_up();
    },
    history: plain('agent'),
    talked: ['agent'],
  });
  for (const [how, what] of [['is killed', pbx_killed], ['is restarted', pbx_restarted]]) {
    await scenario({
      name: `Asterisk ${how} while they talk: the call has ended in the records, and the next one is as any other`,
      at_work: ['agent'],
      happens: async (call) => {
        await call.answers('agent');
        await call.together('agent');
        await what();
        await call.is('ended', 20_000);
      },
      history: [[...taken('agent'), ended('agent', 'pbx_lost')], ...(how === 'is restarted' ? [plain('agent'), [...taken('agent'), ended('agent', 'agent_hung_up')]] : [])],
      talked: ['agent'], next: 'agent',
    });
  }
  await scenario({
    name: 'Asterisk is killed while a caller waits: he is promised a call',
    busy: ['agent'],
    happens: async (call) => {
      await call.hears_music();
      await pbx_killed();
      await call.is('ended', 20_000);
    },
    history: ['call_abandoned pbx_lost', 'callback_promised'],
    ends: 'pbx_lost', next: 'agent',
  });

  await step('nothing happened twice', async () => no_doubles());
}

async function engine_stands_still(ms, meanwhile) {
  const pid = await until('an engine runs', engine_pid);
  process.kill(pid, 'SIGSTOP');
  try {
    await Promise.all([meanwhile(), rest(ms)]);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await rest(1000);   // it finds out that its right to command has run out, and takes it again
  await linked();
}

const linked = () => until('the engine has its link to the PBX', engines_ready, { within: 60_000 });

/** Every call is over without a word. */
async function pbx_killed() {
  await peer('kill');
  phones.order({ do: 'dead' });
  await peer('start');
  await linked();
}
async function pbx_restarted() {
  await peer('restart');
  await linked();
}
