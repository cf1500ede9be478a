// SPDX-License-Identifier: Apache-2.0
// What owner, department, customer and supervisor settle: the repair centre calls the customer, a department is
// chased up to the supervisor, a customer who is not satisfied, and the list of those who watch over promises.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, go, repair_complaint, shot, signed_in } from './lib.mjs';

const shows = async (page, number) => {
  await page.goto(`${base}/cases/${number}`);
  await page.getByRole('heading', { name: number, exact: true }).waitFor();
};

export default async function run(test) {
  const { sql } = await import('../support/system.mjs');

  await test('the repair centre calls the customer, who says nobody did; then it is verified', async () => {
    const agent = await signed_in('agent');
    const liaison = await signed_in('liaison_repair');
    const row = await repair_complaint(agent, '测试：送修三周没有消息。');
    const calls = async () => {
      const { body } = await api(liaison, 'GET', `cases/${row.number}`);
      await api(liaison, 'POST', `dispatches/${body.dispatches.at(-1).id}/accept`, {});
      const open = body.callbacks.find((callback) => callback.state === 'open' && callback.kind === 'promised');
      const { status } = await api(liaison, 'POST', `callbacks/${open.id}/attempts`, { outcome: 'reached', note: '已换主板' });
      assert.equal(status, 200);
    };
    await calls();
    await agent.goto(`${base}/desk`);
    await agent.locator(`aside a[href="/cases/${row.number}"]`).getByText('待核实', { exact: true }).waitFor();
    await fits(agent);
    await shot(agent, 'promises-to-verify-zh-light');
    await shows(agent, row.number);
    await agent.locator('[data-promise="verify"]').waitFor();
    await fits(agent);
    await no_violations(agent, 'promises');
    await shot(agent, 'promises-verify-zh-light');
    await agent.locator('[data-verb="not_told"]').click();
    await agent.getByRole('dialog').waitFor();
    await agent.fill('#dispatch-text', '客户说没有接到任何电话');
    await agent.keyboard.press('Control+Enter');
    await agent.getByRole('dialog').waitFor({ state: 'detached' });
    const { body: anew } = await api(agent, 'GET', `cases/${row.number}`);
    assert.equal(anew.told_at, null);
    assert.equal(anew.dispatches.at(-1).chases, 1);
    assert.ok(anew.callbacks.some((callback) => callback.state === 'open' && callback.kind === 'promised'), 'promised anew');
    await calls();
    await agent.locator('[data-promise="verify"]').waitFor();
    const { status } = await api(agent, 'POST', `cases/${row.number}/resolve`, { resolution: '客户确认已修好' });
    assert.equal(status, 200);
    await agent.getByText('首问责任人已核实客户知情').waitFor();
    await finish(agent);
    await finish(liaison);
  });

  await test('a chased department sees it in its inbox, and asks for more time, by keyboard', async () => {
    const agent = await signed_in('agent');
    const liaison = await signed_in('liaison_repair');
    const row = await repair_complaint(agent, '测试：送修三周没有消息。');
    await shows(agent, row.number);
    await agent.locator('[data-verb="chase"]').click();
    await agent.getByRole('dialog').waitFor();
    await agent.fill('#dispatch-text', '客户又来电催问');
    await agent.keyboard.press('Control+Enter');
    await agent.getByRole('dialog').waitFor({ state: 'detached' });
    const { body: again } = await api(agent, 'POST', `dispatches/${row.dispatches.at(-1).id}/chase`, {});
    assert.equal(again.code, 'chased_already');
    const entry = liaison.locator(`li[data-case="${row.number}"]`);
    await entry.locator('[data-chases="1"]').waitFor();
    await entry.getByRole('button').click();
    await liaison.keyboard.press('4');
    await liaison.getByRole('dialog').waitFor();
    await liaison.fill('#dispatch-until', '2099-01-04T10:00');
    await liaison.fill('#dispatch-text', '等配件到货');
    await liaison.keyboard.press('Control+Enter');
    await liaison.getByRole('dialog').waitFor({ state: 'detached' });
    await fits(liaison);
    await no_violations(liaison, 'promises');
    await shot(liaison, 'promises-inbox-zh-light');
    await agent.locator('[data-promise="extension"] [data-verb="grant"]').click();
    await agent.getByRole('dialog').waitFor();
    await agent.keyboard.press('Control+Enter');
    await agent.getByRole('dialog').waitFor({ state: 'detached' });
    const { body: after } = await api(agent, 'GET', `cases/${row.number}`);
    assert.match(after.dispatches.at(-1).due_at, /^2099-01-04T02:00:0/);
    const promised = (shown) => shown.callbacks.find((callback) => callback.kind === 'promised').due_at;
    assert.equal(promised(after), promised(row), 'what the customer was promised stays');
    await finish(agent);
    await finish(liaison);
  });

  await test('the supervisor finds disputes, what was chased three times and customers nobody reached', async () => {
    const agent = await signed_in('agent');
    const liaison = await signed_in('liaison_repair');
    const work = async () => {
      const row = await repair_complaint(agent, '测试：送修三周没有消息。');
      return { number: row.number, dispatch: row.dispatches.at(-1).id, callback: row.callbacks.find((callback) => callback.kind === 'promised').id };
    };
    const [extension, chased, exhausted, disputed] = [await work(), await work(), await work(), await work()];
    const does = async (page, path, body) => {
      const { status, body: answer } = await api(page, 'POST', path, body);
      assert.equal(status, 200, `${path}: ${JSON.stringify(answer)}`);
    };
    await does(liaison, `dispatches/${extension.dispatch}/extension`, { until: '2099-01-04T02:00:00Z', reason: '等配件到货' });
    await does(liaison, `callbacks/${exhausted.callback}/attempts`, { outcome: 'wrong_number', note: '接电话的不是客户' });
    // Working days lie between two chases, and between the work and a dispute about it.
    for (let level = 1; level <= 3; level += 1) {
      await does(agent, `dispatches/${chased.dispatch}/chase`, { note: '客户又来电催问' });
      sql(`update dispatch set chased_at = chased_at - interval '20 days' where id = ${chased.dispatch}`);
    }
    sql(`update dispatch set at = at - interval '20 days' where id = ${disputed.dispatch}`);
    await does(liaison, `dispatches/${disputed.dispatch}/dispute`, { reason: '核实后不属于本部门' });
    await finish(liaison);

    const supervisor = await signed_in('supervisor');
    await go(supervisor, 'promises');
    for (const [list, row] of Object.entries({
      extension: `[data-case="${extension.number}"]`, chased: `[data-case="${chased.number}"]`, exhausted: `[data-callback="${exhausted.callback}"]`, disputed: `[data-case="${disputed.number}"]`,
    })) {
      await supervisor.locator(`[data-tab="${list}"]`).click();
      await supervisor.locator(`section li${row}`).waitFor();
      await fits(supervisor);
      await no_violations(supervisor, 'promises');
      await shot(supervisor, `promises-${list}-zh-light`);
    }
    // The newest dispute is the last one.
    await supervisor.locator('[data-list]').focus();
    await supervisor.keyboard.press('End');
    await supervisor.keyboard.press('Enter');
    await supervisor.getByRole('dialog').filter({ hasText: disputed.number }).waitFor();
    await supervisor.fill('#dispatch-text', '核实后不属于该部门');
    await supervisor.keyboard.press('Control+Enter');
    await supervisor.getByRole('dialog').waitFor({ state: 'detached' });
    const { body: after } = await api(supervisor, 'GET', `cases/${disputed.number}`);
    assert.equal(after.dispatches.at(-1).state, 'returned');
    assert.equal(after.state, 'open', 'it is back with its owner');
    await supervisor.locator(`section li[data-case="${disputed.number}"]`).waitFor({ state: 'detached' });
    await finish(agent);
    await finish(supervisor);
    const english = await signed_in('supervisor', { lang: 'en' });
    await go(english, 'promises');
    await english.locator('[data-panel="satisfaction"] tbody tr').first().waitFor();
    await fits(english);
    await no_violations(english, 'promises');
    await shot(english, 'promises-en-light');
    await finish(english);
  });

  await test('a customer who is not satisfied reopens the case with a score', async () => {
    const supervisor = await signed_in('supervisor');
    const { body: list } = await api(supervisor, 'GET', 'callbacks?list=all&limit=200');
    const follow = list.items.find((callback) => callback.kind === 'follow_up');
    assert.ok(follow, 'the demo company has a follow-up call to make');
    await supervisor.goto(`${base}/callbacks?callback=${follow.id}`);
    await supervisor.getByText('回访：请客户打分').waitFor();
    await supervisor.keyboard.press('1');
    const dialog = supervisor.getByRole('dialog');
    await dialog.waitFor();
    await dialog.getByRole('radio', { name: '很不满意' }).click();
    await no_violations(supervisor, 'promises');
    await shot(supervisor, 'promises-score-zh-light');
    await supervisor.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    const { body: after } = await api(supervisor, 'GET', `cases/${follow.case_number}`);
    assert.ok(after.cycle >= 2 && after.state === 'open', after.state);
    assert.equal(after.callbacks.find((callback) => callback.id === follow.id).score, 1);
    await finish(supervisor);
  });
  await close_browser();
}
