// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { api, base, close_browser, finish, fits, repair_complaint, shot, signed_in } from './lib.mjs';

export default async function run(test) {
  await test('new work reaches the liaison within seconds, is accepted with 1 and returned with 3', async () => {
    const agent = await signed_in('agent');
    const liaison = await signed_in('liaison_repair');
    await liaison.getByRole('heading', { name: '接口人待办' }).waitFor();
    const started = Date.now();
    const row = await repair_complaint(agent, '测试：请维修中心联系客户。');
    const entry = liaison.locator(`li[data-case="${row.number}"]`);
    await entry.waitFor({ timeout: 5000 });
    assert.ok(Date.now() - started < 5000);
    await entry.getByRole('button').click();
    await liaison.getByRole('button', { name: '确认接收' }).waitFor();
    await fits(liaison);
    await shot(liaison, 'liaison-zh-light');
    await liaison.keyboard.press('1');
    await entry.waitFor({ state: 'detached' });
    await liaison.locator('[data-tab="to_call"]').click();
    await entry.getByRole('button').click();
    await liaison.keyboard.press('3');
    const dialog = liaison.getByRole('dialog');
    await dialog.waitFor();
    await liaison.fill('#return-reason', '不属于维修中心，是发票问题');
    await liaison.selectOption('#return-department', 'sales');
    await liaison.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    const { body: after } = await api(agent, 'GET', `cases/${row.number}`);
    assert.equal(after.dispatches.at(-1).state, 'returned');
    assert.equal(after.owner.id, row.owner.id, 'the owner never changes by a dispatch');
    await finish(agent);
    await finish(liaison);
  });

  await test('the link of a mail opens its entry; 2 records that the customer was reached and what was done', async () => {
    const agent = await signed_in('agent');
    const row = await repair_complaint(agent, '测试：请维修中心联系客户。');
    const liaison = await signed_in('liaison_repair');
    const { body: inbox } = await api(liaison, 'GET', 'inbox');
    const mine = inbox.to_accept.find((entry) => entry.case.number === row.number);
    assert.ok(mine, 'the new case is in the inbox');
    await liaison.goto(`${base}/liaison?case=${row.number}`);
    await liaison.locator(`section h2 + p a[href="/cases/${row.number}"]`).waitFor();
    await liaison.keyboard.press('1');
    await liaison.locator('[data-tab="to_call"]').click();
    await liaison.locator(`li[data-case="${row.number}"]`).getByRole('button').click();
    await liaison.keyboard.press('2');
    await liaison.getByRole('dialog').waitFor();
    await liaison.fill('#liaison-answer', '已换主板，客户确认开机正常');
    await shot(liaison, 'liaison-called-zh-light');
    await liaison.keyboard.press('Control+Enter');
    await liaison.getByRole('dialog').waitFor({ state: 'detached' });
    const { body: after } = await api(agent, 'GET', `cases/${row.number}`);
    assert.equal(after.dispatches.at(-1).state, 'answered');
    assert.equal(after.callbacks.find((callback) => callback.kind === 'promised')?.state, 'kept');
    await finish(agent);
    await finish(liaison);
  });
  await close_browser();
}
