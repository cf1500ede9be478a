// SPDX-License-Identifier: Apache-2.0
// The customer's record: a new customer with look-alikes shown while typing, people and ties with their
// picture, two records merged and taken apart again, and why a customer has his tier. By keyboard too.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, shot, signed_in } from './lib.mjs';

const unique = () => `1${3 + Math.floor(Math.random() * 6)}${String(Date.now()).slice(-9)}`;

async function made(page, body) {
  const { status, body: card } = await api(page, 'POST', 'customers', body);
  assert.equal(status, 201, JSON.stringify(card));
  return card;
}

export default async function run(test) {
  await test('a customer who is known already is seen while he is being typed', async () => {
    const page = await signed_in('agent');
    const number = unique();
    const first = await made(page, { name: '示例李雷', numbers: number });
    await page.goto(`${base}/customers`);
    await page.getByRole('heading', { name: '客户' }).waitFor();
    await page.locator('main').click({ position: { x: 5, y: 5 } });
    await page.keyboard.press('n');
    await page.getByRole('dialog', { name: '新建客户' }).waitFor();
    await page.fill('#create-numbers', number.slice(0, 8));
    await page.locator('[data-known]').waitFor();
    await page.fill('#create-numbers', number);
    await page.fill('#create-name', '示例李磊');
    await page.locator('[data-known]').getByText('示例李雷').waitFor();
    await no_violations(page, 'new customer');
    await shot(page, 'records-create-zh');
    await page.keyboard.press('Control+Enter');
    await page.getByText('确实是另一位客户').waitFor();
    await page.getByRole('checkbox').check();
    await page.keyboard.press('Control+Enter');
    await page.waitForURL((url) => /\/customers\/\d+$/.test(url.pathname) && !url.pathname.endsWith(`/${first.id}`));
    await page.getByRole('heading', { name: '示例李磊' }).waitFor();
    await finish(page);
  });

  await test('people have roles in a company, ties read both ways, and the picture shows them', async () => {
    const page = await signed_in('agent', { lang: 'en' });
    const company = await made(page, { kind: 'company', name: `Example Works ${Date.now()}` });
    const name = `Example Person ${Date.now()}`;
    const person = await made(page, { name, numbers: unique() });
    await page.goto(`${base}/customers/${company.id}`);
    await page.locator('main').getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('2');
    await page.getByRole('button', { name: 'Add a role' }).click();
    await page.getByRole('searchbox', { name: 'Person' }).fill(name);
    await page.getByRole('list', { name: 'Customers found' }).getByRole('button').first().waitFor();
    await page.keyboard.press('Enter');
    await page.selectOption('#role-kind', 'payer');
    await page.keyboard.press('Control+Enter');
    const roles = page.getByRole('region', { name: 'Companies and people' });
    await roles.getByRole('link', { name }).waitFor();
    await page.locator('[data-network="2"]').waitFor();
    await api(page, 'POST', 'relationships', { customer_id: company.id, other_id: person.id, kind: 'introduced_by' });
    await page.goto(`${base}/customers/${person.id}`);
    await page.locator('main').getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('2');
    await page.getByText('introduced', { exact: true }).waitFor();
    await no_violations(page, 'people and ties');
    await fits(page);
    await shot(page, 'records-people-en');
    await page.getByRole('region', { name: 'Companies and people' }).getByRole('button', { name: /^End/ }).click();
    await page.getByText(/ to \d{4}-/).waitFor();
    await finish(page);
  });

  await test('two records of one customer are merged side by side, and the merge is undone', async () => {
    const page = await signed_in('agent');
    const name = `示例合并${Date.now()}`;
    const kept = await made(page, { name, numbers: unique() });
    const gone = await made(page, { name, numbers: unique() });
    await page.goto(`${base}/customers/${kept.id}`);
    await page.getByRole('heading', { name }).waitFor();
    await page.keyboard.press('3');
    await page.getByRole('button', { name: '比较并合并' }).click();
    await page.getByRole('dialog').locator('table').waitFor();
    await no_violations(page, 'merge');
    await shot(page, 'records-merge-zh');
    await page.fill('#merge-reason', '同一位客户的两份资料');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-merge]').waitFor();
    const numbers = page.getByRole('region', { name: '客户全貌' }).locator('ul li');
    assert.equal(await numbers.count(), 2, 'both numbers are on the kept record');
    await page.goto(`${base}/customers/${gone.id}`);
    await page.getByRole('heading', { name }).waitFor();
    await page.keyboard.press('3');
    await page.getByRole('button', { name: '撤销合并' }).click();
    await page.fill('#undo-reason', '弄错了');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/撤销 · 弄错了/).waitFor();
    assert.equal((await api(page, 'GET', `customers/${gone.id}`)).body.numbers.length, 1);
    await finish(page);
  });

  await test('a supervisor scores a customer and reads why', async () => {
    const page = await signed_in('supervisor');
    const customer = await made(page, { name: `示例评分${Date.now()}`, numbers: unique() });
    await page.goto(`${base}/customers/${customer.id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('4');
    await page.getByRole('button', { name: '现在评分' }).click();
    await page.getByRole('table', { name: '评分依据' }).waitFor();
    await no_violations(page, 'tier');
    await shot(page, 'records-tier-zh');
    await finish(page);
  });
  await test('a wrong number is removed after a second look, not while a callback goes there', async () => {
    const page = await signed_in('agent');
    const wrong = unique();
    const right = String(Number(wrong) + 1);
    const customer = await made(page, { name: `示例错号${Date.now()}`, numbers: `${wrong},${right}` });
    const filed = await api(page, 'POST', 'cases', { customer_id: customer.id, category: 'cpzl', text: '测试：号码不对', number: wrong });
    assert.equal(filed.status, 201, JSON.stringify(filed.body));
    await page.goto(`${base}/customers/${customer.id}`);
    await page.getByRole('button', { name: '编辑' }).click();
    const dialog = page.getByRole('dialog', { name: '编辑客户资料' });
    const line = dialog.locator('[data-number]').filter({ hasText: wrong.slice(-4) });
    await line.getByRole('button', { name: /^删除/ }).click();
    assert.ok(await dialog.getByRole('button', { name: '保存' }).isDisabled(), 'it is asked first');
    await dialog.getByRole('checkbox', { name: '确认删除 1 个号码' }).check();
    await page.keyboard.press('Control+Enter');
    await dialog.getByRole('alert').getByText('还有回电要打这个号码').waitFor();
    await dialog.getByRole('link', { name: filed.body.number }).waitFor();
    await no_violations(page, 'remove a number');
    await fits(page);
    await shot(page, 'records-number-zh');
    const { body: case_of } = await api(page, 'GET', `cases/${filed.body.number}`);
    const moved = await api(page, 'POST', `callbacks/${case_of.callbacks.find((entry) => entry.state === 'open').id}/reschedule`, { at: new Date(Date.now() + 7_200_000).toISOString(), number: right });
    assert.equal(moved.status, 200, JSON.stringify(moved.body));
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await api(page, 'GET', `customers/${customer.id}`)).body.numbers.length, 1);
    assert.equal((await api(page, 'GET', `customers?phone=${wrong}`)).body.items.length, 0);
    await page.getByText(`从资料中删除了号码 *${wrong.slice(-4)}`).waitFor();
    await finish(page);
  });

  await test('a customer is called in the hours that he likes, or when he asks for another time', async () => {
    const page = await signed_in('agent', { lang: 'en' });
    const customer = await made(page, { name: `Example Evening ${Date.now()}`, numbers: unique() });
    const filed = await api(page, 'POST', 'cases', { customer_id: customer.id, category: 'cpzl', text: 'Test: call in the evening', callback: { caller: 'owner' } });
    assert.equal(filed.status, 201, JSON.stringify(filed.body));
    await page.goto(`${base}/customers/${customer.id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.fill('#customer-contact-from', '18:00');
    await page.fill('#customer-contact-until', '20:00');
    await shot(page, 'records-contact-hours-en');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-contact-hours="18:00-20:00"]').getByText('Call from 18:00 to 20:00').waitFor();
    await page.goto(`${base}/cases/${filed.body.number}`);
    await page.locator('[data-contact-hours]').first().waitFor();
    const { body: row } = await api(page, 'GET', `cases/${filed.body.number}`);
    const call = row.callbacks.find((entry) => entry.state === 'open');
    await page.goto(`${base}/callbacks?callback=${call.id}`);
    await page.locator('[data-manage="reschedule"]').waitFor();
    await page.locator('[data-manage="reschedule"]').click();
    const tomorrow = new Date(Date.now() + 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
    await page.fill('#new-time', `${tomorrow}T11:00`);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').getByRole('alert').getByText('wants calls at other hours').waitFor();
    await no_violations(page, 'contact hours');
    await fits(page);
    await shot(page, 'callback-contact-hours-en');
    await page.check('#callback-asked');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { body: after } = await api(page, 'GET', `cases/${filed.body.number}`);
    // A promise is kept to the second.
    assert.equal(after.callbacks.find((entry) => entry.state === 'open').due_at.slice(0, 19), new Date(`${tomorrow}T11:00+08:00`).toISOString().slice(0, 19));
    await finish(page);
  });
  await close_browser();
}
