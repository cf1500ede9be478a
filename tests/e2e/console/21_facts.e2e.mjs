// SPDX-License-Identifier: Apache-2.0
// Data of other systems: a file is tried and then imported, bad lines are told, a customer's money follows from
// it, and finance's totals are laid beside ours. By keyboard, in both languages.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, shot, signed_in } from './lib.mjs';

const mark = String(Date.now()).slice(-8);
const csv = (name, lines) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\r\n')) });

export default async function run(test) {
  let customer = 0;
  let without_number = 0;

  await test('a file of customers and one of facts are tried, imported, and their bad lines are told', async () => {
    const page = await signed_in('supervisor');
    await page.goto(`${base}/imports`);
    await page.getByRole('heading', { name: '业务数据' }).waitFor();
    await page.locator('main').click({ position: { x: 5, y: 5 } });
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog', { name: '导入文件' });
    await dialog.waitFor();
    await dialog.getByRole('radio', { name: '客户' }).click();
    await page.fill('#facts-source', `e2e${mark}`);
    await page.setInputFiles('#facts-file', csv('customers.csv', ['客户编号,名称,类型,电话', `K${mark},示例仪器${mark},公司,021-5${mark.slice(-7)}`, `N${mark},示例无号${mark},公司,`, `L${mark},,个人,`]));
    await dialog.locator('[data-mapping]').waitFor();
    await page.keyboard.press('Control+Enter');
    await dialog.locator('[data-tried]').getByText('将新增 2').waitFor();
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.locator('[data-refusals]').getByText('这一项是空的').waitFor();

    await page.keyboard.press('n');
    await dialog.waitFor();
    await page.fill('#facts-source', `e2e${mark}`);
    await page.setInputFiles('#facts-file', csv('facts.csv', [
      '单号;类型;客户;日期;到期日;金额', `F1;发票;K${mark};2026/1/5;2026/2/5;1,200.00`, `S1;收款;K${mark};2026/1/20;;500`,
      `F4;发票;N${mark};2026/1/5;2026/2/5;300`,
      `F2;发票;K${mark};2026/1/40;;7`, 'F3;发票;nobody;2026/1/5;;7',
    ]));
    await dialog.locator('[data-mapping]').waitFor();
    assert.equal(await page.inputValue('#facts-dates'), 'yyyy/mm/dd');
    await no_violations(page, 'import dialog');
    await shot(page, 'facts-import-zh');
    await page.keyboard.press('Control+Enter');
    await dialog.locator('[data-tried]').getByText('将新增 3').waitFor();
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.locator('[data-report]').getByText('新增 3').waitFor();
    await page.locator('[data-refusals]').getByText('不是这种写法的日期').waitFor();
    await no_violations(page, 'imports');
    await fits(page);
    await shot(page, 'facts-imports-zh');
    const known = await api(page, 'GET', `customers/exists?reference=K${mark}&source=e2e${mark}`);
    customer = known.body.items[0].customer.id;
    const other = await api(page, 'GET', `customers/exists?reference=N${mark}&source=e2e${mark}`);
    without_number = other.body.items[0].customer.id;
    await finish(page);
  });

  await test('a customer’s money is what was imported', async () => {
    const page = await signed_in('agent', { lang: 'en' });
    await page.goto(`${base}/customers/${customer}`);
    await page.locator('main').getByRole('heading', { level: 1 }).waitFor();
    await page.locator('main').click({ position: { x: 5, y: 5 } });
    await page.keyboard.press('5');
    await page.locator('[data-figure="due"]').getByText('700.00').waitFor();
    await page.locator('[data-figure="overdue"]').getByText('700.00').waitFor();
    await no_violations(page, 'money');
    await shot(page, 'facts-money-en');
    await page.keyboard.press('1');
    await page.getByText('Business records from').first().waitFor();
    await finish(page);
  });

  await test('finance’s totals are compared, and what differs is shown', async () => {
    const page = await signed_in('manager');
    await page.goto(`${base}/reconciliation`);
    await page.getByRole('heading', { name: '业务数据' }).waitFor();
    await page.locator('main').click({ position: { x: 5, y: 5 } });
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog', { name: '与财务对账' });
    await dialog.waitFor();
    await page.fill('#facts-source', `e2e${mark}`);
    await page.setInputFiles('#facts-file', csv('totals.csv', ['客户编号,开票,收款,应收', `K${mark},1200.00,400.00,800.00`, 'K0,5.00,0,5.00']));
    await dialog.locator('[data-mapping]').waitFor();
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.locator('[data-reconciled="3"]').waitFor();
    await page.locator('[data-differences]').getByText('没有这个客户').waitFor();
    await page.locator('[data-differences]').getByRole('link', { name: `示例仪器${mark}` }).waitFor();
    await no_violations(page, 'reconciliation');
    await fits(page);
    await shot(page, 'facts-reconciliation-zh');
    await finish(page);
  });

  await test('customers nobody is in touch with are listed, and a call is planned for each', async () => {
    const page = await signed_in('supervisor');
    await page.goto(`${base}/neglected`);
    const row = page.locator('[data-neglected] tr', { hasText: `示例仪器${mark}` });
    await row.waitFor();
    await no_violations(page, 'neglected');
    await page.locator('main').click({ position: { x: 5, y: 5 } });
    await page.keyboard.press('n');
    await page.locator('[data-made]').waitFor();
    await row.locator('td').last().filter({ hasText: /\S/ }).waitFor();
    await fits(page);
    await shot(page, 'facts-neglected-zh');
    const calls = await api(page, 'GET', `customers/${customer}/timeline`);
    assert.ok(calls.body.items.some((each) => each.kind === 'callback_promised' && each.data.kind === 'neglected'));
    await finish(page);
  });

  await test('who has no number is written to or visited, and a callback that is done puts no other in its place', async () => {
    const page = await signed_in('supervisor');
    const told = await api(page, 'GET', `customers/${without_number}/timeline`);
    const id = told.body.items.find((each) => each.kind === 'callback_promised').data.callback;
    await page.goto(`${base}/callbacks?callback=${id}`);
    const detail = page.getByRole('region', { name: '回电详情' });
    await detail.getByText('无电话：请写信或上门').waitFor();
    await detail.getByRole('button', { name: '已联系上' }).waitFor();
    assert.equal(await detail.getByRole('button', { name: '拨打' }).count(), 0);
    await shot(page, 'callbacks-without-number-zh');
    await page.keyboard.press('1');
    await page.getByRole('dialog').locator('#outcome-note').fill('已寄信，客户答复');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goto(`${base}/callbacks?callback=${id}`);
    await page.getByText('这个回电已结束，或不归您').waitFor();
    await finish(page);
  });

  await close_browser();
}
