// SPDX-License-Identifier: Apache-2.0
// A PC maker's 800 call centre, 2004: whoever takes the customer's problem first follows it through, and nobody
// is ever told to dial another number. The prepared questions, the meeting's pack and published reports are
// not built yet and not in here.
import assert from 'node:assert/strict';
import { no_violations } from '../console/axe.mjs';
import { base, close_browser, fits, go, shot } from '../console/lib.mjs';
import { all_leave, as_system, ask, fresh_number, me_of, new_customer, newest_case, page_of } from './cast.mjs';

export default async function run(test) {
  const { mails, sql } = await import('../support/system.mjs');
  const { until } = await import('../support/until.mjs');
  let me;
  let customer;
  let number;

  await test('S1: six people at the telephones, ten and more behind them, one or two liaisons in every department', async () => {
    const agent = await page_of('agent');
    me = await me_of(agent);
    const { users, departments } = await ask(agent, 'GET', 'reference');
    const of = (role) => users.filter((user) => user.role === role && !user.name.startsWith('演示员工')).length;
    assert.ok(of('agent') >= 5, 'some of the six may have left in an earlier story');
    assert.ok(of('back_line') >= 10);
    for (const { code } of departments) {
      const [[liaisons, heads]] = sql(`select count(*) filter (where not is_department_head), count(*) filter (where is_department_head) from user_account u join department d on d.id = u.department_id where d.code = '${code}' and u.disabled_at is null and u.login not like 'story%'`);
      assert.ok(['1', '2'].includes(liaisons), `${code} has ${liaisons} liaisons`);
      assert.equal(heads, '1', `${code} has a head among its liaisons`);
    }
  });

  await test('S1: the agent takes the complaint in, the repair centre hears of it at once, and the customer keeps one number', async () => {
    const agent = await page_of('agent');
    const liaison = await page_of('liaison_repair');
    customer = await new_customer(agent);
    await liaison.getByRole('heading', { name: '接口人待办' }).waitFor();
    await agent.goto(`${base}/customers/${customer.id}`);
    await agent.getByRole('button', { name: '登记投诉' }).click();
    await agent.locator('#intake-category').focus();
    await agent.keyboard.type('wx');
    await agent.locator('[role="option"][aria-selected="true"]').waitFor();
    await agent.keyboard.press('Enter');
    await agent.keyboard.insertText('开机无显示，送修三周没有消息。');
    const pressed = Date.now();
    await agent.keyboard.press('Control+Enter');
    number = await agent.locator('[data-registered]').textContent();
    await agent.getByText('请把工单号告诉客户').waitFor();
    await fits(agent);
    await shot(agent, 'story-1-registered');
    // Nobody presses anything in the repair centre: the work is there.
    await liaison.locator(`li[data-case="${number}"]`).waitFor({ timeout: 5000 });
    assert.ok(Date.now() - pressed < 10_000, 'within seconds');
    const row = await ask(agent, 'GET', `cases/${number}`);
    assert.equal(row.owner.id, me.id);
    assert.equal(row.department.code, 'repair');
    const promise = row.callbacks.find((callback) => callback.kind === 'promised');
    assert.equal(promise.caller, 'department', 'they call the customer');
    assert.equal(sql(`select number from callback where id = ${promise.id}`)[0][0], `+86${customer.number}`, 'on the number that was noted');
    await until('the repair centre has a mail about it', () => mails(number), { within: 20_000 });
  });

  await test('S1: the repair centre calls the customer, the agent makes sure of it, and nobody else was ever responsible', async () => {
    const agent = await page_of('agent');
    const liaison = await page_of('liaison_repair');
    await liaison.locator(`li[data-case="${number}"]`).getByRole('button').click();
    await liaison.getByRole('button', { name: '确认接收' }).waitFor();
    await liaison.keyboard.press('1');
    await liaison.locator('[data-tab="to_call"]').click();
    await liaison.locator(`li[data-case="${number}"]`).getByRole('button').click();
    await liaison.keyboard.press('2');
    await liaison.getByRole('dialog').waitFor();
    await liaison.fill('#liaison-answer', '已换主板，客户确认开机正常');
    await liaison.keyboard.press('Control+Enter');
    await liaison.getByRole('dialog').waitFor({ state: 'detached' });
    await agent.goto(`${base}/cases/${number}`);
    await agent.locator('[data-promise="verify"]').waitFor();
    await no_violations(agent, 'case to verify');
    await shot(agent, 'story-1-verify');
    await agent.locator('[data-verb="resolve"]').first().click();
    await agent.getByRole('dialog').locator('textarea').fill('换主板后正常，已向客户核实');
    await agent.keyboard.press('Control+Enter');
    await agent.getByRole('dialog').waitFor({ state: 'detached' });
    const row = await ask(agent, 'GET', `cases/${number}`);
    assert.equal(row.state, 'resolved');
    assert.equal(row.owner.id, me.id);
    assert.deepEqual(sql(`select how, owner_id from ownership_entry where case_id = ${row.id}`), [['first_contact', String(me.id)]]);
    const follow_up = row.callbacks.find((callback) => callback.kind === 'follow_up');
    assert.notEqual(follow_up.user.id, me.id, 'somebody else asks the customer how it was');
  });

  await test('S1: how fast a customer is answered is a rule, and every promise says why it is due when it is', async () => {
    const agent = await page_of('agent');
    const row = await ask(agent, 'GET', `cases/${number}`);
    const kinds = new Set(row.clocks.map((clock) => clock.kind));
    for (const kind of ['acknowledgement', 'first_response', 'callback', 'dispatch', 'resolution']) assert.ok(kinds.has(kind), `a rule for ${kind}`);
    const clock = row.clocks.find((one) => one.kind === 'resolution');
    const why = await ask(agent, 'GET', `cases/${number}/clocks/${clock.id}`);
    assert.ok(why.spans.length > 0 && why.steps.length > 0);
    await agent.goto(`${base}/cases/${number}`);
    await agent.locator(`#clock-${clock.id}`).click();
    await agent.locator('#clock-explained [data-why]').waitFor();
    await shot(agent, 'story-1-why');
  });

  await test('S1: what is thrown out is caught: a call nobody answered and a complaint of the night are somebody\'s within seconds', async () => {
    const caller = fresh_number();
    const call = `story-${Date.now()}`;
    const at = (ago) => new Date(Date.now() - ago).toISOString();
    await as_system('pbx', 'telephony/events', { source: 'story', call_id: call, event: 'new_call', direction: 'in', from: caller, to: '8001', at: at(30_000) });
    await as_system('pbx', 'telephony/events', { source: 'story', call_id: call, event: 'hangup', direction: 'in', from: caller, to: '8001', at: at(1000) });
    const promised = () => sql(`select b.kind, u.name from callback b join user_account u on u.id = b.user_id where b.number = '+86${caller}' and b.state = 'open' and u.disabled_at is null`);
    const [[kind]] = await until('the missed call is a callback with a name', promised, { within: 5000 });
    assert.equal(kind, 'abandoned');
    const writer = fresh_number();
    const receipt = await as_system('web', 'complaints', { customer: { name: '示例网友', phone: writer }, text: '夜里写下的投诉：主机有异响。', category: 'wxzl' });
    const [[owner]] = sql(`select u.name from case_file f join user_account u on u.id = f.owner_id where f.number = '${receipt.case_number}' and u.disabled_at is null`);
    assert.ok(owner);
    const [[without]] = sql(`select count(*) from case_file f join user_account u on u.id = f.owner_id where f.state <> 'closed' and u.disabled_at is not null`);
    assert.equal(without, '0', 'nothing anywhere is owned by somebody who has left');
  });

  await test('S1: what a field visit brings back is on the customer\'s record for every department', async () => {
    const agent = await page_of('agent');
    await ask(agent, 'POST', 'cases', { customer_id: customer.id, kind: 'inquiry', category: 'cpzx', text: '走访经销商：柜台样机缺演示资料。', channel: 'field_visit' });
    const seen = newest_case(customer.id);
    await agent.goto(`${base}/cases/${seen}`);
    await agent.getByText('走访经销商：柜台样机缺演示资料。').first().waitFor();
    const manager = await page_of('manager');
    await manager.goto(`${base}/customers/${customer.id}`);
    await manager.getByRole('heading', { name: customer.name }).waitFor();
    const { items } = await ask(manager, 'GET', `customers/${customer.id}/timeline?limit=100`);
    assert.ok(items.some((entry) => entry.case_number === seen), 'the newest information is there for whoever leads');
    await manager.locator('main').getByText(seen).first().waitFor();
    await shot(manager, 'story-1-timeline');
  });

  await test('S1: the meeting gives the open problem to a department, a person and a day, and hears what came of it', async () => {
    const supervisor = await page_of('supervisor');
    const liaison = await page_of('liaison_repair');
    const title = `测试：维修中心三周未联系客户 ${Date.now()}`;
    await go(supervisor, 'review-actions');
    await supervisor.getByRole('heading', { name: '例会行动项' }).waitFor();
    await supervisor.keyboard.press('3');
    await supervisor.getByRole('dialog').waitFor();
    await supervisor.fill('#action-title', title);
    await supervisor.fill('#action-text', `见工单 ${number}`);
    await supervisor.selectOption('#action-department', 'repair');
    await supervisor.keyboard.press('Control+Enter');
    await supervisor.getByRole('heading', { name: title }).waitFor();
    const action = (await ask(supervisor, 'GET', 'review-actions?list=open&limit=200')).items.find((row) => row.title === title);
    assert.equal(action.department.code, 'repair');
    assert.ok(action.due_at && action.clock.kind === 'review_action', 'and a clock watches the day');
    await ask(liaison, 'POST', `review-actions/${action.id}/done`, { result: '每周一核对在修清单' });
    await supervisor.getByText('每周一核对在修清单').waitFor();
  });
  await all_leave();
  await close_browser();
}
