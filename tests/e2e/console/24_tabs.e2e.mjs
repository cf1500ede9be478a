// SPDX-License-Identifier: Apache-2.0
// Several tabs of one person in one browser: one line to the engine, the same news everywhere, everything done once.
import assert from 'node:assert/strict';
import { api, close_browser, finish, go, repair_complaint, shot, signed_in } from './lib.mjs';

/** Another tab of the same browser. */
async function another_tab(page) {
  const tab = await page.context().newPage();
  tab.setDefaultTimeout(15_000);
  tab.on('pageerror', (error) => page.problems.push(`script error: ${error.message}`));
  return tab;
}

/** Counts the lines that a tab opens to the engine. */
function lines_of(tab) {
  const lines = { opened: 0, open: 0 };
  tab.on('websocket', (socket) => {
    if (!socket.url().includes('/ws?')) return;
    lines.opened += 1;
    lines.open += 1;
    socket.on('close', () => (lines.open -= 1));
  });
  return lines;
}

export default async function run(test) {
  await test('two tabs have one line; when its tab closes the other takes over and misses nothing', async () => {
    const colleague = await signed_in('supervisor');
    const desk = await signed_in('agent');
    const row = await repair_complaint(desk, '测试：两个标签页看同一张工单。');
    let { version } = row;
    const change = async (severity) => {
      const { status, body } = await api(colleague, 'PATCH', `cases/${row.number}`, { severity }, version);
      assert.equal(status, 200, JSON.stringify(body));
      version = body.version;
    };
    /** Everything that has happened to the case is on the tab. */
    const knows_all = async (tab) => {
      const { body } = await api(colleague, 'GET', `cases/${row.number}/history?limit=200`);
      await tab.waitForFunction((count) => document.querySelectorAll('main li[data-kind]').length === count, body.items.length);
      return body.items.length;
    };
    const first = await another_tab(desk);
    const second = await another_tab(desk);
    const [a, b] = [lines_of(first), lines_of(second)];
    await first.goto(desk.url());
    await first.locator('#top-bar').waitFor();
    await second.goto(new URL(`/cases/${row.number}`, desk.url()).href);
    await second.locator('#note').waitFor();
    const before = await knows_all(second);
    assert.deepEqual([a.opened, b.opened], [0, 0], 'the first tab has the line');
    await change(1);
    assert.ok((await knows_all(second)) > before, 'heard through the tab that leads');
    // The leader closes while things happen: before, meanwhile and after.
    const changes = (async () => {
      for (const severity of [2, 4, 1, 2]) await change(severity);
    })();
    await desk.close();
    await changes;
    await knows_all(second);
    assert.equal(a.open + b.open, 1, 'one of the two has the line now');
    assert.equal(await second.getByText(/连接中断|已恢复/).count(), 0, 'nobody is told of it');
    await change(3);
    await knows_all(second);
    // The other of the two, which only follows, is told as well.
    const follower = a.open === 1 ? second : first;
    await follower.goto(second.url());
    await follower.locator('#note').waitFor();
    await change(1);
    await knows_all(follower);
    assert.equal(a.open + b.open, 1);
    await finish(colleague);
    await finish(desk);
  });

  await test('a ring is on both tabs, and announced by the one where the person is', async () => {
    let line = null;
    let opened = 0;
    const page = await signed_in('agent', {}, (fresh) =>
      fresh.context().routeWebSocket(/\/ws\?/, (tab) => {
        opened += 1;
        line = tab;
        const server = tab.connectToServer();
        server.onMessage((message) => tab.send(message));
      }),
    );
    await page.locator('aside h2').first().waitFor();
    const other = await another_tab(page);
    await other.goto(new URL('/customers', page.url()).href);
    await other.locator('input[type="search"]').waitFor();
    const { body: cases } = await api(page, 'GET', 'cases?list=mine&limit=1');
    const { body: customer } = await api(page, 'GET', `customers/${cases.items[0].customer.id}`);
    const call = { interaction_id: 900_000_011, state: 'offered', direction: 'inbound', number: '13800138000', channel: 'call', customer_id: customer.id, customer_name: customer.name, queue_code: '', answered_at: null, callback_id: null, case_number: null };
    const offer = { id: 900_000_012, token: 'token', interaction_id: call.interaction_id, expires_at: new Date(Date.now() + 15_000).toISOString(), reason: 'owner' };
    const pop = { customer: { ...customer, banner: [] }, open_cases: [], overdue: [], suggested_case: null, timeline: [], number: call.number, queue_code: '', call };
    await page.context().route('**/api/v1/desk', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), offer, pop, call } });
    });
    await other.evaluate(() => window.dispatchEvent(new Event('focus')));
    line.send(JSON.stringify({ type: 'ring', seq: 0, offer, pop }));
    for (const tab of [page, other]) await tab.locator('[data-call="ringing"]').waitFor();
    assert.equal(opened, 1, 'one line');
    assert.equal(await page.locator('[data-call] [role="alert"]').count(), 0);
    assert.equal(await other.locator('[data-call] [role="alert"]').count(), 1);
    await other.waitForURL((url) => url.pathname === '/desk');
    await shot(other, 'tabs-ringing-other-zh-light');
    line.send(JSON.stringify({ type: 'ring_end', seq: 0, offer_id: offer.id, reason: 'expired' }));
    await page.context().unroute('**/api/v1/desk');
    for (const tab of [page, other]) await tab.locator('[data-call]').waitFor({ state: 'detached' });
    await finish(page);
  });

  await test('what was kept is sent by one tab, once, and signing out in one leaves all', async () => {
    const page = await signed_in('agent');
    const other = await another_tab(page);
    await other.goto(page.url());
    await other.locator('#top-bar').waitFor();
    const { body: customers } = await api(page, 'GET', 'customers?limit=3');
    let away = true;
    const filed = [];
    await page.context().route('**/api/v1/cases', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      if (away) return route.fulfill({ status: 503, contentType: 'application/problem+json', json: { status: 503, code: 'unavailable' } });
      filed.push(route.request().headers()['idempotency-key']);
      await route.continue();
    });
    await go(page, 'customers');
    await page.locator(`a[href="/customers/${customers.items[2].id}"]`).first().click();
    await page.getByRole('button', { name: '登记投诉' }).click();
    await page.locator('#intake-category').focus();
    await page.keyboard.type('wx');
    await page.locator('[role="option"]').first().waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.insertText('测试：两个标签页，只归档一次');
    await page.keyboard.press('Control+Enter');
    for (const tab of [page, other]) await tab.getByText('待同步 1 条').waitFor();
    away = false;
    for (const tab of [page, other]) await tab.getByText('待同步 1 条').waitFor({ state: 'detached', timeout: 30_000 });
    assert.equal(filed.length, 1, 'sent once');
    await page.locator('#top-bar button[aria-haspopup="menu"]').click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    for (const tab of [page, other]) await tab.locator('#login').waitFor();
    await finish(page);
  });
  await close_browser();
}
