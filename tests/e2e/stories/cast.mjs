// SPDX-License-Identifier: Apache-2.0
// What the case studies share: people who are hired for one story, customers nobody knows yet, and the API as
// one of them, where a refusal fails the story.
import assert from 'node:assert/strict';
import { api, base, finish, sign_in, signed_in } from '../console/lib.mjs';
import { sql } from '../support/system.mjs';
import { until } from '../support/until.mjs';

const pages = new Map();
/** The page of one person, signed in once; again when a failure has closed it. */
export async function page_of(who, options = {}) {
  const key = `${who} ${options.lang ?? 'zh'}`;
  if (!pages.has(key) || pages.get(key).isClosed()) pages.set(key, await signed_in(who, options));
  return pages.get(key);
}
export async function all_leave() {
  const there = [...pages.values()].filter((page) => !page.isClosed());
  pages.clear();
  for (const page of there) await finish(page);
}

/** `version` is the one that was seen of what is edited. */
export async function ask(page, method, path, body, version) {
  const { status, body: answer } = await api(page, method, path, body, version);
  assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  return answer;
}
export async function refused(page, method, path, body) {
  const { status, body: answer } = await api(page, method, path, body);
  assert.ok(status >= 400, `${method} ${path} was not refused: ${JSON.stringify(answer)}`);
  return answer.code;
}
export const me_of = async (page) => (await ask(page, 'GET', 'me')).user;

let used = 0;
/** A mobile number that no customer has. */
export const fresh_number = () => `1${3 + (Date.now() % 6)}${String(Date.now()).slice(-7)}${String(++used).padStart(2, '0')}`;
const families = ['示例甲', '示例乙', '示例丙', '示例丁'];
export const fresh_name = () => `${families[++used % families.length]}${String(Date.now()).slice(-5)}${used}`;

/** A customer whom nobody knew before this story. */
export async function new_customer(page, more = {}) {
  const number = fresh_number();
  const card = await ask(page, 'POST', 'customers', { name: fresh_name(), numbers: number, ...more });
  return { id: card.id, name: card.name, number };
}

/**
 * Somebody who is there for one story and may leave in it: the administrator makes the account. `page` is
 * anybody's who can see that the engine has read the new name.
 */
export async function hire(page, { role = 'agent', department = null, office = 'beijing' } = {}) {
  const login = `story${Date.now()}${++used}`;
  const name = `演示员工${String(Date.now()).slice(-5)}${used}`;
  const password = `${login}-example`;
  await ask(await page_of('administrator'), 'POST', 'users', {
    login, name, role, office, email: `${login}@example.test`, languages: ['zh'], password, ...(department && { department }),
  });
  const known = async () => (await ask(page, 'GET', 'reference')).users.find((user) => user.name === name);
  const { id } = await until('the engine has read that somebody was hired', known, { within: 15_000, every: 250 });
  sign_in.users[login] = { login, password };
  return { id, name, login };
}

/** What another system sends, with its token. */
export async function as_system(which, path, body) {
  const response = await fetch(`${base}/api/v1/${path}`, {
    method: 'POST', headers: { Authorization: `Bearer ${sign_in.tokens[which]}`, 'Content-Type': 'application/json', 'Idempotency-Key': `story-${Date.now()}-${++used}` },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.status < 300, `POST ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** What finance has of this customer, as its system sends it. */
export async function import_facts(customer, rows) {
  const external_id = `story-${customer.id}`;
  const source = 'finance';
  const sent = async (kind, lines) => {
    const run = await as_system('finance', 'imports', { kind, source, rows: lines });
    assert.equal(run.refused, 0, JSON.stringify(run));
    assert.equal(run.added, lines.length, JSON.stringify(run));
  };
  await sent('customers', [{ external_id, name: customer.name, numbers: customer.number }]);
  await sent('facts', rows.map((row, index) => ({ external_id: `${external_id}-${index}`, customer: external_id, ...row })));
  return external_id;
}
/** A day so many days from now, as finance writes it. */
export const day_from_now = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** The newest case of that customer. */
export const newest_case = (customer) => sql(`select number from case_file where customer_id = ${customer} order by id desc limit 1`)[0]?.[0];

/** Time that nobody wants to wait for: this clock's step `step` is due now. */
export function wind_forward(clock, step = 'breach') {
  const due = step === 'breach' ? `, due_at = now() - interval '3 seconds'` : '';
  sql(`update sla_clock set step = '${step}', fire_at = now() - interval '3 seconds', version = version + 1${due} where id = ${clock}`);
}
