// SPDX-License-Identifier: Apache-2.0
// What a review has given somebody to do: agreed by the supervisor, found by the liaison in the inbox, done
// with a result; all by keyboard, in both languages.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, go, shot, signed_in } from './lib.mjs';

async function look(page, name) {
  const text = await page.locator('body').innerText();
  assert.doesNotMatch(text, /\{\{|undefined|\bNaN\b|\[object |reviews\.|review_state\.|key\./, `${name} has a hole in its text`);
  await fits(page);
  await shot(page, name);
  await no_violations(page, name);
}

const actions = async (page, list) => (await api(page, 'GET', `review-actions?list=${list}&limit=200`)).body.items;

export default async function run(test) {
  const title = `测试：改进包装 ${Date.now()}`;

  await test('a supervisor agrees on an action by keyboard', async () => {
    const page = await signed_in('supervisor');
    await go(page, 'review-actions');
    await page.getByRole('heading', { name: '例会行动项' }).waitFor();
    await page.keyboard.press('3');
    await page.getByRole('dialog').waitFor();
    await no_violations(page, 'agree');
    await page.locator('#action-title').fill(title);
    await page.locator('#action-text').fill('三起运输破损投诉。');
    await page.locator('#action-department').selectOption('repair');
    await shot(page, 'reviews-agree-zh-light');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: title }).waitFor();
    const made = (await actions(page, 'open')).find((row) => row.title === title);
    assert.equal(made.department.code, 'repair');
    assert.equal(made.clock.kind, 'review_action');
    await look(page, 'reviews-zh-light');
    await finish(page);
  });

  await test('another day needs a reason, and what somebody else has changed is not overwritten', async () => {
    const page = await signed_in('supervisor');
    const action = (await actions(page, 'open')).find((row) => row.title === title);
    await page.goto(`${base}/review-actions/${action.id}`);
    await page.getByRole('heading', { name: title }).waitFor();
    await page.keyboard.press('2');
    const day = new Date(Date.parse(action.due_at) + 2 * 86_400_000);
    await page.locator('#action-due').fill(`${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}T18:00`);
    assert.ok(await page.getByRole('dialog').getByRole('button', { name: /保存/ }).isDisabled());
    await page.locator('#action-reason').fill('等待新包装样品');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const moved = (await actions(page, 'open')).find((row) => row.id === action.id);
    assert.ok(Date.parse(moved.due_at) > Date.parse(action.due_at));
    assert.equal(moved.version, action.version + 1);
    await finish(page);
  });

  await test('the liaison finds it in the inbox and writes what came of it', async () => {
    const page = await signed_in('liaison_repair');
    const link = page.locator('a[data-review-actions]');
    await link.waitFor();
    await link.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/review-actions');
    const row = page.getByRole('option').filter({ hasText: title });
    await row.waitFor();
    for (let steps = 0; steps < 60 && (await row.getAttribute('aria-selected')) !== 'true'; ++steps) await page.keyboard.press('j');
    await page.getByRole('heading', { name: title }).waitFor();
    await page.keyboard.press('1');
    await page.getByRole('dialog').waitFor();
    await page.locator('#action-end').fill('已换加厚纸箱，下月起用。');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('已换加厚纸箱，下月起用。').waitFor();
    const done = (await actions(page, 'all')).find((entry) => entry.title === title);
    assert.equal(done.state, 'done');
    assert.equal(done.clock.state, 'met');
    await finish(page);
  });

  await test('what is late is told, with a link that acknowledges', async () => {
    const { mails } = await import('../support/system.mjs');
    const { until } = await import('../support/until.mjs');
    const lead = await signed_in('supervisor');
    const page = await signed_in('liaison_repair');
    const { body: reference } = await api(lead, 'GET', 'reference');
    const { body: me } = await api(page, 'GET', 'me');
    const late = `测试：马上到期 ${Date.now()}`;
    const { status, body: action } = await api(lead, 'POST', 'review-actions', { title: late, assignee: me.user.id, due_at: new Date(Date.parse(reference.server_now) + 4000).toISOString() });
    assert.equal(status, 201, JSON.stringify(action));
    const alert = await until('the breach is an alert', async () => (await api(page, 'GET', 'alerts?state=open')).body.items.find((row) => row.review_action_id === action.id), { within: 20_000 });
    assert.equal(alert.title, late);
    await page.getByRole('button', { name: /^提醒，/ }).click();
    const line = page.locator(`[data-alert="${alert.id}"]`);
    await line.getByText(late, { exact: true }).first().waitFor();
    await shot(page, 'reviews-alert-zh-light');
    await no_violations(page, 'alert of an action');
    await line.getByRole('link', { name: '打开行动项' }).click();
    await page.getByRole('heading', { name: late }).waitFor();
    const link = await until('the mail with its link', () => mails(late).map((mail) => /\/a\/[A-Za-z0-9._~-]+/.exec(mail.text)?.[0]).find(Boolean), { within: 20_000 });
    await page.goto(`${base}${link}`);
    await page.getByText(late).first().waitFor();
    await page.getByRole('button', { name: '确认收到' }).click();
    await page.getByText('已确认，谢谢。').waitFor();
    assert.ok(!(await api(lead, 'GET', 'alerts?state=open')).body.items.some((row) => row.id === alert.id));
    assert.equal((await api(lead, 'POST', `review-actions/${action.id}/cancel`, { reason: '测试结束' })).status, 200);
    await finish(page);
    await finish(lead);
  });

  await test('the page in English, with what is done', async () => {
    const page = await signed_in('manager', { lang: 'en', theme: 'dark' });
    await page.goto(`${base}/review-actions?list=all`);
    await page.getByRole('option').filter({ hasText: title }).first().click();
    await page.getByRole('heading', { name: title }).waitFor();
    await look(page, 'reviews-en-dark');
    await finish(page);
  });

  await test('what would a customer or an action get, and the scope of a policy', async () => {
    const page = await signed_in('administrator');
    await page.goto(`${base}/admin/policies`);
    await page.locator('main [data-code="customers"]').click();
    await page.locator('[data-clock="pool_hold"]').waitFor();
    assert.equal(await page.locator('[data-condition="channels"]').count(), 0, 'customers have no channel');
    assert.equal(await page.locator('[data-condition="tiers"]').count(), 1);
    const panel = page.locator('section', { has: page.locator('[data-policy]') }).last();
    await panel.getByLabel('适用于').selectOption('reviews');
    await page.locator('[data-policy="review-actions"]').waitFor();
    await panel.getByLabel('适用于').selectOption('customers');
    await panel.getByLabel('客户等级').selectOption('key');
    await page.locator('[data-policy="customers-key"]').waitFor();
    await look(page, 'policies-customers-zh-light');
    await finish(page);
  });

  await close_browser();
}
