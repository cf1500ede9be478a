// SPDX-License-Identifier: Apache-2.0
// Every screen in both languages and both themes: no accessibility violation, no page scroll, no hole in a
// text; and a picture of each to look at.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, new_page, shot, signed_in } from './lib.mjs';

async function look(page, name) {
  const text = await page.locator('body').innerText();
  assert.doesNotMatch(text, /\{\{|undefined|\bNaN\b|\[object /, `${name} has a hole in its text`);
  await fits(page);
  await shot(page, name);
  await no_violations(page, name);
}

/** Everything has come that comes by itself. */
async function settled(page) {
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => document.querySelector('main [role="status"][aria-label]') === null);
  await page.waitForLoadState('networkidle');
}

/** Beside what the navigation shows: pages that other pages lead to. */
const BEYOND = ['/people/departure', '/reconciliation', '/neglected'];

export default async function run(test) {
  for (const lang of ['zh', 'en']) {
    for (const theme of ['light', 'dark']) {
      const options = { lang, theme };
      const name = (screen) => `${screen}-${lang}-${theme}`;
      await test(`every screen in ${lang}, ${theme}`, async () => {
        const front = await new_page(options);
        await front.goto(`${base}/`);
        await front.locator('#login').waitFor();
        await look(front, name('sign-in'));
        await finish(front);

        const agent = await signed_in('agent', options);
        await agent.locator('aside h2').first().waitFor();
        await look(agent, name('desk-idle'));
        const { body: mine } = await api(agent, 'GET', 'cases?list=mine&limit=1');
        const { body: customers } = await api(agent, 'GET', 'customers?limit=3');
        await agent.goto(`${base}/customers`);
        await agent.locator('tbody tr').first().waitFor();
        await look(agent, name('customers'));
        await agent.goto(`${base}/customers/${customers.items[0].id}`);
        await agent.locator('main dl').first().waitFor();
        await agent.locator('main section h2').first().waitFor();
        await look(agent, name('customer'));
        await agent.locator('main button.btn-primary').click();
        await agent.locator('#intake-category').click();
        await agent.locator('[role="option"]').first().waitFor();
        await look(agent, name('desk-intake'));
        await agent.keyboard.press('Escape');
        await agent.locator('footer button:not(.btn-primary)').click();
        await agent.goto(`${base}/cases/${mine.items[0].number}`);
        await agent.locator('main li[data-kind]').first().waitFor();
        await look(agent, name('case'));
        await agent.goto(`${base}/cases?list=all`);
        await agent.locator('[role="grid"] [role="row"]').nth(1).waitFor();
        await look(agent, name('cases'));
        await agent.keyboard.press('?');
        await agent.getByRole('dialog').waitFor();
        await look(agent, name('keys'));
        await agent.keyboard.press('Escape');
        await agent.getByRole('dialog').waitFor({ state: 'detached' });
        await agent.goto(`${base}/callbacks`);
        await agent.locator('main h1').waitFor();
        await agent.locator('[role="option"], .panel p').first().waitFor();
        await look(agent, name('callbacks'));
        await finish(agent);

        const liaison = await signed_in('liaison_repair', options);
        await liaison.locator('[data-tab]').first().waitFor();
        await look(liaison, name('liaison'));
        await liaison.locator('#top-bar button').filter({ has: liaison.locator('.lucide-bell') }).click();
        await liaison.locator('.menu').waitFor();
        await look(liaison, name('alerts'));
        await finish(liaison);

        const supervisor = await signed_in('supervisor', options);
        await supervisor.locator('[data-figure]').first().waitFor();
        await look(supervisor, name('wallboard'));
        await supervisor.keyboard.press('Control+k');
        await supervisor.getByRole('dialog').waitFor();
        await supervisor.keyboard.insertText(mine.items[0].number);
        await supervisor.locator('[role="dialog"] [role="option"]').first().waitFor();
        await look(supervisor, name('search'));
        await supervisor.keyboard.press('Escape');
        await supervisor.getByRole('dialog').waitFor({ state: 'detached' });
        await supervisor.locator('#top-bar [aria-haspopup="menu"]').click();
        await supervisor.getByRole('menu').waitFor();
        await look(supervisor, name('own-menu'));
        await supervisor.keyboard.press('Escape');
        await supervisor.getByRole('menu').waitFor({ state: 'detached' });
        await finish(supervisor);

        // Whatever else the navigation shows to anybody.
        const looked = new Set(['/desk', '/cases', '/customers', '/callbacks', '/liaison', '/wallboard', '/back-line']);
        for (const who of ['supervisor', 'administrator']) {
          const page = await signed_in(who, options);
          await page.locator('nav a').first().waitFor();
          const shown = await page.locator('nav a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
          for (const path of [...shown, ...(who === 'supervisor' ? BEYOND : [])]) {
            if (looked.has(path)) continue;
            looked.add(path);
            await page.goto(`${base}${path}`);
            await settled(page);
            await look(page, name(path.slice(1).replaceAll('/', '-')));
          }
          await finish(page);
        }
        assert.ok(looked.size >= 18, `too few screens: ${[...looked].join(' ')}`);

        const backLine = await signed_in('back_line', options);
        await backLine.locator('main h1').waitFor();
        await backLine.locator('[role="grid"], .panel p').first().waitFor();
        await look(backLine, name('back-line'));
        await finish(backLine);
      });
    }
  }

  await test('language and theme change in place, without losing what is typed', async () => {
    const page = await signed_in('agent');
    const { body: customers } = await api(page, 'GET', 'customers?limit=1');
    await page.goto(`${base}/customers/${customers.items[0].id}`);
    await page.getByRole('button', { name: '登记投诉' }).click();
    await page.fill('#intake-text', '不能丢的话');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Complaint intake' }).waitFor();
    await page.getByRole('button', { name: 'Switch to dark' }).click();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    assert.equal(await page.inputValue('#intake-text'), '不能丢的话');
    await page.getByRole('button', { name: 'Put aside' }).click();
    await page.getByRole('button', { name: 'Discard' }).first().click();
    await finish(page);
  });
  await close_browser();
}
