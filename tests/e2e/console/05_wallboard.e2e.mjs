// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { api, close_browser, finish, fits, shot, signed_in } from './lib.mjs';

export default async function run(test) {
  await test('the wallboard shows every queue and agent, and follows an agent\'s presence', async () => {
    const page = await signed_in('supervisor');
    const { body: board } = await api(page, 'GET', 'wallboard');
    await page.getByRole('heading', { name: '坐席' }).waitFor();
    for (const queue of board.queues) await page.getByRole('rowheader', { name: queue.name_zh, exact: true }).waitFor();
    const waiting = board.queues.reduce((sum, queue) => sum + queue.waiting, 0);
    assert.equal(await page.locator('[data-figure="waiting"]').textContent(), String(waiting));
    await fits(page);
    await shot(page, 'wallboard-zh-light');
    const agent = await signed_in('agent2');
    const { body: me } = await api(agent, 'GET', 'me');
    await agent.locator('#top-bar [data-presence]').waitFor();
    await agent.keyboard.press('Control+Shift+1');
    await agent.locator('#top-bar [data-presence="available"]').waitFor();
    await page.locator('tr').filter({ hasText: me.user.name }).filter({ hasText: '示闲' }).waitFor();
    await agent.keyboard.press('Control+Shift+3');
    await agent.locator('#top-bar [data-presence="offline"]').waitFor();
    await page.locator('tr').filter({ hasText: me.user.name }).filter({ hasText: '离线' }).waitFor();
    await page.getByRole('button', { name: '大屏模式' }).click();
    await shot(page, 'wallboard-wall-zh-light');
    await fits(page);
    await finish(agent);
    await finish(page);
  });

  await test('the wall stands elsewhere every ten minutes, and never makes a scrollbar', async () => {
    const page = await signed_in('supervisor');
    await page.getByRole('button', { name: '大屏模式' }).click();
    await page.locator('html[data-wall]').waitFor({ state: 'attached' });
    const scrollbars = () =>
      page.evaluate(() =>
        [document.documentElement, document.body, document.querySelector('main')]
          .filter((box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
          .map((box) => box.id || box.tagName),
      );
    for (const [width, height] of [[1920, 1080], [1366, 768]]) {
      await page.setViewportSize({ width, height });
      for (const x of [-6, 0, 6]) {
        for (const y of [-6, 0, 6]) {
          await page.evaluate((shift) => document.documentElement.style.setProperty('--shift', shift), `${x}px ${y}px`);
          const at = await page.evaluate(() => document.querySelector('#top-bar').getBoundingClientRect());
          assert.deepEqual([at.x, at.y], [x, y], 'the whole page is shifted');
          assert.deepEqual(await scrollbars(), [], `${width}×${height} at ${x}, ${y}`);
        }
      }
      await shot(page, `wallboard-shifted-${width}`);
    }
    await page.getByRole('button', { name: '表格模式' }).click();
    await page.locator('html[data-wall]').waitFor({ state: 'detached' });
    await finish(page);
  });
  await close_browser();
}
