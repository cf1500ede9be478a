// SPDX-License-Identifier: Apache-2.0
// What every browser test needs: a real browser, a signed-in page, the engine's API as that person, screenshots.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(new URL('../../../adapters/console/package.json', import.meta.url));
const { chromium } = require('playwright-core');
export const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const sign_in_file = process.env.FIRSTHAND_SIGN_IN;
assert.ok(sign_in_file, 'FIRSTHAND_SIGN_IN must name the sign-in.json of a running engine');
export const sign_in = JSON.parse(readFileSync(sign_in_file, 'utf8'));
export const base = (process.env.FIRSTHAND_URL ?? sign_in.url).replace(/\/$/, '');
const screenshots = fileURLToPath(new URL('../screenshots/', import.meta.url));
mkdirSync(screenshots, { recursive: true });

let browser = null;
const open_pages = new Set();

/** Pictures of what a failed test left open; its pages are closed, unless others go on with them. */
export async function after_failure(name, { keep = false } = {}) {
  let index = 0;
  for (const page of open_pages) {
    if (!keep) open_pages.delete(page);
    if (page.isClosed()) continue;
    await shot(page, `failed-${name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60)}-${++index}`).catch(() => undefined);
    if (!keep) await page.context().close();
  }
}

export async function open_browser() {
  browser ??= await chromium.launch({
    executablePath: process.env.FIRSTHAND_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  return browser;
}
export async function close_browser() {
  await browser?.close();
  browser = null;
}

/** A page at 1366×768 with the language and theme set, every script error and policy violation noted. */
export async function new_page({ lang = 'zh', theme = 'light' } = {}) {
  const context = await (await open_browser()).newContext({
    viewport: { width: 1366, height: 768 },
    locale: lang === 'en' ? 'en-GB' : 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  });
  await context.addInitScript(
    ([language, look]) => {
      if (localStorage.getItem('firsthand.language') === null) localStorage.setItem('firsthand.language', language);
      if (localStorage.getItem('firsthand.theme') === null) localStorage.setItem('firsthand.theme', look);
    },
    [lang, theme],
  );
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.problems = [];
  open_pages.add(page);
  page.on('pageerror', (error) => page.problems.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy|trusted type/i.test(message.text())) page.problems.push(message.text());
  });
  return page;
}

/** Signs in through the form, with the keyboard only, and waits for the shell; `at` another engine's address. */
export async function signed_in(who, options = {}, prepare = null) {
  const user = sign_in.users[who];
  assert.ok(user, `sign-in.json has no user ${who}`);
  const page = await new_page(options);
  await prepare?.(page);
  await page.goto(`${options.at ?? base}/`);
  await page.locator('#login').waitFor();
  await page.keyboard.type(user.login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(user.password);
  await page.keyboard.press('Enter');
  await page.locator('#top-bar').waitFor();
  return page;
}

/** Moves inside the console without loading the page again. */
export async function go(page, screen) {
  await page.locator(`nav a[href="/${screen}"]`).click();
  await page.waitForURL((url) => url.pathname === `/${screen}`);
}

export const shot = (page, name) => page.screenshot({ path: `${screenshots}${name}.png` });

/** The engine's API with the page's own session. */
export async function api(page, method, path, body, version) {
  return page.evaluate(
    async ([verb, route, text, seen]) => {
      const response = await fetch(`/api/v1/${route}`, {
        method: verb,
        headers: {
          ...(text === null ? {} : { 'Content-Type': 'application/json', 'Idempotency-Key': String(performance.now()) + Math.random() }),
          ...(seen === null ? {} : { 'If-Match': `"${seen}"` }),
        },
        ...(text === null ? {} : { body: text }),
      });
      const answer = await response.text();
      return { status: response.status, body: answer === '' ? null : JSON.parse(answer) };
    },
    [method, path, body === undefined ? null : JSON.stringify(body), version ?? null],
  );
}

/** A complaint for the repair centre of a customer who can be called, through the API, as the console would. */
export async function repair_complaint(agent, text, callback = undefined) {
  const { body: reference } = await api(agent, 'GET', 'reference');
  const { body: customers } = await api(agent, 'GET', 'customers?limit=50');
  const reachable = customers.items.filter((customer) => customer.numbers.length > 0);
  const customer = reachable[Math.floor(Math.random() * reachable.length)];
  const category = reference.categories.find((entry) => entry.department_code === 'repair').code;
  const { status, body } = await api(agent, 'POST', 'cases', { customer_id: customer.id, category, text, callback });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

/** Ends a page and fails when it had a script error or broke the content security policy. */
export async function finish(page) {
  const { problems } = page;
  open_pages.delete(page);
  if (!page.isClosed()) await page.unrouteAll({ behavior: 'ignoreErrors' }); // an answer under way may outlive its page
  await page.context().close();
  assert.deepEqual(problems, []);
}

/** The page never scrolls: everything is inside 1366×768. */
export async function fits(page) {
  const over = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - innerWidth,
    high: document.documentElement.scrollHeight - innerHeight,
  }));
  assert.ok(over.wide <= 0 && over.high <= 0, `the page scrolls: ${JSON.stringify(over)}`);
}
