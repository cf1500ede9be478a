// SPDX-License-Identifier: Apache-2.0
// Two engines, one Asterisk, one database: one commands the PBX, both serve consoles. Whichever stops, the other goes on
// with the calls that stand; whoever comes back does not command beside it. Each call is closed as every scenario is
// (support/scenario.mjs).
import { api, shot, signed_in } from '../console/lib.mjs';
import { back_to_calls, page_of, person, phones, presence, quiet_customer, ringing, talking } from '../support/stage.mjs';
import { no_doubles, steady_call } from '../support/scenes.mjs';
import { open_relay } from '../support/relay.mjs';
import { Call, closing, plain } from '../support/scenario.mjs';
import { another_engine, engine_pid } from '../support/system.mjs';
import { expect, say, until } from '../support/until.mjs';

export default async function play(step) {
  const now = { relay: null, second: null, page: null, ext: '', ext1: '', call: null, stopped: 0 };
  const desk2 = async () => (await api(now.page, 'GET', 'desk')).body;
  const free2 = async () => {
    const desk = await until('agent2 has no call left', async () => (await desk2()).desk, { good: (seen) => !['talking', 'offered'].includes(seen.presence), within: 15_000 });
    if (desk.presence === 'wrap_up') await api(now.page, 'POST', 'desk/wrap-up', { action: 'finish' });
    await api(now.page, 'PUT', 'desk/presence', { presence: 'available' });
  };
  const links = () => (now.second.log().match(/the link to \S+ is up/g) ?? []).length;
  /** A caller, and agent 2 at the second engine's console, whose phone is answered. */
  const talk_at_second = async () => {
    now.call = new Call(quiet_customer()).dial();
    await ringing(now.page).waitFor({ timeout: 20_000 });
    await now.call.answers('agent2');
    await talking(now.page).waitFor();
    await now.call.together('agent2');
  };
  const over = async (history = plain('agent2'), talked = ['agent2']) => {
    now.call.hang_up();
    await closing(now.call, { history: ['call_arrived', ...history], talked });
  };

  try {
    await step('a second engine, with an agent at its console', async () => {
      for (const who of ['agent', 'agent2', 'agent3', 'liaison_repair']) await page_of(who);
      for (const who of ['agent', 'agent2', 'agent3']) await presence(who, 'offline');
      now.ext = (await person('agent2')).extension;
      now.ext1 = (await person('agent')).extension;
      phones.desk(now.ext);
      phones.desk(now.ext1);
      phones.order({ do: 'media' });
      const ari = new URL(process.env.FIRSTHAND_TELEPHONY_ARI_URL);
      now.relay = await open_relay(Number(ari.port));
      ari.port = String(now.relay.port);
      now.second = await another_engine('second', { FIRSTHAND_TELEPHONY_ARI_URL: ari.href });
      now.page = await signed_in('agent2', { at: now.second.url });
      now.page.setDefaultTimeout(15_000);
      await free2();
    });

    await step('a call that the first engine takes rings at the second\'s console', async () => {
      await talk_at_second();
      await shot(now.page, 'two-engines');
    });

    await step('the first engine stops dead during the talk: the second has the PBX, and the talk goes on', async () => {
      const mark = phones.mark();
      now.stopped = engine_pid();
      process.kill(now.stopped, 'SIGSTOP');
      const began = Date.now();
      await until('the second engine has the link', links, { within: 30_000 });
      say(`the second engine commands after ${Date.now() - began} ms`);
      steady_call(now.call.id, mark);
      await now.call.together('agent2');
      await over();
      await free2();
    });

    await step('callers get through to the second engine while the first stands still', async () => {
      await talk_at_second();
      await over();
      await free2();
    });

    await step('the first engine wakes up and does not command beside the second', async () => {
      process.kill(now.stopped, 'SIGCONT');
      now.stopped = 0;
      await talk_at_second();
      await over();
      await free2();
    });

    await step('the link of the one that commands goes silent during a talk: the talk goes on, and so does the link', async () => {
      await talk_at_second();
      const mark = phones.mark();
      const before = links();
      now.relay.fall_silent();
      const began = Date.now();
      await now.call.together('agent2');
      await until('a new link is up', links, { within: 60_000, good: (seen) => seen > before });
      say(`linked again after ${Date.now() - began} ms of silence`);
      steady_call(now.call.id, mark);
      await now.call.together('agent2');
      await over();
      await free2();
    });

    await step('the second engine is killed with a caller waiting: the first offers him to its own agent', async () => {
      await api(now.page, 'PUT', 'desk/presence', { presence: 'break', reason: 'meal' });
      const mark = phones.mark();
      now.call = new Call(quiet_customer()).dial();
      await now.call.is('waiting');
      await now.second.kill();
      now.second = null;
      await back_to_calls('agent');
      const page = await page_of('agent');
      await ringing(page).waitFor({ timeout: 30_000 });
      expect('the caller never left', phones.since(mark), !phones.since(mark).some((event) => event.id === now.call.id && ['ended', 'failed'].includes(event.ev)));
      await now.call.answers('agent');
      await talking(page).waitFor();
      await now.call.together('agent');
      await over(plain('agent'), ['agent']);
      await back_to_calls('agent');
    });

    await step('nothing happened twice', async () => no_doubles());
  } finally {
    if (now.stopped) process.kill(now.stopped, 'SIGCONT');
    if (now.second) await now.second.kill();
    now.relay?.close();
    await now.page?.context().close();
  }
}
