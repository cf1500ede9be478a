// SPDX-License-Identifier: Apache-2.0
// An internet company, 2002 to 2004: a salesman had left, nothing was handed over, and the customer who wanted to
// pay found nobody to pay to; yearly fees were never collected.
import assert from 'node:assert/strict';
import { no_violations } from '../console/axe.mjs';
import { base, close_browser, finish, fits, go, new_page, shot, sign_in } from '../console/lib.mjs';
import { all_leave, as_system, ask, day_from_now, fresh_number, hire, import_facts, new_customer, newest_case, page_of, refused } from './cast.mjs';

export default async function run(test) {
  const { sql } = await import('../support/system.mjs');
  let salesman;
  let customer;
  let number;
  let action;
  let receiver;
  let reference;

  await test('S2: a salesman has a customer with money due, an open case, a promised call and something a review gave him', async () => {
    const supervisor = await page_of('supervisor');
    salesman = await hire(supervisor, { office: 'shanghai' });
    customer = await new_customer(supervisor, { kind: 'company' });
    reference = await import_facts(customer, [
      { kind: 'invoice', on_date: day_from_now(-40), due_on: day_from_now(-10), amount: '16800.00', title: '尾款' },
      { kind: 'payment', on_date: day_from_now(-20), amount: '4000.00', title: '首付' },
    ]);
    await ask(supervisor, 'POST', `customers/${customer.id}/account/assign`, { to: salesman.id, reason: '按区域分配' });
    const his = await page_of(salesman.login);
    await ask(his, 'POST', 'cases', { customer_id: customer.id, kind: 'inquiry', category: 'cpzx', text: '尾款怎么付？', number: customer.number, callback: { at: new Date(Date.now() + 3 * 86_400_000).toISOString() } });
    number = newest_case(customer.id);
    action = (await ask(supervisor, 'POST', 'review-actions', { title: `测试：年度维护费对账 ${Date.now()}`, assignee: salesman.id })).id;
    const row = await ask(supervisor, 'GET', `cases/${number}`);
    assert.equal(row.owner.id, salesman.id);
    assert.ok(row.callbacks.some((callback) => callback.state === 'open' && callback.user?.id === salesman.id), 'he has promised to call');
  });

  await test('S2: he leaves, and in the same moment everything he had has another name', async () => {
    const supervisor = await page_of('supervisor');
    await go(supervisor, 'people');
    await supervisor.getByRole('link', { name: `离职交接 ${salesman.name}` }).click();
    await supervisor.locator('#departure-reason').waitFor();
    for (const kind of ['cases', 'accounts', 'review_actions']) await supervisor.locator(`[data-kind="${kind}"] [data-item]`).first().waitFor();
    await fits(supervisor);
    await no_violations(supervisor, 'departure');
    await shot(supervisor, 'story-2-departure');
    await supervisor.fill('#departure-reason', '离职');
    await supervisor.keyboard.press('Control+Enter');
    await supervisor.locator('[data-summary]').waitFor();
    await supervisor.keyboard.press('Control+Enter');
    await supervisor.locator('[data-departed]').waitFor();
    const left = sql(`select count(*) from case_file where owner_id = ${salesman.id} and state <> 'closed'
      union all select count(*) from callback where user_id = ${salesman.id} and state = 'open'
      union all select count(*) from account where owner_id = ${salesman.id}
      union all select count(*) from review_action where assignee_id = ${salesman.id} and state = 'open'`).flat();
    assert.deepEqual(left, ['0', '0', '0', '0']);
    const { account, ledger } = await ask(supervisor, 'GET', `customers/${customer.id}/account`);
    receiver = account.owner;
    assert.ok(receiver && receiver.id !== salesman.id, 'the customer is somebody\'s');
    assert.equal(account.developer.id, salesman.id, 'whoever developed the customer stays written down');
    assert.ok(ledger.some((entry) => entry.how === 'departure' && entry.previous_owner?.id === salesman.id));
    assert.notEqual((await ask(supervisor, 'GET', `review-actions/${action}`)).assignee.id, salesman.id);
    const row = await ask(supervisor, 'GET', `cases/${number}`);
    const promise = row.callbacks.find((callback) => callback.kind === 'promised');
    assert.equal(promise.state, 'open', 'what he promised is still promised');
    assert.equal(promise.user.id, row.owner.id, 'by whoever has the case now');
    const locked_out = await new_page();
    await locked_out.goto(`${base}/`);
    await locked_out.fill('#login', salesman.login);
    await locked_out.fill('#password', sign_in.users[salesman.login].password);
    await locked_out.keyboard.press('Enter');
    await locked_out.locator('p.error:not(:empty)').waitFor();
    await finish(locked_out);
  });

  await test('S2: the customer phones: nobody has been in touch, do you want the final payment? Whoever answers sees it all', async () => {
    // Anybody, in another office: neither the salesman's nor the receiver's desk.
    const agent = await page_of('agent2');
    await go(agent, 'desk');
    await agent.keyboard.press('Control+k');
    const finder = agent.getByRole('dialog').getByRole('combobox');
    await finder.fill(customer.number);
    await agent.getByRole('dialog').getByRole('option').filter({ hasText: customer.name, hasNotText: 'GD' }).click();
    await agent.waitForURL((url) => url.pathname === `/customers/${customer.id}`);
    await agent.getByRole('heading', { name: customer.name }).waitFor();
    await agent.getByText('欠款').first().waitFor();
    await agent.getByText('12,800').first().waitFor();
    await agent.locator('[data-account]').getByText(receiver.name).first().waitFor();
    await agent.locator('main').getByText(number).first().waitFor();
    await fits(agent);
    await no_violations(agent, 'customer');
    await shot(agent, 'story-2-customer');
    const row = await ask(agent, 'GET', `cases/${number}`);
    assert.ok(!row.owner.name.includes(salesman.name), 'and who looks after the open case');
  });

  await test('S2: what is invoiced, received and due stands on the record, and the month\'s end needs no work', async () => {
    const manager = await page_of('manager');
    const money = await ask(manager, 'GET', `customers/${customer.id}/money`);
    assert.deepEqual([money.invoiced_cents, money.received_cents, money.due_cents, money.overdue_cents], [1_680_000, 400_000, 1_280_000, 1_280_000]);
    const month_end = (due) => `customer,invoiced,received,due\n${reference},16800.00,4000.00,${due}\n`;
    const laid_beside = (due) => ask(manager, 'POST', 'reconciliations', { source: 'finance', csv: month_end(due) });
    const of_him = (found) => found.items.filter((line) => line.customer_id === customer.id).map((line) => [line.state, line.difference_cents]);
    const equal = await laid_beside('12800.00');
    assert.equal(equal.summary.equal, 1);
    assert.deepEqual(of_him(equal), [], 'finance and the record agree on him');
    assert.deepEqual(of_him(await laid_beside('12900.00')).map(([state]) => state), ['differs'], 'what differs is named by customer');
  });

  await test('S2: the final payment and the yearly fee that nobody asks for become a call that somebody owns', async () => {
    const supervisor = await page_of('supervisor');
    const forgotten = await new_customer(supervisor, { kind: 'company' });
    await ask(supervisor, 'POST', `customers/${forgotten.id}/account/assign`, { to: receiver.id, reason: '接手' });
    await import_facts(forgotten, [
      { kind: 'contract', on_date: day_from_now(-345), ends_on: day_from_now(20), amount: '36000.00', title: '年度维护' },
      { kind: 'fee', on_date: day_from_now(-90), due_on: day_from_now(-60), amount: '3600.00', title: '年费' },
    ]);
    const { items } = await ask(supervisor, 'GET', `customers/neglected?limit=200`);
    assert.ok(items.some((row) => row.customer.id === forgotten.id), 'he is on the list of those whom nobody is in touch with');
    await ask(supervisor, 'POST', 'customers/neglected/follow-ups', {});
    const { items: calls } = await ask(supervisor, 'GET', `customers/${forgotten.id}/timeline`);
    const call = calls.find((entry) => entry.kind === 'callback_promised' && entry.data.kind === 'neglected');
    assert.ok(call, 'a call is planned');
    const [[user]] = sql(`select user_id from callback where customer_id = ${forgotten.id} and kind = 'neglected' and state = 'open'`);
    assert.equal(Number(user), receiver.id, 'by whoever holds the account');
  });

  await test('S2: any authorised person sees the customer from anywhere; who has nothing to do with him does not', async () => {
    for (const who of ['agent5', 'back_line', 'manager']) {
      const card = await ask(await page_of(who), 'GET', `customers/${customer.id}`);
      assert.equal(card.unpaid_balance_cents, 1_280_000, who);
    }
    const stranger = await page_of('liaison_marketing');
    assert.ok(['forbidden', 'not_found'].includes(await refused(stranger, 'GET', `customers/${customer.id}`)));
  });

  await test('S2: one department\'s customer is another\'s opportunity: work that crosses over brings the whole record along', async () => {
    const agent = await page_of('agent2');
    const { categories } = await ask(agent, 'GET', 'reference');
    const marketing = categories.find((entry) => entry.department_code === 'marketing');
    assert.ok(marketing, 'some matters are the marketing department\'s');
    await ask(agent, 'POST', 'cases', { customer_id: customer.id, category: marketing.code, text: '活动承诺的赠品没有收到，另想了解新产品。', number: customer.number });
    const liaison = await page_of('liaison_marketing');
    await liaison.goto(`${base}/customers/${customer.id}`);
    await liaison.getByRole('heading', { name: customer.name }).waitFor();
    await liaison.getByText('欠款').first().waitFor();
    await liaison.locator('[data-account]').getByText(receiver.name).first().waitFor();
    await liaison.locator('main').getByText(newest_case(customer.id)).first().waitFor();
    assert.equal((await ask(liaison, 'GET', `customers/${customer.id}`)).open_cases, 2, 'and that another department has something open with him');
    await shot(liaison, 'story-2-other-department');
  });

  await test('S2: a complaint gets its number, its owner and its clocks at once, and the customer can look how it goes', async () => {
    const writer = fresh_number();
    const began = Date.now();
    const receipt = await as_system('web', 'complaints', { customer: { name: '示例客户', phone: writer }, category: 'jszc', text: '年费交了，服务没有开通。' });
    assert.ok(Date.now() - began < 3000, 'at once');
    assert.match(receipt.case_number, /^GD\d+$/);
    const row = await ask(await page_of('supervisor'), 'GET', `cases/${receipt.case_number}`);
    assert.equal(row.owner.id, receipt.owner.id);
    for (const kind of ['acknowledgement', 'first_response', 'resolution']) assert.ok(row.clocks.some((clock) => clock.kind === kind && clock.due_at), kind);
    const status = await new_page();
    await status.goto(new URL(receipt.status_url, base).href);
    await status.getByText(receipt.case_number).first().waitFor();
    await no_violations(status, 'status page');
    await shot(status, 'story-2-status');
    await finish(status);
  });
  await all_leave();
  await close_browser();
}
