// SPDX-License-Identifier: Apache-2.0
// The search box with the keyboard only, in both languages; the history as a file; the erasure.
import assert from 'node:assert/strict';
import { no_violations as axe } from './axe.mjs';
import { api, base, close_browser, finish, fits, shot, signed_in } from './lib.mjs';

async function registered(page, text, name, number) {
  const { status, body } = await api(page, 'POST', 'cases', { category: 'wxcs', text, customer: { name }, number });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

async function search(page, typed) {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await page.keyboard.insertText(typed);
}

export default async function run(test) {
  const tail = String(Date.now()).slice(-4);
  const name = `单试样${tail}`;

  await test('a case is found by its words, its customer by pinyin and by a part of the number', async () => {
    const page = await signed_in('agent');
    const made = await registered(page, `阳台的推拉门卡住了${tail}，雨水漏进来`, name, `1391234${tail}`);
    await search(page, `推拉门卡住了${tail}`);
    const option = page.getByRole('option').filter({ hasText: made.number });
    await option.locator('mark', { hasText: `推拉门卡住了${tail}` }).waitFor();
    await axe(page, 'search');
    await shot(page, 'search-words-zh-light');
    await fits(page);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${base}/cases/${made.number}`);
    for (const typed of [`sxy${tail}`, `shanshiyang${tail}`, `234${tail}`, name]) {
      await search(page, typed);
      await page.getByRole('option').filter({ hasText: name }).first().waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await search(page, '没有人会这样写的一句话');
    await page.getByRole('status').filter({ hasText: '没有找到' }).waitFor();
    await finish(page);
  });

  await test('the same in English, and a liaison of another department finds nothing', async () => {
    const page = await signed_in('agent2', { lang: 'en' });
    await registered(page, `The sliding door jams ${tail}`, `Sample Door ${tail}`, `1371234${tail}`);
    await search(page, `DOOR JAMS ${tail}`);
    await page.getByRole('option').filter({ hasText: `Sample Door ${tail}` }).first().waitFor();
    await shot(page, 'search-words-en-light');
    await finish(page);
    const liaison = await signed_in('liaison_marketing');
    const { body } = await api(liaison, 'GET', `search?q=${encodeURIComponent(`sliding ${tail}`)}`);
    assert.deepEqual([body.customers, body.cases], [[], []]);
    await finish(liaison);
  });

  await test('a history is a file of sentences, and an erasure takes the words for good', async () => {
    const agent = await signed_in('agent');
    const gone = `章样例${tail}`;
    const made = await registered(agent, `要删掉的话${tail}`, gone, `1361234${tail}`);
    const text = await agent.evaluate(async (path) => (await fetch(path)).text(), `/api/v1/cases/${made.number}/history/export?format=csv&lang=zh`);
    assert.match(text, /登记工单/);
    assert.ok(text.includes(`要删掉的话${tail}`));
    const english = await agent.evaluate(async (path) => (await fetch(path)).text(), `/api/v1/cases/${made.number}/history/export?format=txt&lang=en`);
    assert.match(english, /dispatched|Dispatched|Complaint|registered/i);
    const page = await agent.context().newPage();
    await page.goto(`${base}/api/v1/cases/${made.number}/history/export?format=html&lang=zh`);
    await page.getByText(`要删掉的话${tail}`).waitFor();
    await axe(page, 'history to print');
    await shot(page, 'history-print-zh');
    await page.close();
    await finish(agent);
    const manager = await signed_in('manager');
    await manager.goto(`${base}/customers/${made.customer.id}`);
    await manager.getByRole('link', { name: '导出往来记录' }).waitFor();
    await manager.getByRole('button', { name: '删除客户资料' }).click();
    await manager.fill('#erase-reason', '客户来信要求');
    await manager.fill('#erase-name', gone);
    await axe(manager, 'erase');
    await shot(manager, 'erase-zh-light');
    await manager.keyboard.press('Control+Enter');
    // It is still open: nothing is erased while somebody works on it.
    await manager.getByRole('alert').filter({ hasText: '未结案' }).waitFor();
    await manager.keyboard.press('Escape');
    await manager.getByRole('dialog').waitFor({ state: 'detached' });
    // A legal hold: nobody can ask for the erasure until it ends.
    await manager.getByRole('button', { name: '法律保留' }).click();
    await manager.fill('#hold-reason', '诉讼（示例）');
    await manager.keyboard.press('Control+Enter');
    await manager.getByText('因法律原因保留：诉讼（示例）').waitFor();
    assert.equal(await manager.getByRole('button', { name: '删除客户资料' }).isDisabled(), true);
    await axe(manager, 'legal hold');
    await shot(manager, 'legal-hold-zh-light');
    await manager.getByRole('button', { name: '解除法律保留' }).click();
    await manager.keyboard.press('Control+Enter');
    await manager.getByText('因法律原因保留：').waitFor({ state: 'detached' });
    await finish(manager);
  });
  await close_browser();
}
