// SPDX-License-Identifier: Apache-2.0
// The pool: two people want the same account at the same moment; one has it, the other is told so. The
// owner writes down a visit, the supervisor extends and gives on.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, shot, signed_in } from './lib.mjs';

/** A customer in the pool whom neither of the two held last. */
async function pooled(supervisor, others) {
  const { body } = await api(supervisor, 'GET', 'pool?limit=200');
  const row = body.items.find((entry) => !others.includes(entry.previous_owner?.id));
  assert.ok(row, 'the demo company has customers in the pool');
  return row;
}

export default async function run(test) {
  await test('two claim one account at the same moment: one has it, the other reads who was quicker', async () => {
    const supervisor = await signed_in('supervisor');
    const first = await signed_in('agent');
    const second = await signed_in('agent2');
    const ids = [];
    for (const page of [first, second]) ids.push((await api(page, 'GET', 'me')).body.user.id);
    const row = await pooled(supervisor, ids);
    const file = async () => (await api(supervisor, 'GET', `customers/${row.customer.id}/account`)).body;
    const claimed = ({ ledger }) => ledger.filter((entry) => entry.how === 'claimed').length;
    const claimed_before = claimed(await file());
    // Both have pressed before either is answered.
    const pressed = [];
    let both;
    const together = new Promise((resolve) => {
      both = resolve;
    });
    for (const page of [first, second]) {
      await page.goto(`${base}/customers/${row.customer.id}`);
      await page.locator('[data-account] [data-verb="claim"]').waitFor();
      await page.route('**/account/claim', async (route) => {
        if (pressed.push(page) === 2) both();
        await together;
        await route.continue();
      });
    }
    for (const page of [first, second]) await page.locator('[data-account] [data-verb="claim"]').click();
    for (const page of [first, second]) await page.locator('[data-account] [data-verb="claim"]').waitFor({ state: 'detached' });
    const after = await file();
    assert.ok(ids.includes(after.account.owner.id), 'one of the two has it');
    assert.equal(claimed(after), claimed_before + 1);
    const winner = after.account.owner.id === ids[0] ? first : second;
    const other = winner === first ? second : first;
    await other.locator('[data-account] [role="alert"]').waitFor();
    await winner.goto(`${base}/pool?list=mine`);
    // Those that lapse first come first, a hundred at a time.
    const mine = winner.locator(`#account-${row.customer.id}`);
    const shown = winner.locator('[role="option"]');
    await shown.first().waitFor();
    while ((await mine.count()) === 0) {
      const before = await shown.count();
      await winner.getByRole('button', { name: '加载更多' }).click();
      await shown.nth(before).waitFor();
    }
    await mine.click();
    await winner.getByRole('heading', { name: row.customer.name }).waitFor();
    await winner.locator('[data-verb="follow_up"]').waitFor();
    await winner.keyboard.press('2');
    await winner.getByRole('dialog').waitFor();
    await winner.fill('#account-text', '测试：上门拜访，了解使用情况');
    await winner.keyboard.press('Control+Enter');
    await winner.getByRole('dialog').waitFor({ state: 'detached' });
    const { body: visited } = await api(winner, 'GET', `customers/${row.customer.id}/account`);
    assert.ok(visited.account.followed_up_at, 'the visit counts');
    await fits(winner);
    await shot(winner, 'pool-mine-zh-light');
    for (const page of [supervisor, first, second]) await finish(page);
  });

  await test('the pool says what may be claimed and why not; axe has nothing to say; both languages fit', async () => {
    const agent = await signed_in('agent');
    await agent.goto(`${base}/pool`);
    await agent.getByRole('heading', { name: '公海与我的客户' }).waitFor();
    await agent.locator('[data-claims-left]').waitFor();
    await agent.locator('[role="option"]').first().waitFor();
    await agent.keyboard.press('j');
    await no_violations(agent, 'pool');
    await fits(agent);
    await shot(agent, 'pool-zh-light');
    await finish(agent);
    const english = await signed_in('agent', { lang: 'en' });
    await english.goto(`${base}/pool`);
    await english.getByRole('heading', { name: 'Pool and my customers' }).waitFor();
    await english.locator('[role="option"]').first().waitFor();
    await fits(english);
    await shot(english, 'pool-en-light');
    await finish(english);
  });

  await test('the supervisor assigns with 3 and extends with 4; the ledger says who and why', async () => {
    const supervisor = await signed_in('supervisor');
    const { body: reference } = await api(supervisor, 'GET', 'reference');
    const agent = reference.users.find((user) => user.role === 'agent');
    const row = await pooled(supervisor, []);
    await supervisor.goto(`${base}/pool`);
    await supervisor.locator(`#account-${row.customer.id}`).click();
    await supervisor.locator('[data-verb="assign"]').waitFor();
    await supervisor.keyboard.press('3');
    await supervisor.selectOption('#account-to', String(agent.id));
    await supervisor.fill('#account-text', '测试：客户要求固定联系人');
    await supervisor.keyboard.press('Control+Enter');
    await supervisor.getByRole('dialog').waitFor({ state: 'detached' });
    await supervisor.goto(`${base}/customers/${row.customer.id}`);
    await supervisor.locator('[data-account] [data-verb="extend"]').click();
    await supervisor.fill('#account-text', '测试：项目仍在谈判');
    await supervisor.keyboard.press('Control+Enter');
    await supervisor.getByRole('dialog').waitFor({ state: 'detached' });
    await supervisor.locator('[data-account] [data-ledger] li').filter({ hasText: '项目仍在谈判' }).waitFor();
    const { body: after } = await api(supervisor, 'GET', `customers/${row.customer.id}/account`);
    assert.equal(after.account.owner.id, agent.id);
    assert.equal(after.account.clock.policy_version, 0, 'a person gave this time');
    await no_violations(supervisor, 'account');
    await shot(supervisor, 'account-supervisor-zh-light');
    await finish(supervisor);
  });
  await close_browser();
}
