// SPDX-License-Identifier: Apache-2.0
// An essay on depth, 2009: who the real customer is, what a sales person must know before the visit, who is a key
// customer and what he gets for it, and that every channel gives the same answer at the same speed.
import assert from 'node:assert/strict';
import { no_violations } from '../console/axe.mjs';
import { base, close_browser, fits, go, new_page, finish, shot } from '../console/lib.mjs';
import { all_leave, as_system, ask, day_from_now, fresh_name, fresh_number, import_facts, me_of, new_customer, newest_case, page_of } from './cast.mjs';

export default async function run(test) {
  let company;

  await test('S4: who decides, who pays and who uses are three people, and when that changes the record still knows', async () => {
    const agent = await page_of('agent');
    company = await new_customer(agent, { kind: 'company' });
    const roles = {};
    for (const role of ['decision_maker', 'payer', 'user']) {
      const person = await new_customer(agent);
      roles[role] = { person, id: (await ask(agent, 'POST', 'company-roles', { company_id: company.id, person_id: person.id, role })).id };
    }
    const successor = await new_customer(agent);
    await ask(agent, 'POST', `company-roles/${roles.decision_maker.id}/end`, {});
    await ask(agent, 'POST', 'company-roles', { company_id: company.id, person_id: successor.id, role: 'decision_maker' });
    await agent.goto(`${base}/customers/${company.id}`);
    await agent.getByRole('heading', { name: company.name }).waitFor();
    await agent.keyboard.press('2');
    for (const { name } of [roles.decision_maker.person, roles.payer.person, roles.user.person, successor]) await agent.locator('main').getByText(name).first().waitFor();
    await fits(agent);
    await no_violations(agent, 'people');
    await shot(agent, 'story-4-people');
    const { roles: kept } = await ask(agent, 'GET', `customers/${company.id}/record`);
    assert.equal(kept.length, 4, 'nothing is overwritten');
  });

  await test('S4: customers are tied to customers: who introduced whom, who belongs to whom, as a picture', async () => {
    const agent = await page_of('agent');
    const parent = await new_customer(agent, { kind: 'company' });
    const friend = await new_customer(agent);
    await ask(agent, 'POST', 'relationships', { customer_id: company.id, other_id: parent.id, kind: 'parent' });
    await ask(agent, 'POST', 'relationships', { customer_id: company.id, other_id: friend.id, kind: 'introduced_by' });
    await agent.goto(`${base}/customers/${company.id}`);
    await agent.getByRole('heading', { name: company.name }).waitFor();
    await agent.keyboard.press('2');
    await agent.locator('[data-network]').waitFor();
    const { nodes } = await ask(agent, 'GET', `customers/${company.id}/network`);
    for (const { id } of [parent, friend]) assert.ok(nodes.some((node) => node.id === id));
    await shot(agent, 'story-4-network');
  });

  await test('S4: before the visit the sales person reads that this customer has an unsolved complaint', async () => {
    const agent = await page_of('agent');
    const supervisor = await page_of('supervisor');
    const sales = await page_of('liaison_sales');
    const { id } = (await ask(sales, 'GET', 'me')).user;
    await ask(supervisor, 'POST', `customers/${company.id}/account/assign`, { to: id, reason: '按区域分配' });
    await ask(agent, 'POST', 'cases', { customer_id: company.id, category: 'wxcs', text: '送修两周没有消息。', number: company.number });
    await sales.goto(`${base}/pool?list=mine`);
    await sales.goto(`${base}/customers/${company.id}`);
    await sales.locator('[data-banner="first"]').filter({ hasText: '未结投诉 1' }).waitFor();
    await sales.locator('main').getByText(newest_case(company.id)).first().waitFor();
    await fits(sales);
    await no_violations(sales, 'before the visit');
    await shot(sales, 'story-4-before-the-visit');
    await ask(sales, 'POST', `customers/${company.id}/account/follow-up`, { channel: 'field_visit', text: '上门拜访，先说明维修进度。' });
    await sales.getByText('上门拜访，先说明维修进度。').first().waitFor();
  });

  await test('S4: key customers are found by measured indicators, which anybody can read, and scored again when they change', async () => {
    const supervisor = await page_of('supervisor');
    await ask(supervisor, 'POST', `customers/${company.id}/tier/score`, {});
    const { items: [first] } = await ask(supervisor, 'GET', `customers/${company.id}/tier`);
    const complaints = (score) => score.why.inputs.find((line) => line.input === 'complaints').value;
    assert.ok(complaints(first) >= 1, 'the complaint counts');
    const agent = await page_of('agent');
    await ask(agent, 'POST', 'cases', { customer_id: company.id, category: 'cpzl', text: '新机屏幕有亮点。', number: company.number });
    await ask(supervisor, 'POST', `customers/${company.id}/tier/score`, {});
    const { items } = await ask(supervisor, 'GET', `customers/${company.id}/tier`);
    assert.equal(complaints(items[0]), complaints(first) + 1, 'evaluated anew');
    assert.equal(items.length, 2, 'with its history');
    await supervisor.goto(`${base}/customers/${company.id}`);
    await supervisor.getByRole('heading', { name: company.name }).waitFor();
    await supervisor.keyboard.press('4');
    await supervisor.getByRole('table', { name: '评分依据' }).waitFor();
    await no_violations(supervisor, 'tier');
    await shot(supervisor, 'story-4-tier');
  });

  await test('S4: a key customer is served by his tier: earlier due, by a policy of his own', async () => {
    const agent = await page_of('agent');
    const supervisor = await page_of('supervisor');
    const key = await new_customer(agent, { kind: 'company' });
    await import_facts(key, [{ kind: 'invoice', on_date: day_from_now(-30), amount: '600000.00', cost: '300000.00', title: '年度采购' }]);
    await ask(supervisor, 'POST', `customers/${key.id}/account/assign`, { to: (await me_of(agent)).id, reason: '重点客户' });
    const card = await ask(agent, 'GET', `customers/${key.id}`);
    await ask(agent, 'PATCH', `customers/${key.id}`, { potential: 100 }, card.version);
    await ask(supervisor, 'POST', `customers/${key.id}/tier/score`, {});
    assert.equal((await ask(agent, 'GET', `customers/${key.id}`)).tier, 'key', 'by what he buys, earns us and may become');
    const usual = await new_customer(agent);
    const due = async ({ id, number }) => {
      await ask(agent, 'POST', 'cases', { customer_id: id, category: 'cpzl', text: '开机有异响。', number });
      const row = await ask(agent, 'GET', `cases/${newest_case(id)}`);
      const of = (kind) => row.clocks.find((clock) => clock.kind === kind);
      return { policy: of('resolution').policy, response: Date.parse(of('first_response').due_at), resolution: Date.parse(of('resolution').due_at) };
    };
    const [his, others] = [await due(key), await due(usual)];
    assert.equal(his.policy, 'key-account');
    assert.ok(his.response < others.response && his.resolution < others.resolution, JSON.stringify([his, others]));
  });

  await test('S4: telephone desk, web, other systems and a walk-in get the same promises and the same answer', async () => {
    const agent = await page_of('agent');
    const words = { category: 'wxzl', text: '主板更换后仍无法开机。' };
    const numbers = [];
    const at_the_desk = await new_customer(agent);
    await ask(agent, 'POST', 'cases', { customer_id: at_the_desk.id, number: at_the_desk.number, ...words });
    numbers.push(newest_case(at_the_desk.id));
    const walks_in = await new_customer(agent);
    await ask(agent, 'POST', 'cases', { customer_id: walks_in.id, number: walks_in.number, channel: 'walk_in', ...words });
    numbers.push(newest_case(walks_in.id));
    const receipts = [];
    for (const channel of ['web', 'api']) receipts.push(await as_system('web', 'complaints', { customer: { name: fresh_name(), phone: fresh_number() }, channel, ...words }));
    numbers.push(...receipts.map((receipt) => receipt.case_number));
    const promises = async (number) => {
      const row = await ask(agent, 'GET', `cases/${number}`);
      const shape = (kind) => {
        const clock = row.clocks.find((one) => one.kind === kind);
        return clock && [clock.policy, clock.policy_version, clock.calendar, clock.budget_kind, clock.budget_s];
      };
      return { department: row.department?.code, severity: row.severity, callback: shape('callback'), dispatch: shape('dispatch'), resolution: shape('resolution') };
    };
    const first = await promises(numbers[0]);
    for (const number of numbers.slice(1)) assert.deepEqual(await promises(number), first, number);
    // The customer's own page and the agent's say the same of one complaint.
    const status = await new_page();
    await status.goto(new URL(receipts[0].status_url, base).href);
    await status.getByText(receipts[0].case_number).first().waitFor();
    await agent.goto(`${base}/cases/${receipts[0].case_number}`);
    await agent.getByRole('heading', { name: receipts[0].case_number, exact: true }).waitFor();
    await shot(status, 'story-4-status');
    await finish(status);
  });

  await test('S4: three layers: the desk does, departments work together, and who leads sees what it adds up to', async () => {
    const agent = await page_of('agent');
    await go(agent, 'desk');
    await agent.locator('aside h2').first().waitFor();
    const liaison = await page_of('liaison_repair');
    await liaison.goto(`${base}/liaison`);
    await liaison.getByRole('heading', { name: '接口人待办' }).waitFor();
    const manager = await page_of('manager', { lang: 'en' });
    await go(manager, 'promises');
    await manager.locator('[data-panel="satisfaction"] tbody tr').first().waitFor();
    await go(manager, 'register');
    await manager.locator('table[data-register] tbody tr').first().waitFor();
    await fits(manager);
  });
  await all_leave();
  await close_browser();
}
