// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { base, close_browser, finish, fits, new_page, shot, sign_in, signed_in } from './lib.mjs';

export default async function run(test) {
  await test('a wrong password is told in words and keeps the user name', async () => {
    const page = await new_page();
    await page.goto(`${base}/`);
    await page.fill('#login', sign_in.users.agent.login);
    await page.fill('#password', 'wrong-password-on-purpose');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: '用户名或密码不对' }).waitFor();
    assert.equal(await page.inputValue('#login'), sign_in.users.agent.login);
    await shot(page, 'sign-in-zh-light');
    await fits(page);
    await finish(page);
  });

  await test('the sign-in page changes language and theme in place, and keeps them', async () => {
    const page = await new_page();
    await page.goto(`${base}/`);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await page.getByRole('button', { name: 'Switch to dark' }).click();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    await shot(page, 'sign-in-en-dark');
    await finish(page);
  });

  const homes = { agent: '/desk', back_line: '/back-line', liaison_repair: '/liaison', supervisor: '/wallboard', manager: '/wallboard', administrator: '/cases' };
  for (const [who, home] of Object.entries(homes)) {
    await test(`${who} starts at ${home} and sees only the screens of that role`, async () => {
      const page = await signed_in(who);
      await page.waitForURL((url) => url.pathname === home);
      const links = await page.locator('nav a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
      assert.ok(links.includes(home));
      assert.equal(links.includes('/liaison'), who.startsWith('liaison'));
      assert.equal(links.includes('/desk'), who === 'agent');
      await finish(page);
    });
  }

  await test('signing out leaves nobody signed in', async () => {
    const page = await signed_in('agent2');
    await page.locator('#top-bar [aria-haspopup="menu"]').click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await page.locator('#login').waitFor();
    assert.equal((await page.request.get(`${base}/api/v1/me`)).status(), 401);
    await finish(page);
  });
  await close_browser();
}
