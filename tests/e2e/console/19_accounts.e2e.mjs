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
