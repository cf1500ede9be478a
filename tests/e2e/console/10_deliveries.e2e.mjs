// SPDX-License-Identifier: Apache-2.0
// Mails that a real SMTP server refuses, seen and sent again; each person's own settings; and the link of a
// mail that acknowledges on a phone, without signing in.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, go, new_page, repair_complaint, shot, signed_in } from './lib.mjs';

/** A complaint whose customer was promised a call in so many seconds. */
async function register(agent, seconds, text) {
  const { body: reference } = await api(agent, 'GET', 'reference');
  return repair_complaint(agent, text, { at: new Date(Date.parse(reference.server_now) + seconds * 1000).toISOString() });
}

export default async function run(test) {
  const { mails, sql } = await import('../support/system.mjs');
  const { until } = await import('../support/until.mjs');
  const refuse = `${process.env.E2E_DATA}/mail/refuse`;
  const addresses = sql("select email from user_account where role = 'liaison' and email <> ''").map(([email]) => email);

  await test('a refused mail is a dead letter with its reason, and is sent again from the screen', async () => {
    assert.ok(addresses.length > 0, 'the demo company has liaisons with addresses');
    const agent = await signed_in('agent');
    const supervisor = await signed_in('supervisor');
    writeFileSync(refuse, addresses.join('\n'));
    const row = await register(agent, 3600, '测试：邮件被拒收。');
    await until('the mail has failed for good', async () => (await api(supervisor, 'GET', `deliveries?state=failed&case=${row.number}`)).body.items.length, { good: (count) => count > 0, within: 30_000 });
    rmSync(refuse);
    await supervisor.goto(`${base}/admin/deliveries`);
    await supervisor.getByRole('heading', { name: '发送记录' }).waitFor();
    await supervisor.locator('nav [data-failed]').waitFor();
    await supervisor.fill('input[type="search"]', row.number);
    await supervisor.waitForURL((url) => url.searchParams.get('case') === row.number);
    const line = supervisor.locator('tr[data-state="failed"]').first();
    await line.getByText('550').waitFor();
    await line.getByText(row.number, { exact: true }).waitFor();
    const id = await line.getAttribute('data-delivery');
    await fits(supervisor);
    await shot(supervisor, 'deliveries-failed-zh-light');
    await no_violations(supervisor, 'deliveries');
    const before = mails(row.number).length;
    await line.getByRole('button', { name: /重新发送/ }).focus();
    await supervisor.keyboard.press('Enter');
    await supervisor.locator(`tr[data-delivery="${id}"]`).waitFor({ state: 'detached' });
    await until('the mail arrives now', () => mails(row.number).length, { good: (count) => count > before, within: 15_000 });
    await supervisor.getByRole('button', { name: '已发送' }).click();
    await supervisor.locator(`tr[data-delivery="${id}"][data-state="sent"]`).waitFor();
    const { body: history } = await api(supervisor, 'GET', `cases/${row.number}/history?limit=200`);
    const me = (await api(supervisor, 'GET', 'me')).body.user;
    assert.equal(history.items.find((entry) => entry.kind === 'notice_resent')?.actor.id, me.id);
    await supervisor.goto(`${base}/cases/${row.number}`);
    await supervisor.locator('li[data-kind="notice_resent"]').getByText('已重新发送给').waitFor();
    // The other liaisons' mails of the same case go the same way, so that nothing failed is left behind.
    const { body: left } = await api(supervisor, 'GET', `deliveries?state=failed&case=${row.number}`);
    for (const { id: other } of left.items) assert.equal((await api(supervisor, 'POST', `deliveries/${other}/resend`, {})).status, 200);
    assert.equal((await api(supervisor, 'POST', `deliveries/${id}/resend`, {})).body.code, 'not_failed');
    await finish(agent);
    await finish(supervisor);
  });

  await test('an agent finds no deliveries; a manager sees them and cannot send again', async () => {
    const agent = await signed_in('agent');
    assert.equal(await agent.locator('nav a[href="/admin/deliveries"]').count(), 0);
    assert.equal((await api(agent, 'GET', 'deliveries')).status, 403);
    const manager = await signed_in('manager', { lang: 'en', theme: 'dark' });
    await go(manager, 'admin/deliveries');
    await manager.getByRole('button', { name: 'All', exact: true }).click();
    await manager.locator('tr[data-delivery]').first().waitFor();
    assert.equal(await manager.getByRole('button', { name: /Send again/ }).count(), 0);
    await fits(manager);
    await shot(manager, 'deliveries-en-dark');
    await no_violations(manager, 'deliveries in English, dark');
    await finish(agent);
    await finish(manager);
  });

  await test('mails, quiet hours and language are set from the menu of one’s own name, with the keyboard', async () => {
    for (const who of ['liaison_repair', 'agent', 'administrator']) {
      const page = await signed_in(who);
      await page.locator('#top-bar button[aria-haspopup="menu"]').first().click();
      await page.getByRole('menuitem', { name: '我的提醒与语言' }).click();
      await page.getByRole('dialog').waitFor();
      await page.locator('#quiet').waitFor();
      if (who === 'liaison_repair') {
        await shot(page, 'my-alerts-zh-light');
        await no_violations(page, 'my alerts');
        await page.getByLabel('只收汇总').focus();
        await page.keyboard.press('Space');
        await page.locator('#quiet').focus();
        await page.keyboard.press('Space');
        await page.fill('#quiet-from', '21:30');
        await page.fill('#quiet-to', '21:30');
        assert.equal(await page.getByRole('dialog').locator('button[type="submit"]').isDisabled(), true, 'a whole day is no quiet hours');
        await page.fill('#quiet-to', '08:15');
        await page.getByLabel('English').check();
        await page.keyboard.press('Control+Enter');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        const { body } = await api(page, 'GET', 'me/alerts');
        assert.deepEqual({ mails: body.mails, from: body.quiet_from, to: body.quiet_to, language: body.language }, { mails: 'digest', from: '21:30', to: '08:15', language: 'en' });
        await page.getByRole('heading', { name: 'Liaison inbox' }).waitFor();
        await page.reload();
        await page.locator('#top-bar button[aria-haspopup="menu"]').first().click();
        await page.getByRole('menuitem', { name: 'My alerts and language' }).click();
        await page.locator('#quiet-from').waitFor();
        assert.equal(await page.inputValue('#quiet-from'), '21:30');
        await shot(page, 'my-alerts-en-light');
        await api(page, 'PUT', 'me/alerts', { mails: 'each', quiet_from: null, quiet_to: null, language: 'zh' });
      }
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await finish(page);
    }
  });

  await test('the link of a breach mail acknowledges on a phone without signing in, once', async () => {
    const agent = await signed_in('agent');
    const row = await register(agent, 8, '测试：到期未回电。');
    const breach = await until('the breach mail has come', () => mails(row.number).find((mail) => mail.subject.includes('【超时】')), { good: (mail) => mail !== undefined, within: 60_000 });
    const path = /https?:\/\/[^\s]+?(\/a\/[0-9a-f.]+)/.exec(breach.text)?.[1];
    assert.ok(path, 'the mail has a link that acknowledges');
    const phone = await new_page();
    await phone.setViewportSize({ width: 390, height: 844 });
    await phone.goto(`${base}${path}`);
    await phone.getByText(row.number, { exact: true }).waitFor();
    const text = await phone.locator('body').innerText();
    assert.ok(!text.includes(row.customer.name), 'nothing about the customer');
    await fits(phone);
    await shot(phone, 'acknowledge-zh-phone');
    await no_violations(phone, 'acknowledge page');
    const open = async () => (await api(agent, 'GET', `cases/${row.number}`)).body.alerts.filter((alert) => alert.needs_acknowledgement && alert.acknowledged_at === null).length;
    const waiting = await open();
    assert.ok(waiting > 0, 'fetching the page has acknowledged nothing');
    await phone.keyboard.press('Tab');
    await phone.getByRole('button', { name: '确认收到' }).focus();
    await phone.keyboard.press('Enter');
    await phone.getByText('已确认，谢谢。').waitFor();
    assert.equal(await open(), waiting - 1);
    await phone.goto(`${base}${path}?lang=en`);
    await phone.getByText('has been acknowledged already').waitFor();
    assert.equal(await phone.getByRole('button').count(), 0);
    await shot(phone, 'acknowledged-en-phone');
    await no_violations(phone, 'acknowledged page');
    const forged = await phone.goto(`${base}${path.slice(0, -1)}${path.endsWith('0') ? '1' : '0'}`);
    assert.equal(forged.status(), 404);
    await finish(phone);
    await finish(agent);
  });
  await close_browser();
}
