// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, go, shot, signed_in } from './lib.mjs';

export default async function run(test) {
  await test('the idle desk shows what is mine, what is due and that calls come by themselves', async () => {
    const page = await signed_in('agent');
    await page.getByRole('heading', { name: '我负责的工单' }).waitFor();
    await page.getByRole('heading', { name: '我的回电' }).waitFor();
    const { body } = await api(page, 'GET', 'desk');
    const shown = page.locator('aside a[href^="/cases/"]');
    assert.ok(body.my_cases.length > 0, 'the demo agent owns cases');
    await shown.first().waitFor();
    const links = await shown.evaluateAll((all) => all.map((link) => link.getAttribute('href').slice('/cases/'.length)));
    const due = (number) => body.my_cases.find((row) => row.number === number).clock?.due_at ?? '9';
    assert.equal(links.length, body.my_cases.length);
    assert.deepEqual(links.map(due), links.map(due).sort(), 'the most urgent first');
    await fits(page);
    await shot(page, 'desk-idle-zh-light');
    await finish(page);
  });

  await test('presence follows the keys: ready, break, offline', async () => {
    const page = await signed_in('agent2');
    const dot = page.locator('#top-bar [data-presence]');
    for (const [combo, presence] of [['Control+Shift+1', 'available'], ['Control+Shift+2', 'break'], ['Control+Shift+1', 'available'], ['Control+Shift+3', 'offline']]) {
      await dot.waitFor();
      await page.keyboard.press(combo);
      await page.locator(`#top-bar [data-presence="${presence}"]`).waitFor();
      const { body } = await api(page, 'GET', 'desk');
      assert.equal(body.desk.presence, presence);
    }
    await finish(page);
  });

  await test('a complaint is registered from a customer\'s page: owner, department, callback and clocks are there', async () => {
    const page = await signed_in('agent');
    const { body: reference } = await api(page, 'GET', 'reference');
    const { body: customers } = await api(page, 'GET', 'customers?limit=5');
    const customer = customers.items.find((row) => row.numbers.length > 0);
    assert.ok(customer, 'the demo company has customers with numbers');
    await go(page, 'customers');
    await page.locator(`a[href="/customers/${customer.id}"]`).first().click();
    await page.getByRole('button', { name: '登记投诉' }).click();
    const category = page.locator('#intake-category');
    await category.waitFor();
    const wanted = reference.categories.find((entry) => entry.department_code === 'repair' && entry.kind === 'complaint') ?? reference.categories[0];
    await category.focus();
    await page.keyboard.type(wanted.initials);
    await page.locator('[role="option"]').first().waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'intake-text', 'Enter moves on to the words');
    await page.keyboard.insertText('测试：送修两周，至今无人联系。');
    await shot(page, 'desk-intake-zh-light');
    await fits(page);
    await page.keyboard.press('Control+Enter');
    const number = await page.locator('[data-registered]').textContent();
    const { body: row } = await api(page, 'GET', `cases/${number}`);
    const { body: me } = await api(page, 'GET', 'me');
    assert.equal(row.owner.id, me.user.id);
    assert.equal(row.category, wanted.code);
    assert.equal(row.department?.code ?? null, wanted.department_code || null);
    assert.ok(row.clocks.length > 0, 'a clock runs');
    await shot(page, 'desk-registered-zh-light');
    await finish(page);
  });

  await test('what came by letter runs from when the customer said it', async () => {
    const page = await signed_in('agent');
    const { body: customers } = await api(page, 'GET', 'customers?limit=7');
    const customer = customers.items.filter((row) => row.numbers.length > 0).at(-1);
    await go(page, 'customers');
    await page.locator(`a[href="/customers/${customer.id}"]`).first().click();
    await page.getByRole('button', { name: '登记投诉' }).click();
    await page.locator('#intake-category').focus();
    await page.keyboard.type('wxcs');
    await page.locator('[role="option"]').first().waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.insertText('测试：来信反映维修三周没有消息。');
    const local = (at) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 16); // the page is in Shanghai
    await page.locator('#intake-channel').selectOption('email');
    for (const wrong of [Date.now() + 3_600_000, Date.now() - 400 * 86_400_000]) {
      await page.fill('#intake-received_at', local(wrong));
      await page.keyboard.press('Control+Enter');
      await page.locator('#intake-received_at[aria-invalid="true"]').waitFor();
      await page.getByText('客户提出时间须在一年之内，且不晚于现在').waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'intake-received_at');
    }
    await fits(page);
    await no_violations(page, 'intake of a letter');
    await shot(page, 'desk-letter-zh-light');
    const said = Math.floor((Date.now() - 26 * 3_600_000) / 60_000) * 60_000;
    await page.fill('#intake-received_at', local(said));
    await page.keyboard.press('Control+Enter');
    const number = await page.locator('[data-registered]').textContent();
    await page.locator('[data-said]').waitFor();
    await shot(page, 'desk-letter-registered-zh-light');
    const { body: row } = await api(page, 'GET', `cases/${number}`);
    assert.equal(row.channel, 'email');
    assert.equal(Date.parse(row.opened_at), said);
    const first = row.clocks.find((clock) => clock.kind === 'resolution');
    assert.equal(Date.parse(first.started_at), said, 'its clock starts when it was said');
    await page.goto(`${base}/cases/${number}`);
    await page.getByText('（时限从此起算）').waitFor();
    await page.getByText('从客户提出时').first().waitFor();
    await finish(page);
    const english = await signed_in('agent', { lang: 'en' });
    await english.goto(`${base}/cases/${number}`);
    await english.getByText('(the clocks start then)').waitFor();
    await fits(english);
    await finish(english);
  });

  await test('what is typed survives a reload, and only the person discards it', async () => {
    const page = await signed_in('agent');
    const { body: customers } = await api(page, 'GET', 'customers?limit=9');
    const customer = customers.items.at(-1);
    await go(page, 'customers');
    await page.locator(`a[href="/customers/${customer.id}"]`).first().click();
    await page.getByRole('button', { name: '登记投诉' }).click();
    await page.fill('#intake-text', '还没说完的话');
    await page.reload();
    await page.getByText('未登记的草稿').waitFor();
    await page.getByRole('button', { name: '继续', exact: true }).first().click();
    assert.equal(await page.inputValue('#intake-text'), '还没说完的话');
    await page.getByRole('button', { name: '先放一放' }).click();
    await page.getByRole('button', { name: '丢弃' }).first().click();
    await page.getByText('未登记的草稿').waitFor({ state: 'detached' });
    await finish(page);
  });

  await test('Enter that belongs to the input method does not register', async () => {
    const page = await signed_in('agent');
    const { body: customers } = await api(page, 'GET', 'customers?limit=3');
    await go(page, 'customers');
    await page.locator(`a[href="/customers/${customers.items[0].id}"]`).first().click();
    await page.getByRole('button', { name: '登记投诉' }).click();
    await page.fill('#intake-text', 'x');
    await page.evaluate(() => {
      const target = document.getElementById('intake-text');
      target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true }));
    });
    assert.equal(await page.locator('#intake-category[aria-invalid]').count(), 0, 'nothing was tried');
    await page.keyboard.press('Control+Enter');
    await page.locator('#intake-category[aria-invalid="true"]').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'intake-category', 'the missing field has the focus');
    await page.getByRole('button', { name: '先放一放' }).click();
    await page.getByRole('button', { name: '丢弃' }).first().click();
    await finish(page);
  });
  await close_browser();
}
