// SPDX-License-Identifier: Apache-2.0
// Policies and ladders: who leads reads them and asks what a case would get; the administrator changes one,
// sees what that does to the running clocks, saves, and takes the old version up again.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, shot, signed_in } from './lib.mjs';

const open = async (page) => {
  await page.goto(`${base}/admin/policies`);
  await page.locator('main [data-code]').first().waitFor();
  await page.locator('[data-policy]').waitFor();
};
const newest = async (page) => (await api(page, 'GET', 'rules/policies')).body;
const clock_of = (document, policy, kind) => document.parsed.policy.find((row) => row.code === policy).clock.find((row) => row.kind === kind);

async function look(page, name) {
  const text = await page.locator('body').innerText();
  assert.doesNotMatch(text, /\{\{|undefined|\bNaN\b|\[object |policies\.|what_if\./, `${name} has a hole in its text`);
  await fits(page);
  await shot(page, name);
  await no_violations(page, name);
}

async function all_done(page) {
  for (let tries = 0; tries < 300; ++tries) {
    const { body } = await api(page, 'GET', 'rules/changes?limit=1');
    if (body.items[0].done_at !== null) return body.items[0];
    await page.waitForTimeout(100);
  }
  throw new Error('the change of the rules does not end');
}

export default async function run(test) {
  await test('a supervisor reads the policies and asks what a case would get', async () => {
    const page = await signed_in('supervisor');
    await open(page);
    assert.equal(await page.getByRole('button', { name: '新规则' }).count(), 0);
    await page.locator('main [data-code="complaint"]').click();
    assert.ok(await page.getByRole('textbox', { name: '中文名' }).isDisabled());
    const panel = page.getByRole('region', { name: '这类工单会得到什么时限？' });
    await panel.getByLabel('类别').selectOption('wxcs');
    await panel.locator('[data-policy="repair"]').waitFor();
    await panel.getByLabel('客户等级').selectOption('key');
    await panel.locator('[data-policy="key-account"]').waitFor();
    await panel.locator('[data-clock="resolution"] summary').click();
    await panel.locator('[data-clock="resolution"] ol').getByText('到期时').waitFor();
    await finish(page);
  });

  await test('an administrator changes a policy with the preview first, by keyboard, and takes it back', async () => {
    const page = await signed_in('administrator');
    await open(page);
    const before = await newest(page);
    const old_budget = clock_of(before, 'complaint', 'resolution').budget;
    await page.locator('main [data-code="complaint"]').focus();
    await page.keyboard.press('Enter');
    const amount = page.locator('[data-clock="resolution"]').getByRole('textbox').first();
    await amount.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('1');
    // What is on the screen answers, not what is saved.
    const panel = page.getByRole('region', { name: '这类工单会得到什么时限？' });
    await panel.getByLabel('类别').selectOption('qt');
    await panel.getByText(`第 ${before.version + 1} 版`).waitFor();
    await page.reload();
    await page.getByText('未保存').waitFor();
    await page.getByRole('button', { name: '预览并保存' }).focus();
    await page.keyboard.press('Enter');
    const told = await page.locator('[data-preview]').textContent();
    assert.match(told, /\d+ 个时限会变动，其中 \d+ 个将超时|没有时限变动/);
    await page.getByLabel('说明').fill('投诉一天办结');
    await shot(page, 'policies-preview-zh-light');
    await no_violations(page, 'preview');
    await page.keyboard.press('Control+Enter');
    await page.getByText(`已保存为第 ${before.version + 1} 版`).waitFor();
    const change = await all_done(page);
    const moved = Number(/(\d+) 个时限会变动/.exec(told)?.[1] ?? 0);
    assert.ok(Math.abs(change.clocks_moved - moved) <= 2, `previewed ${moved}, moved ${change.clocks_moved}`);
    assert.equal(change.note, '投诉一天办结');
    assert.equal(clock_of(await newest(page), 'complaint', 'resolution').budget, '1 working day');

    await page.getByRole('button', { name: '版本' }).click();
    await page.locator(`[data-version="${before.version}"]`).click();
    await page.getByRole('button', { name: '取回此版来编辑' }).click();
    await page.getByRole('button', { name: '预览并保存' }).click();
    await page.locator('[data-preview]').waitFor();
    await page.getByRole('button', { name: '保存 ' }).click();
    await page.getByText(`已保存为第 ${before.version + 2} 版`).waitFor();
    assert.equal(clock_of(await newest(page), 'complaint', 'resolution').budget, old_budget);
    await all_done(page);
    await finish(page);
  });

  await test('mistakes are named and nothing is saved; order, conditions and ladders change', async () => {
    const page = await signed_in('administrator');
    await open(page);
    const before = await newest(page);
    await page.locator('main [data-code="repair"]').click();
    await page.getByRole('button', { name: /上移/ }).click();
    await page.locator('[data-condition="tiers"]').getByRole('button', { name: '重点客户' }).first().click();
    await page.locator('[data-clock="dispatch"]').getByRole('textbox').first().fill('很快');
    await page.getByRole('button', { name: '预览并保存' }).click();
    await page.getByRole('dialog').getByText(/policy\[1\]\.clock/).waitFor();
    await page.getByRole('dialog').getByText('“很快 working”不是时限，应如 2h working').waitFor();
    assert.ok(await page.getByRole('dialog').getByRole('button', { name: /^保存/ }).isDisabled());
    await page.keyboard.press('Escape');
    assert.equal((await newest(page)).version, before.version);
    await page.getByRole('button', { name: '丢弃' }).click();
    assert.deepEqual(await page.locator('main [data-code]').evaluateAll((rows) => rows.map((row) => row.dataset.code)), before.parsed.policy.map((row) => row.code));

    await page.getByRole('button', { name: '升级梯', exact: true }).click();
    await page.locator('main [data-code="desk"]').click();
    await page.getByRole('button', { name: '加一步' }).click();
    await page.locator('[data-step="climb"]').getByRole('button', { name: '经理' }).click();
    await shot(page, 'ladders-edit-zh-light');
    await page.getByRole('button', { name: '丢弃' }).click();
    await finish(page);
  });

  await test('what has no editor of its own is edited as text: mistakes are named, an old version comes back', async () => {
    const page = await signed_in('administrator');
    await open(page);
    const { body: before } = await api(page, 'GET', 'rules/accounts');
    await page.getByRole('button', { name: '版本' }).click();
    await page.locator('main .panel-head select').selectOption('accounts');
    await page.getByRole('button', { name: '修改', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const text = dialog.locator('#rules-text');
    assert.equal((await text.inputValue()).trim(), before.body.trim());
    const place = before.body.split('\n').findIndex((line) => line.startsWith('claims_per_day')) + 1;
    await text.fill(before.body.replace(/claims_per_day = \d+/, 'claims_per_day = many'));
    await page.keyboard.press('Control+Enter');
    await dialog.getByRole('alert').getByText(`第 ${place} 行`).waitFor();
    await text.fill(before.body.replace(/claims_per_day = \d+/, 'claims_per_day = -1'));
    await page.keyboard.press('Control+Enter');
    await dialog.getByRole('alert').getByText('claims_per_day').first().waitFor();
    await dialog.getByRole('alert').getByText(/必须在 \d+ 到 \d+ 之间/).waitFor();
    await fits(page);
    await shot(page, 'rules-text-mistake-zh-light');
    await no_violations(page, 'rules as text');
    await text.fill(before.body.replace(/claims_per_day = \d+/, 'claims_per_day = 9'));
    await dialog.locator('#rules-note').fill('测试：每天九个');
    await page.keyboard.press('Control+Enter');
    await page.getByText(`已保存为第 ${before.version + 1} 版`).waitFor();
    await page.locator(`[data-version="${before.version + 1}"]`).getByText('测试：每天九个').waitFor();
    await page.locator(`[data-version="${before.version}"]`).click();
    await page.getByRole('button', { name: '取回此版来编辑' }).click();
    await page.getByRole('dialog').locator('#rules-text').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText(`已保存为第 ${before.version + 2} 版`).waitFor();
    assert.equal((await api(page, 'GET', 'rules/accounts')).body.body, before.body);
    await finish(page);
  });

  for (const lang of ['zh', 'en']) {
    for (const theme of ['light', 'dark']) {
      await test(`policies in ${lang}, ${theme}`, async () => {
        const page = await signed_in('administrator', { lang, theme });
        await open(page);
        await look(page, `policies-${lang}-${theme}`);
        const parts = page.locator('main header [role="group"] button');
        await parts.nth(1).click();
        await page.locator('[data-step]').first().waitFor();
        await look(page, `ladders-${lang}-${theme}`);
        await parts.nth(2).click();
        await page.locator('[data-version]').first().waitFor();
        await page.locator('main ol li').first().waitFor();
        await look(page, `versions-${lang}-${theme}`);
        await finish(page);
      });
    }
  }
  await close_browser();
}
