// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { axeSource } from './lib.mjs';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Runs the checker through the debugger, which the page's own policy does not concern. */
export async function no_violations(page, name) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(async (wanted) => axe.run(document, { runOnly: { type: 'tag', values: wanted } }), tags);
  const told = violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary?.split('\n').at(1)?.trim()})`).join('; ')}`);
  assert.deepEqual(told, [], name);
}
