// SPDX-License-Identifier: Apache-2.0
// Those who reach nobody at once: a complaint by the public form in both languages, without a script, and a
// caller who hangs up while all agents are away.
import { base, open_browser } from '../console/lib.mjs';
import { ask, back_to_calls, page_of, phones, presence, quiet_customer } from '../support/stage.mjs';
import { sql } from '../support/system.mjs';
import { expect, say, until } from '../support/until.mjs';

/** A page of the outside world in which no script runs. */
async function plain_page() {
  const context = await (await open_browser()).newContext({ viewport: { width: 1366, height: 768 }, javaScriptEnabled: false });
  return context.newPage();
}

const forms = [
  { lang: 'zh', send: '提交', number_word: '受理编号', other: 'en', other_word: 'Case number', words: '买了三天就黑屏，希望退货。' },
  { lang: 'en', send: 'Send', number_word: 'Case number', other: 'zh', other_word: '受理编号', words: 'The screen went black after three days. I would like to return it.' },
];

export default async function play(step) {
  for (const form of forms) {
    await step(`the public form in ${form.lang}, without a script: a case number and a status page`, async () => {
      const customer = quiet_customer();
      const page = await plain_page();
      await page.goto(`${base}/complaint?lang=${form.lang}`);
      await page.screenshot({ path: new URL(`../screenshots/story-form-${form.lang}.png`, import.meta.url).pathname });
      const language = await page.locator('html').getAttribute('lang');
      expect(`the page says its language ${form.lang}`, language, language.startsWith(form.lang));
      await page.getByRole('button', { name: form.send }).click(); // the browser itself asks for what is required
      expect('an empty form is not sent', page.url(), page.url().includes('/complaint'));
      await page.locator('#name').fill(customer.name);
      await page.locator('#phone').fill(customer.number);
      await page.locator('#text').fill(form.words);
      await page.getByRole('button', { name: form.send }).click();
      await page.waitForURL(/\/status\//);
      const text = await page.locator('body').textContent();
      const number = /GD\d+/.exec(text)?.[0];
      expect('a case number on the status page', text, number !== undefined && text.includes(form.number_word));
      await page.screenshot({ path: new URL(`../screenshots/story-status-${form.lang}.png`, import.meta.url).pathname });
      const [row] = sql(`select f.customer_id, f.channel, f.owner_id, f.text from case_file f where f.number = '${number}'`);
      expect('filed for the customer of that number, from the web, with an owner', row, Number(row[0]) === customer.id && row[1] === 'web' && Number(row[2]) > 0 && row[3].includes(form.words));
      await page.goto(page.url().replace(`lang=${form.lang}`, `lang=${form.other}`));
      const again = await page.locator('body').textContent();
      expect('the status page in the other language', again, again.includes(form.other_word) && again.includes(number));
      await page.context().close();
    });
  }

  await step('a form with a wrong number comes back with the words and the error', async () => {
    const page = await plain_page();
    await page.goto(`${base}/complaint?lang=zh`);
    await page.locator('#name').fill('测试');
    await page.locator('#phone').fill('abc');
    await page.locator('#text').fill('还没说完的话');
    await page.getByRole('button', { name: '提交' }).click();
    await page.locator('#phone').waitFor();
    const kept = await page.locator('#text').inputValue();
    expect('the words are kept', kept, kept === '还没说完的话');
    const wrong = await page.locator('#phone').getAttribute('aria-invalid');
    expect('the number is marked', wrong, wrong === 'true');
    await page.context().close();
  });

  await step('a caller hangs up while all agents are away: an owned callback is there within three seconds', async () => {
    const customer = quiet_customer();
    for (const who of ['agent', 'agent2']) {
      await page_of(who);
      await presence(who, 'break');
    }
    const at_work = sql(`select u.login from desk d join user_account u on u.id = d.user_id where d.presence = 'available'`);
    expect('nobody is waiting for calls', at_work, at_work.length === 0);
    const mark = phones.mark();
    const id = phones.call(customer.number);
    const [[call]] = await until('the call waits in the queue', () => sql(`select id from interaction where customer_id = ${customer.id} and state = 'waiting'`));
    const board = await until('the wallboard counts it', async () => (await ask('supervisor', 'GET', 'wallboard')).queues, { good: (queues) => queues.some((queue) => queue.waiting > 0) });
    expect('one waits', board, board.reduce((sum, queue) => sum + queue.waiting, 0) === 1);
    phones.order({ do: 'hangup', id });
    const hung = Date.now();
    const rows = await until('a callback of an abandoned call, with a person to call', () => sql(`select b.id, u.name, b.number, b.due_at > now() from callback b join user_account u on u.id = b.user_id where b.customer_id = ${customer.id} and b.kind = 'abandoned' and b.state = 'open'`), { within: 3000 });
    say(`${Date.now() - hung} ms after the caller hung up: ${rows[0][1]} is to call`);
    expect('one callback, to his number, due later', rows, rows.length === 1 && rows[0][2].endsWith(customer.number) && rows[0][3] === 't');
    const outcome = await until('the call is abandoned', () => sql(`select outcome from interaction where id = ${call} and state = 'ended'`));
    expect('abandoned', outcome, outcome[0][0] === 'abandoned');
    expect('no desk rang', phones.since(mark), !phones.since(mark).some((event) => event.ext));
    const told = (await ask('supervisor', 'GET', `customers/${customer.id}/timeline`)).items.map((entry) => entry.kind);
    for (const kind of ['call_arrived', 'call_abandoned', 'callback_promised']) expect(`the timeline has ${kind}`, told, told.includes(kind));
    await back_to_calls('agent');
    await back_to_calls('agent2');
  });
}
