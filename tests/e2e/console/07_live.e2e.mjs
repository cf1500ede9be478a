// SPDX-License-Identifier: Apache-2.0
// The desk while a call rings, the link breaks, the database is away or the sign-in ends. Messages of the feed
// that need a telephone are put into the page's own WebSocket; everything else is the running engine.
import assert from 'node:assert/strict';
import { api, close_browser, finish, fits, go, shot, sign_in, signed_in } from './lib.mjs';

/**
 * A page whose feed can be spoken into and cut. The engine knows nothing of a call that was only spoken here, so its
 * answer about the desk is completed with it: the console may look at its desk at any moment.
 */
async function with_feed(who, options) {
  const feed = { cut: false, tab: null, server: null, desk: {} };
  let greeted;
  const greeting = new Promise((resolve) => {
    greeted = resolve;
  });
  const page = await signed_in(who, options, (fresh) =>
    fresh.routeWebSocket(/\/ws\?/, (tab) => {
      if (feed.cut) return void tab.close();
      feed.tab = tab;
      feed.server = tab.connectToServer();
      feed.server.onMessage((message) => {
        tab.send(message);
        if (JSON.parse(message).type === 'hello') greeted();
      });
    }),
  );
  await page.waitForFunction(() => document.querySelector('#top-bar') !== null);
  await greeting;
  await page.route('**/api/v1/desk', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...feed.desk } });
  });
  feed.say = (message) => {
    if (message.type === 'ring') feed.desk = { offer: message.offer, pop: message.pop, call: message.pop.call };
    if (message.type === 'call') feed.desk = { ...feed.desk, offer: null, call: message.call };
    feed.tab.send(JSON.stringify(message));
  };
  return { page, feed };
}

/** A ring as the engine sends it, for a real customer with an open case and an overdue promise. */
async function a_ring(page) {
  const { body: cases } = await api(page, 'GET', 'cases?list=mine&limit=1');
  const { body: me } = await api(page, 'GET', 'me');
  const [row] = cases.items;
  const { body: customer } = await api(page, 'GET', `customers/${row.customer.id}`);
  const number = '13800138000';
  const interaction = 900_000_001;
  const call = { interaction_id: interaction, state: 'offered', direction: 'inbound', number, channel: 'call', customer_id: customer.id, customer_name: customer.name, queue_code: '', answered_at: null, callback_id: null, case_number: null };
  const due = new Date(Date.now() - 3_600_000).toISOString();
  const overdue = { id: 1, kind: 'promised', case_number: row.number, category_zh: row.category_zh, category_en: row.category_en, customer: row.customer, number, caller: 'department', user: null, department: row.department, window_from: due, due_at: due, state: 'open', attempts: 0, next_try_at: null, overdue: true, promised_at: due, tries: [], last_text: '', version: 1, satisfied: null };
  const banner = [{ kind: 'open_complaint', count: 1 }, { kind: 'overdue_promise', count: 1 }];
  const pop = { customer: { ...customer, banner }, open_cases: [row], overdue: [overdue], suggested_case: row, timeline: [], number, queue_code: '', call };
  const offer = { id: 900_000_002, token: 'token', interaction_id: interaction, expires_at: new Date(Date.now() + 15_000).toISOString(), reason: 'owner' };
  return { ring: { type: 'ring', seq: 0, offer, pop }, call, customer, me };
}

export default async function run(test) {
  await test('golden flow: six presses at most from the ring to a registered complaint, besides the words', async () => {
    const { page, feed } = await with_feed('agent');
    await page.locator('aside h2').first().waitFor();
    const { ring, call, customer } = await a_ring(page);
    const { body: reference } = await api(page, 'GET', 'reference');
    // Without a telephone nobody can accept or belong to this interaction; the case itself is real.
    await page.route('**/api/v1/offers/*/accept', (route) => {
      const talking = { ...call, state: 'talking', answered_at: new Date().toISOString() };
      feed.say({ type: 'call', seq: 0, call: talking });
      return route.fulfill({ json: { call: talking } });
    });
    await page.route('**/api/v1/cases', (route) => {
      const { interaction_id: _none, ...body } = route.request().postDataJSON();
      return route.continue({ postData: JSON.stringify(body) });
    });
    // The pop is painted from the ring alone: until it is, no answer of the engine reaches the page.
    let painted;
    const paint = new Promise((resolve) => {
      painted = resolve;
    });
    await page.route('**/api/v1/**', async (route) => {
      await paint;
      await route.fallback();
    });
    feed.say(ring);
    await page.locator('[data-call="ringing"]').waitFor();
    await page.locator('[data-banner="first"]').filter({ hasText: '未结投诉 1' }).filter({ hasText: '逾期承诺 1' }).waitFor();
    await page.locator('[data-pane="right"]').getByText(customer.name).first().waitFor();
    painted();
    await fits(page);
    await shot(page, 'desk-ringing-zh-light');

    let presses = 0;
    const press = async (key) => {
      presses += 1;
      await page.keyboard.press(key);
    };
    await press('F2');
    await page.locator('[data-call="talking"]').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'intake-category');
    const wanted = reference.categories.find((entry) => entry.initials.startsWith('wx'));
    await press('w');
    await press('x');
    await page.locator('[role="option"][aria-selected="true"]').waitFor();
    await shot(page, 'desk-talking-zh-light');
    await press('Enter');
    await page.keyboard.insertText('送修两周，至今无人联系。');
    await press('Control+Enter');
    const number = await page.locator('[data-registered]').textContent();
    assert.ok(presses <= 6, `${presses} presses`);
    const { body: row } = await api(page, 'GET', `cases/${number}`);
    assert.equal(row.category, wanted.code);
    assert.equal(row.department.code, wanted.department_code);
    assert.ok(row.callbacks.some((callback) => callback.kind === 'promised' && callback.state === 'open'), 'a callback is promised');
    await finish(page);
  });

  await test('a ring does not take the focus from somebody who is typing', async () => {
    const { page, feed } = await with_feed('agent');
    const { ring } = await a_ring(page);
    await go(page, 'customers');
    await page.locator('input[type="search"]').click();
    await page.keyboard.type('样');
    feed.say(ring);
    await page.locator('[data-call="ringing"]').waitFor();
    await page.keyboard.type('例');
    assert.equal(await page.inputValue('input[type="search"]'), '样例');
    assert.equal(new URL(page.url()).pathname, '/customers');
    await finish(page);
  });

  await test('a lost link is told after two seconds, typing goes on, and coming back is told too', async () => {
    const { page, feed } = await with_feed('agent');
    const { ring } = await a_ring(page);
    feed.say(ring);
    await page.locator('#intake-text').fill('断线前');
    feed.cut = true;
    feed.tab.close();
    await feed.server.close();
    await page.getByText('连接中断，正在重连').waitFor({ timeout: 10_000 });
    await page.locator('#intake-text').press('End');
    await page.keyboard.insertText('，断线后');
    await fits(page);
    await shot(page, 'desk-reconnecting-zh-light');
    feed.cut = false;
    await page.getByText(/已恢复/).waitFor({ timeout: 20_000 });
    const draft = await page.evaluate(() => Object.values(localStorage).join(' '));
    assert.match(draft, /断线前，断线后/);
    await finish(page);
  });

  await test('with the database away the bar says so and a registration is filed later, once', async () => {
    const { page, feed } = await with_feed('agent');
    const { body: customers } = await api(page, 'GET', 'customers?limit=2');
    feed.say({ type: 'status', database: false, telephony: true, redis: true });
    await page.getByText('数据库暂不可用：来电照常接入，登记内容保存在本机，稍后自动归档').waitFor();
    let away = true;
    const keys = new Set();
    await page.route('**/api/v1/cases', (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.add(route.request().headers()['idempotency-key']);
      return away ? route.fulfill({ status: 503, contentType: 'application/problem+json', json: { status: 503, code: 'unavailable' } }) : route.continue();
    });
    await go(page, 'customers');
    await page.locator(`a[href="/customers/${customers.items[1].id}"]`).first().click();
    await page.getByRole('button', { name: '登记投诉' }).click();
    await page.locator('#intake-category').focus();
    await page.keyboard.type('wx');
    await page.locator('[role="option"]').first().waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.insertText('测试：数据库暂不可用时登记');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: '已保存在本机' }).waitFor();
    await page.getByText('待同步 1 条').waitFor();
    await shot(page, 'desk-database-away-zh-light');
    away = false;
    feed.say({ type: 'status', database: true, telephony: true, redis: true });
    await page.getByText(/已归档 /).waitFor({ timeout: 30_000 });
    await page.getByText('待同步 1 条').waitFor({ state: 'detached' });
    assert.equal(keys.size, 1, 'one Idempotency-Key for every try');
    await finish(page);
  });

  await test('an ended sign-in asks again over the page, and the words stay', async () => {
    const { page } = await with_feed('agent');
    const { body: list } = await api(page, 'GET', 'cases?list=mine&limit=1');
    await page.locator(`a[href="/cases/${list.items[0].number}"]`).first().click();
    const note = `会话过期前写的 ${Date.now()}`;
    await page.fill('#note', note);
    await page.context().clearCookies();
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('dialog', { name: '登录已过期，请重新登录' });
    await dialog.waitFor();
    assert.equal(await page.locator('#note').inputValue(), note);
    await shot(page, 'session-expired-zh-light');
    await dialog.locator('#password').fill(sign_in.users.agent.password);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.locator('#note').focus();
    await page.keyboard.press('Control+Enter');
    await page.locator('main li[data-kind="note"]').filter({ hasText: note }).waitFor();
    await finish(page);
  });
  await close_browser();
}
