// SPDX-License-Identifier: Apache-2.0
// A call goes to a colleague or a queue, at once or after a word; the telephone's own key; a supervisor listens.
// Everybody has a tone: the phones say who hears whom. Each call is closed as every scenario is (support/scenario.mjs).
import { shot } from '../console/lib.mjs';
import { ask, back_to_calls, page_of, person, phones, presence, quiet_customer, ringing, talking } from '../support/stage.mjs';
import { talk_with } from '../support/scenes.mjs';
import { Call, closing, ended, taken } from '../support/scenario.mjs';
import { change_rules, hours_over_now, sql } from '../support/system.mjs';
import { expect, until } from '../support/until.mjs';

export default async function play(step) {
  const ext = {};
  const now = { customer: null, id: '', call: 0, story: null };
  const hears = (name, who, tones, more) => phones.hears(name, who, tones, more);
  const together = (who) => now.story.together(who);
  const strip = (page, state) => page.locator(`[data-transfer="${state}"]`);
  /** The customer is with the agent; agent2 is free. */
  const begin = async () => {
    await presence('agent2', 'offline');
    await back_to_calls('agent');
    now.customer = quiet_customer();
    now.story = new Call(now.customer);
    now.id = await talk_with('agent', now.customer);
    now.story.ear = { id: now.id };
    now.call = Number(sql(`select id from interaction where customer_id = ${now.customer.id} and state = 'talking'`)[0][0]);
    await back_to_calls('agent2');
    await together('agent');
  };
  const rung = async () => {
    await ringing(await page_of('agent2')).waitFor();
    await phones.event('the desk phone of agent2 rings', { ev: 'ringing', ext: ext.agent2 }, now.mark);
  };
  const give = async (how, note = '') => {
    now.mark = phones.mark();
    const page = await page_of('agent');
    await page.keyboard.press('F7');
    const dialog = page.getByRole('dialog');
    await dialog.locator(`[data-colleague="${(await person('agent2')).id}"] input:enabled`).check();
    await dialog.locator(`input[name="how"][value="${how}"]`).check();
    if (note) await dialog.locator('input[maxlength="200"]').fill(note);
    await shot(page, `transfer-dialog-${how}`);
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
  };
  const row = () => sql(`select i.state, u.login, t.state, t.ended_why from interaction i left join user_account u on u.id = i.agent_id left join transfer t on t.interaction_id = i.id where i.id = ${now.call} order by t.id desc limit 1`)[0];
  const with_whom = (expected, state, login) => until(expected, row, { within: 8000, good: (seen) => seen[0] === state && seen[1] === login });
  const kinds = () => sql(`select kind from history where interaction_id = ${now.call} order by id`).map(([kind]) => kind);
  /** The customer hangs up: what the history says then after agent1 has answered, and who has talked with him. */
  const over = async (history, talked) => {
    now.story.hang_up();
    await closing(now.story, { history: ['call_arrived', ...taken('agent'), ...history], talked });
  };
  const consulted = ['consult_asked agent agent2', 'offer_made agent2 consult', 'offer_accepted agent2 phone', 'consult_begun agent agent2'];
  const given = (how) => `call_transferred agent agent2 ${how}`;

  await step('two agents and a supervisor at work, and everybody has a tone', async () => {
    for (const who of ['agent', 'agent2', 'supervisor']) {
      await page_of(who);
      ext[who] = (await person(who)).extension ?? sql(`select extension from user_account where id = ${(await person(who)).id}`)[0][0];
      phones.desk(ext[who]);
    }
    phones.order({ do: 'media' });
  });

  await step('handed over at once: the colleague sees who gave it and why before he answers', async () => {
    await begin();
    await give('blind', '客户要问发票');
    const page2 = await page_of('agent2');
    await ringing(page2).waitFor();
    await hears('the customer meanwhile', { id: now.id }, [], { music: true });
    const banner = await page2.locator('[data-banner="transfer"]').textContent();
    expect('the note', banner, banner.includes('客户要问发票') && banner.includes((await person('agent')).name));
    await shot(page2, 'transfer-ringing');
    await page2.keyboard.press('F2');
    await talking(page2).waitFor();
    await with_whom('agent2 has it', 'talking', 'agent2');
    await together('agent2');
    expect('agent1 sees no call any more', '', (await talking(await page_of('agent')).count()) === 0);
    expect('it is in the history', kinds(), kinds().includes('call_transferred'));
    await over([given('blind'), ...taken('agent2', 'transfer', 'console'), ended('agent2')], ['agent', 'agent2']);
  });

  await step('not taken: it comes back to the one who gave it', async () => {
    await begin();
    await give('blind');
    await rung();
    phones.order({ do: 'decline', ext: ext.agent2 });
    const page = await page_of('agent');
    await ringing(page).waitFor();
    await page.keyboard.press('F2');
    await with_whom('agent1 has it again', 'talking', 'agent1');
    await together('agent');
    await over([given('blind'), 'offer_made agent2 transfer', 'offer_declined agent2 declined', 'transfer_not_taken agent2 declined', ...taken('agent', 'returned', 'console'), ended('agent')], ['agent']);
  });

  await step('to a queue that is closed: nobody is sent there', async () => {
    const back = change_rules('calendars', hours_over_now());
    const page = await page_of('agent');
    const closed = async () => (await ask('agent', 'GET', 'transfer-targets')).queues.find((one) => one.code === 'general').closed;
    await until('the hotlines are shut', closed, { within: 10_000 });
    await begin();
    await page.keyboard.press('F7');
    const dialog = page.getByRole('dialog');
    await dialog.locator('[data-tab="queue"]').click();
    await dialog.locator('[data-queue="general"] input:disabled').waitFor();
    await dialog.locator('[data-queue="complaints"] input:enabled').waitFor();
    await shot(page, 'transfer-queue-closed');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await together('agent');
    await over([ended('agent')], ['agent']);
    back();
    // Whatever the hour is now.
    now.rules_back = change_rules('calendars', { '["08:00-22:00"]': '["00:00-24:00"]' });
    await until('the hotlines are open', async () => !(await closed()), { within: 10_000 });
  });

  await step('to a queue: its agents are asked, not the one who gave it', async () => {
    await begin();
    const before = sql(`select enqueued_at from interaction where id = ${now.call}`)[0][0];
    const page = await page_of('agent');
    await page.keyboard.press('F7');
    const dialog = page.getByRole('dialog');
    await dialog.locator('[data-tab="queue"]').click();
    await dialog.locator('[data-queue="general"] input').check();
    await shot(page, 'transfer-dialog-queue');
    now.mark = phones.mark();
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await rung();
    phones.order({ do: 'answer', ext: ext.agent2 });
    await with_whom('agent2 has it', 'talking', 'agent2');
    await together('agent2');
    expect('in its old place', before, sql(`select enqueued_at, queue_code from interaction where id = ${now.call}`)[0].join() === `${before},general`);
    await over(['call_transferred agent blind', ...taken('agent2'), ended('agent2')], ['agent', 'agent2']);
    now.rules_back();
  });

  await step('consult first: in turns, all three, and complete', async () => {
    await begin();
    await give('consult', '能换新机吗');
    const page = await page_of('agent');
    await strip(page, 'ringing').waitFor();
    await hears('the customer meanwhile', { id: now.id }, [], { music: true });
    await ringing(await page_of('agent2')).waitFor();
    await shot(await page_of('agent2'), 'consult-ringing');
    phones.order({ do: 'answer', ext: ext.agent2 });
    await strip(page, 'consulting').waitFor();
    await hears('agent1', { ext: ext.agent }, [ext.agent2]);
    await hears('agent2', { ext: ext.agent2 }, [ext.agent]);
    await hears('the customer still', { id: now.id }, [], { music: true });
    await shot(page, 'consult-strip');
    await strip(page, 'consulting').getByRole('button').nth(1).click();
    await strip(page, 'colleague_waits').waitFor();
    await together('agent');
    await hears('agent2 meanwhile', { ext: ext.agent2 }, [], { music: true });
    await strip(page, 'colleague_waits').getByRole('button').nth(2).click();
    await strip(page, 'conference').waitFor();
    await hears('the customer', { id: now.id }, [ext.agent, ext.agent2]);
    await hears('agent1', { ext: ext.agent }, [ext.agent2, 'customer']);
    await hears('agent2', { ext: ext.agent2 }, [ext.agent, 'customer']);
    await shot(page, 'consult-conference');
    await strip(page, 'conference').getByRole('button').nth(0).click();
    await with_whom('agent2 has it', 'talking', 'agent2');
    await together('agent2');
    await over([...consulted, 'conference_begun agent agent2', given('consult'), ended('agent2')], ['agent', 'agent2']);
  });

  await step('consult first: declined, cancelled, and left by hanging up', async () => {
    await begin();
    await give('consult');
    const page = await page_of('agent');
    await rung();
    phones.order({ do: 'decline', ext: ext.agent2 });
    await with_whom('the customer is with agent1', 'talking', 'agent1');
    await together('agent');
    await give('consult');
    await rung();
    phones.order({ do: 'answer', ext: ext.agent2 });
    await strip(page, 'consulting').waitFor();
    await strip(page, 'consulting').getByRole('button').last().click();
    await with_whom('the customer is with agent1 again', 'talking', 'agent1');
    await together('agent');
    await back_to_calls('agent2');
    await give('consult');
    await rung();
    phones.order({ do: 'answer', ext: ext.agent2 });
    await strip(page, 'consulting').waitFor();
    phones.order({ do: 'hangup', ext: ext.agent });
    await with_whom('hanging up completes it', 'talking', 'agent2');
    await together('agent2');
    await over(['consult_asked agent agent2', 'offer_made agent2 consult', 'offer_declined agent2 declined', 'consult_ended agent2 declined', ...consulted, 'consult_ended agent2 cancelled', ...consulted, given('consult'), ended('agent2')], ['agent', 'agent2']);
  });

  await step('the customer hangs up while two consult: nobody is left in silence', async () => {
    await begin();
    await give('consult');
    await rung();
    phones.order({ do: 'answer', ext: ext.agent2 });
    await strip(await page_of('agent'), 'consulting').waitFor();
    await over([...consulted, ended('agent')], ['agent']);
  });

  await step('the telephone\'s own transfer key: carried out by the engine, refused when nobody has the number', async () => {
    await begin();
    phones.order({ do: 'transfer', ext: ext.agent, to: '1999' });
    await together('agent');
    now.mark = phones.mark();
    phones.order({ do: 'transfer', ext: ext.agent, to: ext.agent2 });
    await rung();
    phones.order({ do: 'answer', ext: ext.agent2 });
    await with_whom('agent2 has it', 'talking', 'agent2');
    await together('agent2');
    expect('as any other transfer', kinds(), kinds().includes('call_transferred'));
    await over([given('blind'), ...taken('agent2', 'transfer'), ended('agent2')], ['agent', 'agent2']);
  });

  await step('the supervisor listens, whispers, and leaves no trace in the PBX', async () => {
    await begin();
    const page = await page_of('supervisor');
    await page.goto(new URL('/wallboard', page.url()).href);
    const mark = phones.mark();
    const buttons = page.getByRole('group', { name: new RegExp((await person('agent')).name) }).getByRole('button');
    await buttons.nth(0).click();
    await phones.event('his telephone rings', { ev: 'ringing', ext: ext.supervisor }, mark);
    phones.order({ do: 'answer', ext: ext.supervisor });
    await hears('the supervisor', { ext: ext.supervisor }, [ext.agent, 'customer']);
    await hears('the agent hears only the customer', { ext: ext.agent }, ['customer']);
    await until('the wallboard knows', () => page.locator('button[aria-pressed="true"]').count(), { within: 8000 });
    await shot(page, 'wallboard-listening');
    await buttons.nth(1).click();
    await hears('the agent hears the whisper', { ext: ext.agent }, [ext.supervisor, 'customer']);
    await hears('the customer does not', { id: now.id }, [ext.agent]);
    phones.order({ do: 'hangup', ext: ext.supervisor });
    await until('it is in the history', kinds, { good: (seen) => seen.filter((kind) => kind === 'call_listened').length === 2 && seen.includes('listening_ended') });
    await together('agent');
    await over(['call_listened agent', 'call_listened agent', 'listening_ended agent normal', ended('agent')], ['agent']);
  });
}
