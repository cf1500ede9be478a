// SPDX-License-Identifier: Apache-2.0
// What customers write stands in the same line as their calls: one agent at a time is asked, whoever takes it owns it,
// has it in hand beside his calls, and is asked for no more than fits.
import assert from 'node:assert/strict';
import { all_leave, as_system, ask, fresh_number, me_of, page_of } from '../stories/cast.mjs';
import { change_rules, sql } from '../support/system.mjs';
import { until } from '../support/until.mjs';
import { no_violations } from './axe.mjs';
import { base, fits, go, shot } from './lib.mjs';

const SLOTS = 2;

export default async function run(test) {
  let rules_back = null;
  const letters = [];
  const write = async (text) => {
    const { case_number } = await as_system('web', 'complaints', { customer: { name: '示例网友', phone: fresh_number() }, text, category: 'qt' });
    letters.push(case_number);
    return case_number;
  };
  const state_of = (number) => sql(`select i.state, coalesce(u.login, '') from case_file f join interaction i on i.case_id = f.id left join user_account u on u.id = i.agent_id where f.number = '${number}'`)[0];
  const rung = (page) => page.locator('[data-call="ringing"]');
  const asked = async (page, number) => {
    await rung(page).waitFor();
    await until('it is this one', () => state_of(number)[0], { good: (state) => state === 'offered' });
  };
  const taken = async (page, number) => {
    await asked(page, number);
    await page.keyboard.press('F2');
    await page.waitForURL((url) => url.pathname === `/cases/${number}`);
    await until('it is in hand', () => state_of(number)[0], { good: (state) => state === 'in_hand' });
  };
  const presence = (page, wanted) => ask(page, 'PUT', 'desk/presence', { presence: wanted });

  await test('a form rings at whoever is free, who reads it before saying yes and owns it then', async () => {
    rules_back = change_rules('queues', { 'written = { channels = [], slots = 3': `written = { channels = ["web"], slots = ${SLOTS}` }, { first: true });
    const page = await page_of('agent');
    await go(page, 'desk');
    // Until the rules are read a form waits for nobody.
    const number = await until('a form waits to be read', async () => {
      const one = await write(`测试：收到的货与订单不符，请尽快回复。${'\n经过是这样的，说来话长。'.repeat(60)}`);
      return state_of(one)[0] === 'waiting' ? one : null;
    }, { within: 15_000, every: 1000 });
    await presence(page, 'available');
    await asked(page, number);
    await page.locator('[data-letter]').getByText('测试：收到的货与订单不符').waitFor();
    await fits(page);
    // However long it is, what can be done about it is within reach.
    const letter = page.locator('[data-letter]');
    await letter.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await until('its end can be read', () => letter.locator('p').last().evaluate((element) => element.getBoundingClientRect().bottom <= innerHeight));
    await letter.evaluate((element) => element.scrollTo(0, 0));
    await no_violations(page, 'a letter that rings');
    await shot(page, 'letter-ringing-zh-light');
    await taken(page, number);
    const me = await me_of(page);
    const row = await ask(page, 'GET', `cases/${number}`);
    assert.equal(row.owner.id, me.id);
    await page.getByText('领取').first().waitFor();
    await shot(page, 'letter-taken-zh-light');
  });

  await test('no more than fits, and calls could come all the same', async () => {
    const page = await page_of('agent');
    await taken(page, await write('测试：第二封，问一下保修期。'));
    const third = await write('测试：第三封，手上已经满了。');
    await go(page, 'desk');
    await page.locator(`[data-in-hand="${SLOTS}"]`).waitFor();
    await fits(page);
    await no_violations(page, 'letters in hand');
    await shot(page, 'letters-in-hand-zh-light');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.equal(state_of(third)[0], 'waiting');
    assert.equal((await ask(page, 'GET', 'desk')).desk.presence, 'available');
    const board = await page_of('supervisor');
    await go(board, 'wallboard');
    const waits = await until('the wallboard counts it', async () => (await ask(board, 'GET', 'wallboard')).queues.find((queue) => queue.code === 'complaints').written, { good: (count) => count > 0 });
    assert.equal(waits, 1);
    await shot(board, 'letters-wallboard-zh-light');
  });

  await test('done: by a click, and by itself when the customer has been answered', async () => {
    const page = await page_of('agent');
    const [first, second] = letters.filter((number) => state_of(number)[0] === 'in_hand');
    await page.locator('[data-in-hand] > div > div').filter({ hasText: first }).getByRole('button').click();
    await until('the first is done', () => state_of(first)[0], { good: (state) => state === 'ended' });
    const third = letters.at(-1);
    await taken(page, third);
    await ask(page, 'POST', `cases/${second}/told`, { how: 'email', note: '已邮件答复' });
    await until('the answered one is done', () => state_of(second)[0], { good: (state) => state === 'ended', within: 8000 });
    await go(page, 'desk');
    await page.locator('[data-in-hand="1"]').waitFor();
    assert.deepEqual(state_of(third), ['in_hand', (await me_of(page)).login]);
    await page.goto(`${base}/cases/${second}`);
    await page.getByText('书面投诉已办完').waitFor();
  });

  await test('declined, it goes to the next; in English and in the dark', async () => {
    const page = await page_of('agent');
    const other = await page_of('agent2');
    await go(page, 'desk');
    await go(other, 'desk');
    await presence(page, 'offline');
    const number = await write('测试：第四封，请转给懂英文的同事。');
    await presence(other, 'available');
    await asked(other, number);
    await other.evaluate(() => { localStorage.setItem('firsthand.language', 'en'); localStorage.setItem('firsthand.theme', 'dark'); });
    await other.reload();
    await asked(other, number);
    await other.locator('[data-letter]').waitFor();
    await fits(other);
    await no_violations(other, 'a letter that rings, dark');
    await shot(other, 'letter-ringing-en-dark');
    await other.getByRole('button', { name: 'Not now' }).click();
    await until('it waits again', () => state_of(number)[0], { good: (state) => state === 'waiting' });
    await presence(page, 'available');
    await taken(page, number);
    await presence(page, 'offline');
    await presence(other, 'offline');
    for (const one of letters) {
      if (state_of(one)[0] === 'in_hand') await ask(page, 'POST', `interactions/${sql(`select i.id from interaction i join case_file f on f.id = i.case_id where f.number = '${one}'`)[0][0]}/done`, {});
    }
    rules_back();
    const left = sql(`select f.number from interaction i join case_file f on f.id = i.case_id where i.channel <> 'call' and i.state <> 'ended'`);
    assert.deepEqual(left, []);
    assert.deepEqual(sql('select user_id from desk where in_hand <> 0'), []);
    await all_leave();
  });
}
