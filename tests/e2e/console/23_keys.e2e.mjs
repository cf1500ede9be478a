// SPDX-License-Identifier: Apache-2.0
// One's own keys: chosen, refused with the reason, printed on buttons and sheet, kept over a reload, taken back.
import assert from 'node:assert/strict';
import { no_violations } from './axe.mjs';
import { close_browser, finish, fits, shot, signed_in } from './lib.mjs';

const words = {
  zh: { own: '自定按键', close: '知道了', taken: /F7 已是“转接.*”（任何地方）的键/, browser: /Ctrl T 归浏览器或输入法使用/, typing: /会变成文字/, given: /已设好/, back: '全部恢复标准键' },
  en: { own: 'Own keys', close: 'Close', taken: /F7 is the key of "Transfer the call" \(Anywhere\)/, browser: /Ctrl T belongs to the browser or the input method/, typing: /would become text/, given: /is Ctrl B now/, back: 'All back to standard' },
};
const looks = [['zh', 'light'], ['zh', 'dark'], ['en', 'light'], ['en', 'dark']];

export default async function run(test) {
  for (const [lang, theme] of looks) {
    await test(`an action gets another key, and buttons and sheets print it (${lang}, ${theme})`, async () => {
      const say = words[lang];
      const page = await signed_in('agent', { lang, theme });
      await page.locator('aside h2').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').getByRole('button', { name: say.own }).click();
      const row = page.locator('[data-key="search"]');
      const press = async (key) => {
        await page.keyboard.press(key);
        return row.locator('[role="alert"],[role="status"]').textContent();
      };
      await row.getByRole('button').last().click();
      assert.match(await press('F7'), say.taken);
      assert.match(await press('Control+t'), say.browser);
      assert.match(await press('k'), say.typing);
      await fits(page);
      await no_violations(page, 'own keys');
      await shot(page, `own-keys-refused-${lang}-${theme}`);
      assert.match(await press('Control+b'), say.given);
      await shot(page, `own-keys-${lang}-${theme}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.locator('#top-bar .keycap').getByText('Ctrl B').waitFor();
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+b');
      await page.getByRole('dialog').locator('input').first().waitFor();
      assert.equal(await page.getByRole('dialog').count(), 1);
      await page.reload();
      await page.locator('#top-bar .keycap').getByText('Ctrl B').waitFor();
      await page.keyboard.press('?');
      const sheet = page.getByRole('dialog');
      await sheet.locator('.keycap').getByText('Ctrl B').waitFor();
      await no_violations(page, 'key sheet');
      await shot(page, `key-sheet-${lang}-${theme}`);
      await page.emulateMedia({ media: 'print' });
      await page.setViewportSize({ width: 1031, height: 703 }); // A4 across, without its margins
      assert.equal(await page.locator('#top-bar').isVisible(), false);
      const paper = await page.evaluate(() => document.querySelector('.dialog-printed').getBoundingClientRect());
      assert.ok(paper.bottom <= 703 && paper.right <= 1031, `the sheet is one page: ${JSON.stringify(paper)}`);
      await shot(page, `key-sheet-printed-${lang}-${theme}`);
      await page.emulateMedia({ media: null });
      await page.setViewportSize({ width: 1366, height: 768 });
      await page.keyboard.press('Escape');
      await page.locator('#top-bar button[aria-haspopup="menu"]').click();
      await page.getByRole('menuitem', { name: say.own }).click();
      await page.getByRole('button', { name: say.back }).click();
      await page.keyboard.press('Escape');
      await page.locator('#top-bar .keycap').getByText('Ctrl K').waitFor();
      await finish(page);
    });
  }
  await close_browser();
}
