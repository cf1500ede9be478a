// SPDX-License-Identifier: Apache-2.0
// The salesman leaves and nobody is forgotten; somebody is away and a deputy stands in; cases are given to
// somebody else together. Through the screens.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, go, new_page, shot, sign_in, signed_in } from './lib.mjs';

export default async function run(test) {
  const { mails, sql } = await import('../support/system.mjs');
  const { until } = await import('../support/until.mjs');

  await test('my own absence with a deputy, entered and taken back by keyboard', async () => {
    const agent = await signed_in('agent');
    const me = (await api(agent, 'GET', 'me')).body.user;
    await agent.locator('#top-bar').getByRole('button').filter({ hasText: /示闲|离线|小休|整理/ }).first().click();
    await agent.getByRole('menuitem', { name: '我的缺勤与代理' }).click();
    await agent.locator('#absence-reason').waitFor();
    await no_violations(agent, 'absence');
    const start = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 16);
    const end = new Date(Date.now() + 33 * 86_400_000).toISOString().slice(0, 16);
    await agent.fill('#absence-from', start);
    await agent.fill('#absence-until', end);
    await agent.locator('#absence-deputy').selectOption({ index: 1 });
    await agent.fill('#absence-reason', '年假');
    await agent.keyboard.press('Control+Enter');
    await agent.locator('#absence-reason').waitFor({ state: 'detached' });
    const { body } = await api(agent, 'GET', 'absences');
    const planned = body.items.find((absence) => absence.state === 'planned' && absence.reason === '年假');
    assert.ok(planned?.deputy, JSON.stringify(body));
    assert.equal(planned.user.id, me.id);
    assert.equal((await api(agent, 'POST', `absences/${planned.id}/end`, {})).status, 200);
    await finish(agent);
  });

  await test('several cases get another owner at once, with one reason, by keyboard', async () => {
    const agent = await signed_in('agent2');
    const numbers = [];
    for (const text of ['测试：改派第一件', '测试：改派第二件']) {
      const { status, body } = await api(agent, 'POST', 'cases', { category: 'cpzl', text, number: `137${String(Date.now()).slice(-8)}`, customer: { name: '示例改派' } });
      assert.equal(status, 201, JSON.stringify(body));
      numbers.push(body.number);
    }
    await finish(agent);
    const supervisor = await signed_in('supervisor');
    const { body: reference } = await api(supervisor, 'GET', 'reference');
    const to = reference.users.find((user) => user.name === sql(`select name from user_account where login = '${sign_in.users.agent3.login}'`)[0][0]);
    await supervisor.goto(`${base}/cases?list=all`);
    await supervisor.getByRole('grid').getByRole('row').nth(1).waitFor();
    // The newest come first.
    await supervisor.getByRole('grid').focus();
    await supervisor.keyboard.press('x');
    await supervisor.keyboard.press('j');
    await supervisor.keyboard.press('x');
    const bar = supervisor.locator('[data-marked="2"]');
    await bar.waitFor();
    for (const number of numbers) assert.ok(await supervisor.getByRole('checkbox', { name: `勾选 ${number}` }).isChecked(), number);
    await fits(supervisor);
    await no_violations(supervisor, 'marked cases');
    await bar.getByRole('button', { name: '改派' }).click();
    await supervisor.selectOption('#many-to', String(to.id));
    await supervisor.fill('#many-reason', '测试：按技能重新分配');
    await no_violations(supervisor, 'reassign many');
    await shot(supervisor, 'cases-reassign-zh-light');
    await supervisor.keyboard.press('Control+Enter');
    await bar.waitFor({ state: 'detached' });
    for (const number of numbers) {
      const { body: row } = await api(supervisor, 'GET', `cases/${number}`);
      assert.equal(row.owner.id, to.id);
    }
    // One letter to whom they went, one to whom they were taken from, with both cases in each.
    const letters = (login) => mails('按技能重新分配').filter((mail) => mail.to.includes(sql(`select email from user_account where login = '${login}'`)[0][0]) && mail.text.includes(numbers[0]));
    for (const login of [sign_in.users.agent3.login, sign_in.users.agent2.login]) {
      await until(`a letter to ${login}`, () => letters(login).length > 0);
      assert.equal(letters(login).length, 1, `one letter to ${login}`);
      for (const number of numbers) assert.ok(letters(login)[0].text.includes(`/cases/${number}`), number);
    }
    await supervisor.goto(`${base}/cases/${numbers[0]}`);
    await supervisor.getByText('测试：按技能重新分配').first().waitFor();
    await finish(supervisor);
    const english = await signed_in('supervisor', { lang: 'en' });
    await english.goto(`${base}/cases?list=all`);
    await english.getByRole('checkbox', { name: `Mark ${numbers[0]}` }).check();
    await english.getByText('1 marked').waitFor();
    await fits(english);
    await shot(english, 'cases-marked-en-light');
    await finish(english);
  });

  await test('the salesman leaves and nobody is forgotten', async () => {
    // The demo company's last agent: no other browser test needs this one.
    const login = sign_in.users.agent6.login;
    const [[id, name]] = sql(`select id, name from user_account where login = '${login}'`);
    const owns = () => Number(sql(`select (select count(*) from case_file where owner_id = ${id} and state <> 'closed') + (select count(*) from callback where user_id = ${id} and state = 'open') + (select count(*) from account where owner_id = ${id}) + (select count(*) from review_action where assignee_id = ${id} and state = 'open')`)[0][0]);
    const cases = sql(`select number from case_file where owner_id = ${id} and state <> 'closed' order by id`).flat();
    assert.ok(cases.length > 0, `${name} has work to hand on`);
    sql(`update desk set presence = 'offline', interaction_id = null where user_id = ${id}`);

    const supervisor = await signed_in('supervisor');
    await go(supervisor, 'people');
    await supervisor.locator('tr[data-person]').first().waitFor();
    await fits(supervisor);
    await shot(supervisor, 'people-zh-light');
    await no_violations(supervisor, 'people');
    await supervisor.getByRole('link', { name: `离职交接 ${name}` }).focus();
    await supervisor.keyboard.press('Enter');
    await supervisor.locator('#departure-reason').waitFor();
    await supervisor.locator(`[data-kind="cases"] [data-item]`).first().waitFor();
    await no_violations(supervisor, 'departure');
    await shot(supervisor, 'departure-review-zh-light');
    await supervisor.fill('#departure-reason', '合同到期');
    await supervisor.keyboard.press('Control+Enter');
    await supervisor.locator('[data-summary]').waitFor();
    await shot(supervisor, 'departure-confirm-zh-light');
    await supervisor.keyboard.press('Control+Enter');
    await supervisor.locator('[data-departed]').waitFor();
    assert.equal(owns(), 0);
    const locked_out = await new_page();
    await locked_out.goto(`${base}/`);
    await locked_out.fill('#login', login);
    await locked_out.fill('#password', sign_in.users.agent6.password);
    await locked_out.keyboard.press('Enter');
    await locked_out.locator('p.error:not(:empty)').waitFor();
    assert.equal(await locked_out.locator('#top-bar').count(), 0);
    await finish(locked_out);
    assert.equal(sql(`select disabled_at is not null from user_account where id = ${id}`)[0][0], 't');
    assert.equal(sql(`select count(*) from session where user_id = ${id}`)[0][0], '0');
    for (const number of cases) {
      const [row] = sql(`select e.how, e.owner_id = f.owner_id from case_file f join ownership_entry e on e.case_id = f.id where f.number = '${number}' order by e.id desc limit 1`);
      assert.deepEqual(row, ['departure', 't'], number);
    }
    const departed = sql("select id from history where kind = 'person_departed' order by id desc limit 1")[0][0];
    const mailed = sql(`select payload->>'recipient' from outbox where key like 'mail:departure:${departed}:%'`).flat();
    assert.equal(new Set(mailed).size, mailed.length, 'one mail each');
    await until('every mail is sent', () => Number(sql(`select count(*) from outbox where key like 'mail:departure:${departed}:%' and done_at is null`)[0][0]), { good: (left) => left === 0, within: 20_000 });
    assert.ok(mails(name).length >= mailed.length, 'the mails name whose work it was');
    await supervisor.goto(`${base}/cases/${cases[0]}`);
    await supervisor.getByText('离职交接').first().waitFor();
    await finish(supervisor);

    const manager = await signed_in('supervisor', { lang: 'en' });
    await manager.goto(`${base}/people`);
    await manager.locator('tr[data-left]').first().waitFor();
    await shot(manager, 'people-en-light');
    await finish(manager);
  });
  await test('the administrator makes an account, hands out its password, changes it and locks it', async () => {
    const supervisor = await signed_in('supervisor');
    await go(supervisor, 'people');
    await supervisor.locator('tr[data-person]').first().waitFor();
    assert.equal(await supervisor.getByRole('button', { name: '新增人员' }).count(), 0, 'only the administrator does');
    await finish(supervisor);

    const admin = await signed_in('administrator');
    await go(admin, 'people');
    await admin.getByRole('button', { name: '新增人员' }).click();
    const dialog = admin.getByRole('dialog');
    await dialog.locator('#account-login').waitFor();
    const login = `xin${Date.now().toString(36)}`;
    const taken = sql("select extension from user_account where extension <> '' and disabled_at is null order by id limit 1")[0][0];
    await dialog.locator('#account-login').fill('agent1');
    await dialog.locator('#account-name').fill('新来测试');
    await dialog.locator('#account-role').selectOption('liaison');
    await admin.keyboard.press('Control+Enter');
    await dialog.locator('#account-department[aria-invalid="true"]').waitFor();
    await dialog.locator('#account-department').selectOption('repair');
    await admin.keyboard.press('Control+Enter');
    await dialog.getByText('这个用户名已有人使用').waitFor();
    assert.equal(await dialog.locator('#account-login').getAttribute('aria-describedby'), 'account-login-error');
    await dialog.locator('#account-login').fill(login);
    await dialog.locator('#account-extension').fill(taken);
    await admin.keyboard.press('Control+Enter');
    await dialog.getByText('这个分机已有人使用').waitFor();
    await fits(admin);
    await no_violations(admin, 'new account');
    await shot(admin, 'people-new-zh-light');
    await dialog.locator('#account-extension').fill('7099');
    await dialog.locator('#account-department_head').check();
    await dialog.locator('#account-office').selectOption({ index: 1 });
    await admin.keyboard.press('Control+Enter');
    const shown = admin.locator('#account-password');
    await shown.waitFor();
    const password = await shown.inputValue();
    assert.match(password, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    await admin.keyboard.press('Escape');
    await shown.waitFor(); // nobody loses it by a slip of the hand
    await admin.getByRole('button', { name: '复制' }).click();
    await admin.getByRole('button', { name: '已复制' }).waitFor();
    await no_violations(admin, 'password shown once');
    await shot(admin, 'people-password-zh-light');
    await admin.getByRole('button', { name: '已记下，关闭' }).click();
    await admin.locator(`tr[data-person="${login}"]`).waitFor();

    const fresh = await new_page();
    await fresh.goto(`${base}/`);
    await fresh.fill('#login', login);
    await fresh.fill('#password', password);
    await fresh.keyboard.press('Enter');
    await fresh.locator('#top-bar').waitFor();

    // One that only they know, where they are; a console that was left open does not help to guess the old one.
    const elsewhere = await fresh.context().browser().newContext();
    assert.equal((await elsewhere.request.post(`${base}/api/v1/session`, { data: { login, password }, headers: { Origin: base } })).status(), 200);
    await fresh.locator('#top-bar [aria-haspopup="menu"]').click();
    await fresh.getByRole('menuitem', { name: '修改密码' }).click();
    await fresh.fill('#password-current', 'not this one');
    await fresh.fill('#password-new', 'four plain words here');
    await no_violations(fresh, 'my password');
    await shot(fresh, 'my-password-zh-light');
    await fresh.keyboard.press('Control+Enter');
    await fresh.getByRole('alert').filter({ hasText: '这不是您的密码' }).waitFor();
    await fresh.fill('#password-current', password);
    const feed_again = fresh.waitForEvent('websocket');
    await fresh.keyboard.press('Control+Enter');
    await fresh.getByText('密码已修改').waitFor();
    assert.equal((await elsewhere.request.get(`${base}/api/v1/me`)).status(), 401, 'signed out elsewhere');
    await elsewhere.close();
    await feed_again;
    assert.equal(await fresh.locator('#password').count(), 0);
    assert.equal((await api(fresh, 'GET', 'me')).status, 200);

    // Another role: the open screen of the old one is closed.
    const row = admin.locator(`tr[data-person="${login}"]`);
    const edit = async () => {
      await row.getByRole('button', { name: '编辑' }).click();
      await dialog.locator('#account-login').waitFor();
    };
    await edit();
    await dialog.locator('#account-role').selectOption('back_line');
    await dialog.getByRole('radio', { name: '3 级' }).click();
    await shot(admin, 'people-edit-zh-light');
    await no_violations(admin, 'edit account');
    await admin.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(sql(`select role, escalation_level from user_account where login = '${login}'`)[0], ['back_line', '3']);
    await fresh.locator('#password').waitFor();
    await finish(fresh);

    await edit();
    await admin.getByRole('button', { name: '重置密码' }).click();
    await admin.keyboard.press('Control+Enter');
    await shown.waitFor();
    assert.notEqual(await shown.inputValue(), password);
    await admin.getByRole('button', { name: '已记下，关闭' }).click();
    await edit();
    await dialog.getByText('账号变更记录（4）').click();
    await dialog.locator('#account-locked').check();
    await admin.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await row.getByText('已停用').waitFor();
    await finish(admin);

    // Whoever owns something is not locked, but sent to the departure procedure.
    const owner = sql("select u.login from user_account u where u.disabled_at is null and exists (select from case_file where owner_id = u.id and state <> 'closed') order by u.id limit 1")[0][0];
    const english = await signed_in('administrator', { lang: 'en', theme: 'dark' });
    await go(english, 'people');
    await english.locator(`tr[data-person="${owner}"]`).getByRole('button', { name: 'Edit' }).click();
    await english.locator('#account-locked').check();
    await english.keyboard.press('Control+Enter');
    await english.locator('#account-locked[aria-invalid="true"]').waitFor();
    await fits(english);
    await no_violations(english, 'locking somebody who owns, en dark');
    await shot(english, 'people-locked-en-dark');
    await english.getByRole('link', { name: /To the departure procedure/ }).click();
    await english.locator('#departure-reason').waitFor();
    await finish(english);
  });
  await close_browser();
}
