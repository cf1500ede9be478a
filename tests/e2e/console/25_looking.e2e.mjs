// SPDX-License-Identifier: Apache-2.0
// Two people on one case or customer see each other, and cease to when one leaves, closes or dies.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, repair_complaint, shot, signed_in } from './lib.mjs';

const looks = [['zh', 'light'], ['zh', 'dark'], ['en', 'light'], ['en', 'dark']];
const words = { zh: { looks: '正在看', types: '正在输入' }, en: { looks: 'is looking', types: 'is typing' } };

const name_of = async (page) => (await api(page, 'GET', 'me')).body.user.name;

export default async function run(test) {
  await test('two people on one case see each other, who types, and that one has left', async () => {
    const agent = await signed_in('agent');
    const other = await signed_in('agent2');
    const row = await repair_complaint(agent, '测试：两个人同时打开。');
    const [mine, theirs] = [await name_of(agent), await name_of(other)];
    for (const page of [agent, other]) {
      await page.goto(`${base}/cases/${row.number}`);
      await page.locator('#note').waitFor();
    }
    await agent.getByText(`${theirs} 正在看`).waitFor();
    await other.getByText(`${mine} 正在看`).waitFor();
    await other.locator('#note').pressSequentially('客户来电');
    await agent.getByText(`${theirs} 正在输入`).waitFor();
    await agent.getByText(`${theirs} 正在看`).waitFor(); // and has paused
    assert.equal(await other.getByText(`${theirs} 正在`).count(), 0, 'nobody sees himself');
    // On another page: gone with the next word; then closed; then dead, without a word.
    await other.evaluate(() => document.querySelector('nav a[href="/customers"]').click());
    await agent.locator('[data-looking]').waitFor({ state: 'detached', timeout: 6000 });
    await other.goto(`${base}/cases/${row.number}`);
    await agent.getByText(`${theirs} 正在看`).waitFor();
    const closed = await other.context().newPage();
    await closed.goto(`${base}/cases/${row.number}`);
    await closed.locator('#note').waitFor();
    await other.goto(`${base}/customers`);
    await agent.getByText(`${theirs} 正在看`).waitFor();
    await closed.close({ runBeforeUnload: true });
    await agent.locator('[data-looking]').waitFor({ state: 'detached', timeout: 6000 });
    await other.goto(`${base}/cases/${row.number}`);
    await agent.getByText(`${theirs} 正在看`).waitFor();
    await other.context().setOffline(true);
    await agent.locator('[data-looking]').waitFor({ state: 'detached', timeout: 16_000 });
    await other.context().setOffline(false);
    await agent.getByText(`${theirs} 正在看`).waitFor();
    await finish(other);
    await finish(agent);
  });

  await test('nobody learns who looks at what he may not see', async () => {
    const agent = await signed_in('agent');
    const row = await repair_complaint(agent, '测试：维修中心的工单。');
    const stranger = await signed_in('liaison_sales');
    const seen = await api(stranger, 'GET', `cases/${row.number}`);
    assert.equal(seen.status, 404);
    const asked = await api(stranger, 'PUT', `cases/${row.number}/looking`, { tab: 'x' });
    assert.equal(asked.status, 404, JSON.stringify(asked.body));
    await finish(stranger);
    await finish(agent);
  });

  for (const [lang, theme] of looks) {
    await test(`faces on a case and on a customer (${lang}, ${theme})`, async () => {
      const page = await signed_in('agent', { lang, theme });
      const other = await signed_in('supervisor');
      const row = await repair_complaint(page, '测试：谁在看。');
      const theirs = await name_of(other);
      for (const path of [`cases/${row.number}`, `customers/${row.customer.id}`]) {
        for (const each of [page, other]) await each.goto(`${base}/${path}`);
        await page.getByText(`${theirs} ${words[lang].looks}`).waitFor();
        await fits(page);
        await no_violations(page, path);
        await shot(page, `looking-${path.split('/')[0]}-${lang}-${theme}`);
      }
      await finish(other);
      await finish(page);
    });
  }
  await close_browser();
}
