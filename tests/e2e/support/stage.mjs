// SPDX-License-Identifier: Apache-2.0
// Who is on stage: the pages of the people, their desk phones, callers that nobody knows from an earlier test.
import { api, finish, go, signed_in, sign_in, base } from '../console/lib.mjs';
import { Phones } from './phones.mjs';
import { sql } from './system.mjs';
import { expect, until } from './until.mjs';

export const phones = new Phones();
const pages = new Map();
const me = new Map();

/** The page of one person, signed in once. */
export async function page_of(who) {
  if (!pages.has(who)) {
    const page = await signed_in(who);
    page.setDefaultTimeout(15_000);
    pages.set(who, page);
    me.set(who, (await api(page, 'GET', 'me')).body.user);
  }
  return pages.get(who);
}
export async function person(who) {
  await page_of(who);
  return me.get(who);
}

/** The API as that person, refusals are failures. */
export async function ask(who, method, path, body, version) {
  const answer = await api(await page_of(who), method, path, body, version);
  expect(`${method} ${path} as ${who} succeeds`, answer, answer.status < 300);
  return answer.body;
}

export async function leave() {
  phones.close();
  for (const page of pages.values()) await finish(page);
}

export async function presence(who, wanted) {
  await ask(who, 'PUT', 'desk/presence', { presence: wanted, ...(wanted === 'break' ? { reason: 'meal' } : {}) });
  // Whoever becomes free while a caller waits is offered the call before anybody can look.
  const reached = wanted === 'available' ? [wanted, 'offered'] : [wanted];
  await until(`${who} is ${wanted}`, async () => (await ask(who, 'GET', 'desk')).desk.presence, { good: (seen) => reached.includes(seen) });
}

/** Ends the work after a call, if there is any, and waits for calls again. */
export async function back_to_calls(who) {
  const desk = await until(`${who} has no call left`, async () => (await ask(who, 'GET', 'desk')).desk, { good: (seen) => !['talking', 'offered'].includes(seen.presence), within: 10_000 });
  if (desk.presence === 'wrap_up') await ask(who, 'POST', 'desk/wrap-up', { action: 'finish' });
  await presence(who, 'available');
}

const used = new Set();
/** A demo customer who has no open case, no open callback and has not called in this run. */
export function quiet_customer(preferred = '') {
  const rows = sql(`select c.id, c.name, n.number from customer c join customer_number n on n.customer_id = c.id
    where n.number ~ '^[+]861[0-9]{10}$' and not c.provisional and not c.do_not_call
      and (select count(*) from customer_number o where o.number = n.number) = 1
      and not exists (select 1 from case_file f where f.customer_id = c.id and f.state <> 'closed')
      and not exists (select 1 from callback b where b.customer_id = c.id and b.state = 'open')
      and not exists (select 1 from interaction i where i.customer_id = c.id and i.enqueued_at > now() - interval '1 day')
    order by n.number <> '+86${preferred}', c.id limit 60`).filter(([id]) => !used.has(id));
  expect('the demo company has quiet customers with mobile numbers', rows, rows.length > 0);
  const [id, name, number] = rows[0];
  used.add(id);
  return { id: Number(id), name, number: number.slice(3) };
}

export const ringing = (page) => page.locator('[data-call="ringing"]');
export const talking = (page) => page.locator('[data-call="talking"]');

/** The whole history of a case, oldest first. */
export async function history_of(number, who = 'supervisor') {
  const all = [];
  for (let after = ''; ;) {
    const list = await ask(who, 'GET', `cases/${number}/history?limit=200${after}`);
    all.push(...list.items);
    if (!list.next) return all;
    after = `&after=${encodeURIComponent(list.next)}`;
  }
}

export { api, base, go, sign_in };
