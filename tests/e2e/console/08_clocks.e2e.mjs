// SPDX-License-Identifier: Apache-2.0
// A clock of a case opens to why it is due when it is: by keyboard, in both languages and themes, with the
// engine's own answer on the screen and nothing for the accessibility checker to find.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { api, base, close_browser, finish, fits, shot, signed_in } from './lib.mjs';

/** A case of the demo company with a clock of the state asked for, and that clock. */
async function case_with(page, list, wanted) {
  const { body } = await api(page, 'GET', `cases?list=${list}&limit=60`);
  for (const { number } of body.items) {
    const { body: row } = await api(page, 'GET', `cases/${number}`);
    const clock = row.clocks.find(wanted);
    if (clock) return { number, clock };
  }
  return null;
}

const explained = async (page, number, clock) => (await api(page, 'GET', `cases/${number}/clocks/${clock.id}`)).body;
const panel = (page) => page.locator('#clock-explained');
const not_cancelled = (clock) => clock.state !== 'cancelled';

async function opened(page, number, clock) {
  await page.goto(`${base}/cases/${number}`);
  const button = page.locator(`#clock-${clock.id}`);
  await button.waitFor();
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  await button.focus();
  await page.keyboard.press('Enter');
  await panel(page).locator('[data-why]').waitFor();
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  assert.equal(await button.getAttribute('aria-controls'), 'clock-explained');
  return button;
}

/** What is on the screen is what the engine said. */
async function agrees(page, number, clock) {
  const told = await explained(page, number, clock);
  const picture = panel(page).locator('svg[role="img"]');
  assert.equal(await picture.locator('[data-span]').count(), told.spans.length);
  assert.equal(await picture.locator('[data-pin="due"]').count(), told.clock.due_at === null ? 0 : 1);
  assert.equal(await picture.locator('[data-pin="now"]').count(), told.clock.ended_at === null ? 1 : 0);
  assert.equal(await panel(page).locator('ol li').count(), told.steps.length);
  for (const state of ['fired', 'next', 'later', 'skipped']) {
    assert.equal(await panel(page).locator(`ol li[data-step="${state}"]`).count(), told.steps.filter((step) => step.state === state).length, state);
  }
  for (const step of told.steps) {
    for (const { name } of step.recipients) if (name !== '') await panel(page).locator('ol').filter({ hasText: name }).waitFor();
  }
  assert.equal(await panel(page).locator('table').first().locator('tbody tr').count(), told.spans.length);
  const text = await panel(page).innerText();
  assert.doesNotMatch(text, /\{\{|undefined|\bNaN\b|Invalid|explain\.|alert_step\.|recipient_role\./);
  // Inside its own frame: no part of the picture is drawn outside it.
  const wide = await picture.evaluate((svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text, rect, g[data-step]')].filter((part) => part.textContent !== '' || part.tagName === 'rect')
      .map((part) => [part.getBoundingClientRect(), part])
      .filter(([box]) => box.width > 0 && (box.left < frame.left - 4 || box.right > frame.right + 4))
      .map(([box, part]) => `${part.tagName} ${part.textContent} ${Math.round(box.left - frame.left)} to ${Math.round(box.right - frame.left)} of ${Math.round(frame.width)}`);
  });
  assert.deepEqual(wide, [], 'something is drawn outside the picture');
  return told;
}

export default async function run(test) {
  for (const [lang, theme] of [['zh', 'light'], ['zh', 'dark'], ['en', 'light'], ['en', 'dark']]) {
    await test(`a clock says why it is due when it is (${lang}, ${theme})`, async () => {
      const page = await signed_in('supervisor', { lang, theme });
      const { number, clock } = await case_with(page, 'open', (one) => one.ended_at === null && one.due_at !== null && one.budget_kind === 'working_time');
      const button = await opened(page, number, clock);
      await agrees(page, number, clock);
      const sentence = await panel(page).locator('[data-why]').innerText();
      assert.match(sentence, lang === 'zh' ? /从 .+ 起.*(规则 .+ 第 \d+ 版|按 .+)。$/ : / from .+, (less .+, )?by .+\.$/);
      await fits(page);
      await shot(page, `clock-${lang}-${theme}`);
      await no_violations(page, `clock ${lang} ${theme}`);
      await panel(page).locator('button[aria-pressed]').click();
      const box = await panel(page).locator('table').first().boundingBox();
      assert.ok(box.height > 40, 'the table is to be seen');
      await no_violations(page, `clock table ${lang} ${theme}`);
      await shot(page, `clock-table-${lang}-${theme}`);
      // Escape on the clock closes; so does the cross, and the focus goes back to the clock.
      await button.focus();
      await page.keyboard.press('Escape');
      await panel(page).waitFor({ state: 'detached' });
      await page.keyboard.press('Enter');
      await panel(page).locator('h2 ~ button').press('Enter');
      await panel(page).waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement.id), `clock-${clock.id}`);
      await finish(page);
    });
  }

  await test('one clock is open at a time, and each kind and state of the demo company is explained', async () => {
    const page = await signed_in('supervisor');
    const seen = new Map();
    const { body } = await api(page, 'GET', 'cases?list=all&limit=100');
    for (const { number } of body.items) {
      const { body: row } = await api(page, 'GET', `cases/${number}`);
      for (const clock of row.clocks.filter(not_cancelled)) {
        const key = `${clock.kind} ${clock.state} ${clock.ended_at === null} ${clock.budget_kind}`;
        if (!seen.has(key)) seen.set(key, { number, clock });
      }
      if (seen.size >= 14) break;
    }
    assert.ok(seen.size >= 5, `the demo company has clocks of several kinds and states: ${[...seen.keys()].join(', ')}`);
    for (const { number, clock } of seen.values()) {
      await opened(page, number, clock);
      const told = await agrees(page, number, clock);
      assert.equal(told.spans[0]?.from ?? told.until, told.clock.started_at);
      assert.equal(await page.locator('button[aria-expanded="true"][id^="clock-"]').count(), 1);
    }
    const other = page.locator('button[aria-expanded="false"][id^="clock-"]').first();
    if ((await other.count()) > 0) {
      await other.click();
      assert.equal(await page.locator('button[aria-expanded="true"][id^="clock-"]').count(), 1);
    }
    await finish(page);
  });

  await test('a pause is on the picture, with who and why, and its clock says that it stands still', async () => {
    const page = await signed_in('supervisor');
    const found = await case_with(page, 'open', (one) => one.kind === 'resolution' && one.state === 'running');
    assert.ok(found, 'the demo company has a running resolution clock');
    const { number, clock } = found;
    const before = await explained(page, number, clock);
    const paused = await api(page, 'POST', `cases/${number}/pause`, { reason: 'waiting_for_parts', until: new Date(Date.now() + 3 * 86_400_000).toISOString() });
    assert.equal(paused.status, 200, JSON.stringify(paused.body));
    await opened(page, number, clock);
    const told = await agrees(page, number, clock);
    assert.equal(told.clock.due_at, null);
    assert.equal(told.pauses.at(-1).to, null);
    assert.equal(told.budget_s, before.budget_s);
    const { body: me } = await api(page, 'GET', 'me');
    await panel(page).getByText(`等待备件，${me.user.name} 于`).waitFor();
    await shot(page, 'clock-paused-zh-light');
    await no_violations(page, 'a paused clock');
    // Going on makes it due again; the open panel follows by itself.
    assert.equal((await api(page, 'POST', `cases/${number}/unpause`, {})).status, 200);
    await panel(page).locator('[data-pin="due"]').waitFor({ state: 'attached' });
    await finish(page);
  });
  await close_browser();
}
