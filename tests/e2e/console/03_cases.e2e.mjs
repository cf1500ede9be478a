// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { api, base, close_browser, finish, fits, go, shot, signed_in } from './lib.mjs';

export default async function run(test) {
  await test('the case list moves by J and K, opens with Enter and keeps few rows in the page', async () => {
    const page = await signed_in('supervisor');
    await go(page, 'cases');
    const grid = page.locator('[role="grid"]');
    await grid.waitFor();
    const rows = grid.locator('[role="row"][aria-selected]');
    await rows.first().waitFor();
    assert.ok((await rows.count()) < 60, 'the list is virtual');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const chosen = grid.locator('[role="row"][aria-selected="true"]');
    assert.equal(await chosen.getAttribute('aria-rowindex'), '3');
    const number = await chosen.locator('a').textContent();
    await fits(page);
    await shot(page, 'cases-zh-light');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${base}/cases/${number}`);
    await page.getByRole('heading', { name: number }).waitFor();
    await finish(page);
  });

  await test('a filter is in the address, so a link shows the same list', async () => {
    const page = await signed_in('supervisor');
    await page.goto(`${base}/cases?list=all&state=closed`);
    const states = page.locator('[role="grid"] [role="row"] .tag');
    await states.first().waitFor();
    for (const state of await states.allTextContents()) assert.equal(state, '已结案');
    await finish(page);
  });

  await test('a case shows its clocks, its history in sentences, and takes a note', async () => {
    const page = await signed_in('agent');
    const { body: list } = await api(page, 'GET', 'cases?list=mine&limit=1');
    assert.ok(list.items.length > 0, 'the demo agent owns a case');
    const { number } = list.items[0];
    await page.goto(`${base}/cases/${number}`);
    await page.getByRole('heading', { name: number }).waitFor();
    const lines = page.locator('main li[data-kind]');
    await lines.first().waitFor();
    const { body: history } = await api(page, 'GET', `cases/${number}/history`);
    assert.equal(await lines.count(), history.items.length);
    for (const text of await lines.allTextContents()) assert.doesNotMatch(text, /\{\{|history|undefined|null|NaN/);
    const note = `备注 ${Date.now()}`;
    await page.fill('#note', note);
    await page.keyboard.press('Control+Enter');
    await page.locator('main li[data-kind="note"]').filter({ hasText: note }).waitFor();
    await fits(page);
    await shot(page, 'case-zh-light');
    await finish(page);
  });

  await test('an edit based on an old version says what the other person wrote and loses nothing', async () => {
    const page = await signed_in('agent');
    const { body: list } = await api(page, 'GET', 'cases?list=mine&limit=1');
    const { number } = list.items[0];
    await page.goto(`${base}/cases/${number}`);
    await page.locator('[data-verb="edit"]').click();
    const mine = `我填的 ${Date.now()}`;
    await page.fill('#edit-product', mine);
    // Somebody else is faster.
    const theirs = `对方填的 ${Date.now()}`;
    const status = await page.evaluate(
      async ([which, product]) => {
        const current = await (await fetch(`/api/v1/cases/${which}`)).json();
        const answer = await fetch(`/api/v1/cases/${which}`, { method: 'PATCH', headers: { 'Content-Type': 'application/json', 'If-Match': `"${current.version}"` }, body: JSON.stringify({ product }) });
        return answer.status;
      },
      [number, theirs],
    );
    assert.equal(status, 200);
    await page.keyboard.press('Control+Enter');
    const conflict = page.getByRole('alert').filter({ hasText: '保存前有人改过' });
    await conflict.filter({ hasText: theirs }).waitFor();
    assert.equal(await page.inputValue('#edit-product'), mine);
    await shot(page, 'case-conflict-zh-light');
    await page.getByRole('button', { name: '用我的' }).click();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { body: row } = await api(page, 'GET', `cases/${number}`);
    assert.equal(row.product, mine);
    await finish(page);
  });

  await test('Ctrl+K finds a case by its number and a customer by name', async () => {
    const page = await signed_in('agent');
    const { body: list } = await api(page, 'GET', 'cases?list=mine&limit=1');
    const { number, customer } = list.items[0];
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await page.keyboard.type(number);
    await page.getByRole('option').filter({ hasText: number }).first().waitFor();
    await shot(page, 'search-zh-light');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${base}/cases/${number}`);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await page.keyboard.insertText(customer.name);
    await page.getByRole('option').filter({ hasText: customer.name }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await finish(page);
  });

  await test('the callbacks of the day open with their digits', async () => {
    const page = await signed_in('agent');
    const { body: customers } = await api(page, 'GET', 'customers?limit=20');
    const { body: reference } = await api(page, 'GET', 'reference');
    const customer = customers.items.find((row) => row.numbers.length > 0);
    const promised = await api(page, 'POST', 'cases', {
      customer_id: customer.id, category: reference.categories[0].code, text: '请回电告知进度。', callback: { at: new Date(Date.now() + 7_200_000).toISOString(), caller: 'owner' },
    });
    assert.equal(promised.status, 201, JSON.stringify(promised.body));
    await go(page, 'callbacks');
    await page.getByRole('button', { name: '全部' }).click();
    const rows = page.locator('[role="option"]');
    await rows.first().waitFor();
    await page.keyboard.press('2');
    await page.getByRole('dialog').getByRole('radio', { name: '无人接听', checked: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await fits(page);
    await shot(page, 'callbacks-zh-light');
    await finish(page);
  });
  await close_browser();
}
