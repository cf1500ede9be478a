// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, go, shot, signed_in } from './lib.mjs';

/** A complaint of a fictitious customer, taken in by this agent through the API as the console would. */
async function register(page, number, words = '测试：屏幕碎裂划伤手指。') {
  const { status, body } = await api(page, 'POST', 'cases', { category: 'cpzl', text: words, number, customer: { name: '演示投诉人' } });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

export default async function run(test) {
  const number = `139${String(Date.now()).slice(-8)}`;
  await test('the record is edited with E, danger makes it urgent, and history says what changed', async () => {
    const agent = await signed_in('agent');
    const row = await register(agent, number);
    await agent.goto(`${base}/cases/${row.number}`);
    const panel = agent.locator('[data-panel="complaint"]');
    await panel.waitFor();
    await agent.keyboard.press('e');
    const dialog = agent.getByRole('dialog');
    await dialog.waitFor();
    await agent.selectOption('#record-remedy_sought', 'replacement');
    await agent.selectOption('#record-justified', 'yes');
    await agent.selectOption('#record-root_cause', 'manufacture');
    await agent.selectOption('#record-regulator', 'market');
    await agent.fill('#record-regulator_reference', '演示-12315-7');
    await agent.check('#record-safety');
    await no_violations(agent, 'complaint dialog');
    await shot(agent, 'complaint-edit-zh-light');
    await agent.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await panel.getByText('演示-12315-7').waitFor();
    await agent.locator('h1 ~ .tag').filter({ hasText: '紧急' }).waitFor();
    await agent.getByText(/修改了投诉记录/).first().waitFor();
    await fits(agent);
    await no_violations(agent, 'case page');
    await shot(agent, 'complaint-case-zh-light');
    await finish(agent);
  });

  await test('a large compensation waits for the supervisor, who approves it on the wallboard', async () => {
    const agent = await signed_in('agent');
    const row = await register(agent, number, '测试：同一问题再次发生。');
    await agent.goto(`${base}/cases/${row.number}`);
    const panel = agent.locator('[data-panel="complaint"]');
    await panel.locator('[data-repeat="linked"]').waitFor();
    await agent.locator('h1').click();
    await agent.keyboard.press('r');
    await panel.locator('[data-repeat="suggested"]').waitFor();
    await agent.keyboard.press('r');
    await panel.locator('[data-repeat="linked"]').waitFor();
    await panel.getByRole('button', { name: '提出赔偿' }).click();
    await agent.fill('#compensation-sum', '888.50');
    await agent.getByText(/须由主管或经理审批/).waitFor();
    await agent.fill('#compensation-what', '误工补偿');
    await agent.keyboard.press('Control+Enter');
    const mine = panel.locator('[data-compensation][data-state="proposed"]');
    await mine.waitFor();
    assert.equal(await mine.getByRole('button', { name: '批准' }).count(), 0, 'nobody approves his own');
    const id = await mine.getAttribute('data-compensation');
    const supervisor = await signed_in('supervisor');
    const waiting = supervisor.locator(`[data-panel="approvals"] li[data-compensation="${id}"]`);
    await waiting.waitFor();
    await no_violations(supervisor, 'approvals');
    await shot(supervisor, 'approvals-zh-light');
    await waiting.getByRole('button', { name: '批准' }).click();
    await supervisor.getByRole('dialog').waitFor();
    await supervisor.keyboard.press('Control+Enter');
    await waiting.waitFor({ state: 'detached' });
    await panel.locator(`[data-compensation="${id}"][data-state="approved"]`).waitFor();
    await finish(supervisor);
    await finish(agent);
  });

  await test('the final response is written with L, kept as it was sent, and printed without scripts', async () => {
    const agent = await signed_in('agent');
    const row = await register(agent, `138${String(Date.now()).slice(-8)}`);
    await agent.goto(`${base}/cases/${row.number}`);
    await agent.locator('[data-panel="complaint"]').waitFor();
    await agent.keyboard.press('l');
    const text = agent.locator('#letter-text');
    await text.waitFor();
    assert.ok((await text.inputValue()).includes(row.number));
    await text.fill(`关于投诉 ${row.number} 的最终答复\n\n我们已为您更换产品。`);
    await no_violations(agent, 'letter');
    await shot(agent, 'letter-zh-light');
    await agent.keyboard.press('Control+Enter');
    await agent.getByRole('dialog').waitFor({ state: 'detached' });
    await agent.getByText(/寄发了最终答复函（邮寄）/).first().waitFor();
    const page = await agent.context().newPage();
    await page.goto(`${base}/api/v1/cases/${row.number}/letter?sent=true`);
    await page.getByText('我们已为您更换产品。').waitFor();
    assert.equal(await page.locator('script').count(), 0);
    await page.close();
    await finish(agent);
  });

  await test('the register is filtered, its columns chosen, and its file is noted by name', async () => {
    const supervisor = await signed_in('supervisor', { lang: 'en' });
    await go(supervisor, 'register');
    const rows = supervisor.locator('table[data-register] tbody tr');
    await rows.first().waitFor();
    await fits(supervisor);
    await no_violations(supervisor, 'register');
    await shot(supervisor, 'register-en-light');
    await supervisor.evaluate(() => { window.print = () => { window.printed = document.querySelectorAll('table[data-register] tbody tr').length; }; });
    await supervisor.getByRole('button', { name: 'Print' }).click();
    await supervisor.waitForFunction(() => window.printed !== undefined);
    const { body: whole } = await api(supervisor, 'GET', 'register?limit=1');
    assert.equal(await supervisor.evaluate(() => window.printed), whole.total, 'the paper has every complaint');
    await supervisor.getByRole('combobox', { name: 'Regulator' }).selectOption('any');
    await supervisor.waitForURL((url) => url.searchParams.get('regulator') === 'any');
    await supervisor.getByRole('button', { name: 'Columns' }).click();
    await supervisor.getByRole('button', { name: 'Owner' }).click();
    await supervisor.getByRole('columnheader', { name: 'Owner' }).waitFor();
    const [file] = await Promise.all([supervisor.waitForEvent('download'), supervisor.getByRole('link', { name: 'Export CSV' }).click()]);
    assert.equal(file.suggestedFilename(), 'complaint-register.csv');
    const { body: exports } = await api(supervisor, 'GET', 'register/exports');
    const { body: me } = await api(supervisor, 'GET', 'me');
    assert.equal(exports.items[0].by.id, me.user.id);
    await finish(supervisor);
    const zh = await signed_in('manager');
    await go(zh, 'register');
    await zh.locator('table[data-register] tbody tr').first().waitFor();
    await shot(zh, 'register-zh-light');
    await finish(zh);
    // On paper: the rows and a heading, dark on light whatever the screen is.
    const dark = await signed_in('manager', { theme: 'dark' });
    await dark.goto(`${base}/register?regulator=any`);
    await dark.locator('table[data-register] tbody tr').first().waitFor();
    await dark.emulateMedia({ media: 'print' });
    assert.equal(await dark.locator('#top-bar').isVisible(), false);
    const heading = dark.locator('.only-print');
    assert.match(await heading.textContent(), /投诉登记簿.*有监管机构的.*件投诉/);
    assert.ok((await heading.boundingBox()).width > 1000, 'the paper is used in its width');
    assert.equal(await dark.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()), '#141e29');
    await shot(dark, 'register-print-zh');
    await finish(dark);
  });
  await close_browser();
}
