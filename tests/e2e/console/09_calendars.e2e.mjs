// SPDX-License-Identifier: Apache-2.0
// Working calendars in the browser: the year as the engine knows it, keyboard, a day changed and saved with
// its preview, a file imported, two editors at once, readers who may not write; both languages and themes.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, shot, signed_in } from './lib.mjs';

const open = async (who, options) => {
  const page = await signed_in(who, options);
  await page.goto(`${base}/admin/calendars`);
  await page.locator('[data-date]').first().waitFor();
  return page;
};
const day = (page, date) => page.locator(`[data-date="${date}"]`);
const year = (page) => page.locator('h2').filter({ hasText: /^\d{4}$/ });
async function to_year(page, wanted) {
  for (let tries = 0; tries < 30 && Number(await year(page).textContent()) !== wanted; tries += 1) {
    const back = Number(await year(page).textContent()) > wanted;
    await page.getByRole('button', { name: back ? '上一年' : '下一年' }).click();
  }
  assert.equal(Number(await year(page).textContent()), wanted);
}
async function choose_calendar(page, name) {
  await page.getByRole('button', { name }).click();
}
const put = (page, code, calendar, version) =>
  page.evaluate(
    async ([path, body, match]) => (await fetch(path, { method: 'PUT', headers: { 'Content-Type': 'application/json', 'If-Match': match }, body })).status,
    [`/api/v1/calendars/${code}`, JSON.stringify(calendar), `"${version}"`],
  );

const notice = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'X-WR-CALNAME:样例', 'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20270206', 'DTEND;VALUE=DATE:20270213',
  'SUMMARY:春节（休）', 'END:VEVENT', 'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20270220', 'SUMMARY:春节（班）', 'END:VEVENT',
  'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20270214', 'SUMMARY:某个纪念日', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');

export default async function run(test) {
  let before_all = null;
  await test('the year shows each day as the engine counts it', async () => {
    const page = await open('manager');
    before_all = (await api(page, 'GET', 'calendars')).body.items;
    await choose_calendar(page, '中国办公时间');
    for (const wanted of [2025, 2026]) {
      await to_year(page, wanted);
      const { body } = await api(page, 'GET', `calendars/china-office/year/${wanted}`);
      const shown = await page.locator('[data-date]').evaluateAll((all) => all.map((one) => [one.dataset.date, one.dataset.look]));
      assert.equal(shown.length, body.days.length);
      for (const [index, [date, look]] of shown.entries()) {
        const truth = body.days[index];
        assert.equal(date, truth.date);
        const kind = look === 'closed' || look === 'holiday' ? look : 'working';
        assert.equal(kind, truth.kind, `${date} is ${look}`);
        if (look === 'make_up') assert.ok(truth.date_specific, date);
      }
    }
    assert.equal(await day(page, '2026-02-14').getAttribute('data-look'), 'make_up');
    const sign = (date) => day(page, date).evaluate((one) => getComputedStyle(one, '::after').content);
    assert.equal(await sign('2026-02-14'), '"班"');
    assert.equal(await sign('2026-02-17'), '"休"');
    assert.equal(await page.locator('[data-unpublished]').count(), 0);
    await to_year(page, 2027);
    assert.match(await page.locator('[data-unpublished]').textContent(), /2027 年的节假日安排尚未公布/);
    assert.equal(await page.getByRole('button', { name: '导入节假日' }).count(), 0, 'a manager reads');
    await finish(page);
  });

  await test('the keyboard walks through the year and changes a day', async () => {
    const page = await open('administrator');
    await choose_calendar(page, '中国办公时间');
    await to_year(page, 2026);
    await day(page, '2026-12-30').click();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.equal(Number(await year(page).textContent()), 2027, 'the arrows go over the end of the year');
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.date), '2026-12-25');
    await page.keyboard.press('PageUp');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.date), '2026-11-25');
    await page.keyboard.press('2');
    assert.equal(await day(page, '2026-11-25').getAttribute('data-look'), 'holiday');
    await page.keyboard.press('1');
    assert.equal(await day(page, '2026-11-25').getAttribute('data-look'), 'working');
    await page.getByText('更改还没有保存').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'radio');
    await finish(page);
  });

  await test('a half day is saved after its effect was shown', async () => {
    const page = await open('administrator');
    await choose_calendar(page, '中国办公时间');
    await to_year(page, 2026);
    await day(page, '2026-12-31').click();
    await page.keyboard.press('3');
    await page.fill('#day-name_zh', '提前下班');
    await page.fill('#day-name_en', 'Half day');
    await page.fill('#day-hours', '9-12');
    assert.equal(await page.locator('#day-hours').getAttribute('aria-invalid'), 'true');
    await page.fill('#day-hours', '09:00-12:00');
    assert.equal(await day(page, '2026-12-31').getAttribute('data-look'), 'short');
    const before = await api(page, 'GET', 'calendars/china-office/year/2026');
    assert.equal(before.body.days.at(-1).working_s, 9 * 3600, 'nothing is saved yet');
    await page.getByRole('button', { name: '查看影响并保存' }).click();
    const effect = page.locator('[data-preview]');
    await effect.waitFor();
    assert.match(await effect.textContent(), /正在计时 [\d,]+ 个/);
    await page.fill('#save-note', '年末');
    await page.keyboard.press('Control+Enter');
    await page.getByText('日历已保存').waitFor();
    const after = await api(page, 'GET', 'calendars/china-office/year/2026');
    assert.equal(after.body.days.at(-1).working_s, 3 * 3600);
    assert.equal(after.body.days.at(-1).name_zh, '提前下班');
    await finish(page);
  });

  await test('shorter weeks say which clocks move', async () => {
    const page = await open('administrator');
    await choose_calendar(page, '中国办公时间');
    await page.getByRole('button', { name: '工时与时区' }).click();
    for (const name of ['mon', 'tue', 'wed', 'thu', 'fri']) await page.fill(`#week-${name}`, '09:00-10:00');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: '查看影响并保存' }).click();
    const effect = page.locator('[data-preview]');
    await effect.waitFor();
    assert.match(await effect.textContent(), /[1-9][\d,]* 个时限会变动，其中 \d+ 个将超时/);
    await page.getByRole('dialog').locator('tbody tr').first().waitFor();
    await shot(page, 'calendars-preview-zh-light');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '丢弃' }).click();
    await finish(page);
  });

  await test('a file is read, shown and taken over', async () => {
    const page = await open('administrator');
    await choose_calendar(page, '中国办公时间');
    await page.getByRole('button', { name: '导入节假日' }).click();
    await page.fill('#import-text', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR');
    await page.getByRole('button', { name: '读取' }).click();
    await page.getByRole('alert').filter({ hasText: 'iCalendar' }).waitFor();
    await page.setInputFiles('#import-file', { name: '2027.ics', mimeType: 'text/calendar', buffer: Buffer.from(notice) });
    await page.getByRole('button', { name: '读取' }).click();
    await page.getByText('节假日 7 天，调休上班 1 天').waitFor();
    await page.getByText('没有休或班的标记').waitFor();
    assert.equal(await page.inputValue('#import-until'), '2027-12-31');
    await page.fill('#import-until', '2027-02-28');
    await no_violations(page, 'calendar import');
    await shot(page, 'calendars-import-zh-light');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await day(page, '2027-02-08').getAttribute('data-look'), 'holiday');
    assert.equal(await day(page, '2027-02-20').getAttribute('data-look'), 'make_up');
    assert.equal(await day(page, '2027-02-14').getAttribute('data-look'), 'closed');
    assert.match(await page.locator('[data-unpublished]').textContent(), /2027-02-28 之后/);
    await page.getByRole('button', { name: '查看影响并保存' }).click();
    await page.locator('[data-preview]').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('日历已保存').waitFor();
    const { body } = await api(page, 'GET', 'calendars/china-office/year/2027');
    assert.equal(body.days.find((row) => row.date === '2027-02-20').kind, 'working');
    assert.equal(body.known_until, '2027-02-28');
    await finish(page);
  });

  await test('what somebody else saved is not overwritten unseen', async () => {
    const page = await open('administrator');
    await choose_calendar(page, '中国办公时间');
    await to_year(page, 2026);
    await day(page, '2026-12-24').click();
    await page.keyboard.press('2');
    const { body: list } = await api(page, 'GET', 'calendars');
    const theirs = list.items.find((row) => row.code === 'china-office');
    const hotline = list.items.find((row) => row.code === 'china-hotline');
    // Another calendar first: that is no conflict; then the same one.
    assert.equal(await put(page, 'china-hotline', { ...hotline, name_en: `${hotline.name_en}.` }, list.version), 200);
    assert.equal(await put(page, 'china-office', { ...theirs, name_en: `${theirs.name_en}.` }, list.version + 1), 200);
    await page.getByRole('button', { name: '查看影响并保存' }).click();
    await page.locator('[data-preview]').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('别人已保存了同一个日历').waitFor();
    await no_violations(page, 'calendar conflict');
    await shot(page, 'calendars-conflict-zh-light');
    await page.getByRole('button', { name: '以我的为准' }).click();
    // Its effect is shown anew: it is another calendar now.
    await page.getByText('别人已保存了同一个日历').waitFor({ state: 'detached' });
    await page.locator('[data-preview]').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('日历已保存').waitFor();
    const { body: now } = await api(page, 'GET', 'calendars');
    const office = now.items.find((row) => row.code === 'china-office');
    assert.ok(office.holidays.some((row) => row.date === '2026-12-24'));
    assert.equal(office.name_en, `${theirs.name_en}.`, 'and what only the other has touched');
    assert.equal(now.items.find((row) => row.code === 'china-hotline').name_en, `${hotline.name_en}.`, 'the other calendar stays');
    await finish(page);
  });

  await test('the calendars are put back as they were', async () => {
    const page = await open('administrator');
    for (const calendar of before_all) {
      const { body } = await api(page, 'GET', 'calendars');
      assert.equal(await put(page, calendar.code, calendar, body.version), 200, calendar.code);
    }
    assert.deepEqual((await api(page, 'GET', 'calendars')).body.items, before_all);
    await finish(page);
  });

  for (const lang of ['zh', 'en']) {
    for (const theme of ['light', 'dark']) {
      await test(`calendars in ${lang}, ${theme}`, async () => {
        const page = await open('administrator', { lang, theme });
        await page.locator('button.row').first().click();
        await day(page, `${(await year(page).textContent()).trim()}-10-01`).click();
        const text = await page.locator('body').innerText();
        assert.doesNotMatch(text, /\{\{|undefined|\bNaN\b|\[object |calendars\./);
        await fits(page);
        const spare = await page.locator('[data-date]').first().evaluate((one) => {
          const scroller = one.closest('.overflow-auto');
          return scroller.clientHeight - scroller.scrollHeight;
        });
        assert.ok(spare >= 0, `the year scrolls by ${-spare} px`);
        await no_violations(page, `calendars-${lang}-${theme}`);
        await shot(page, `calendars-${lang}-${theme}`);
        await page.locator('section').first().locator('.btn').first().click();
        await page.locator('#week-mon').waitFor();
        await no_violations(page, `calendars-week-${lang}-${theme}`);
        await shot(page, `calendars-week-${lang}-${theme}`);
        await finish(page);
      });
    }
  }
  await close_browser();
}
