// SPDX-License-Identifier: Apache-2.0
// Scenes that the chapters about crashes share.
import { readFileSync, readdirSync } from 'node:fs';
import { ask, page_of, person, phones, ringing, talking } from './stage.mjs';
import { kills, mails, sql } from './system.mjs';
import { expect, say, until } from './until.mjs';

/** The customer calls and the agent answers on the desk phone; the answer is the call's id among the phones. */
export async function talk_with(who, customer) {
  const page = await page_of(who);
  const mark = phones.mark();
  const id = phones.call(customer.number);
  await ringing(page).waitFor();
  const desk = (await person(who)).extension;
  await phones.event('the desk phone rings', { ev: 'ringing', ext: desk }, mark);
  phones.order({ do: 'answer', ext: desk });
  await talking(page).waitFor();
  await phones.event('the caller hears somebody', { ev: 'up', id }, mark);
  return id;
}

/** Fails when a leg of that call has ended since the mark. */
export function steady_call(id, mark) {
  const over = phones.since(mark).filter((event) => ['ended', 'failed'].includes(event.ev) && (event.id === id || event.ext));
  expect('the call goes on', over, over.length === 0);
}

/** A complaint for the repair centre with a callback promised in so many seconds. */
export async function new_complaint(who, customer, in_s, more = {}) {
  const row = await ask(who, 'POST', 'cases', {
    customer_id: customer.id, category: 'wxcs', text: '测试：送修两周没有消息。', callback: { at: new Date(Date.now() + in_s * 1000).toISOString() }, number: customer.number, ...more,
  });
  expect('it is dispatched with a callback', row, row.dispatches.length === 1 && row.callbacks.length === 1);
  return row;
}

/** The callback clock of this case breaches: each step once for each recipient, at most so many seconds late. */
export async function breach_of(row, late_s) {
  const clock = row.clocks.find((entry) => entry.kind === 'callback');
  const fired = () => sql(`select a.step, u.login, extract(epoch from a.fired_at - a.due_at), a.role from alert a join user_account u on u.id = a.recipient_id where a.clock_id = ${clock.id} order by a.id`);
  await until('liaison and back-line are alerted of the breach', fired, {
    within: Math.max(0, Date.parse(clock.due_at) - Date.now()) + late_s * 1000 + 4000,
    good: (rows) => ['liaison', 'back_line'].every((role) => rows.some((alert) => alert[0] === 'breach' && alert[3] === role)),
  });
  const rows = fired();
  const breach = rows.filter((alert) => alert[0] === 'breach');
  say(`breach ${Math.round(Math.max(...breach.map((alert) => Number(alert[2]))) * 1000)} ms after its instant`);
  expect(`the breach at most ${late_s} s late, not early`, breach, breach.every((alert) => Number(alert[2]) >= 0 && Number(alert[2]) < late_s));
  const keys = rows.map((alert) => `${alert[0]} ${alert[1]}`);
  expect('one alert for each step and recipient', keys, new Set(keys).size === keys.length);
  const told = sql(`select data->>'step', count(*) from history where case_id = ${row.id} and kind in ('clock_warned', 'clock_breached') and (data->>'clock')::bigint = ${clock.id} group by 1`);
  expect('the history has each step once', told, told.every((entry) => entry[1] === '1'));
}

const folder = `${process.env.E2E_DATA}/mail`;
const message_id = (file) => /^Message-ID: *(\S+)/im.exec(readFileSync(`${folder}/${file}`, 'utf8'))?.[1];
function sent_again() {
  const ids = readdirSync(folder).filter((name) => name.endsWith('.eml')).map(message_id);
  return ids.length - new Set(ids).size;
}
const sent_again_before = sent_again();

/** Questions that must have no answer, whatever was killed. */
export function no_doubles() {
  const questions = {
    'an alert twice': `select clock_id, cycle, step, recipient_id, count(*) from alert group by 1, 2, 3, 4 having count(*) > 1`,
    'an alert twice in the history': `select alert, count(*) from history, jsonb_array_elements(data->'alerts') alert where kind in ('clock_warned', 'clock_breached') group by 1 having count(*) > 1`,
    'a breach twice in the history': `select data->>'clock', data->>'step', count(*) from history where kind = 'clock_breached' and at > now() - interval '1 hour' group by 1, 2 having count(*) > 1`,
    'a call answered twice': `select interaction_id, count(*) from offer o where state = 'accepted' and offered_at > now() - interval '1 hour' and not exists (select from transfer t where t.interaction_id = o.interaction_id) group by 1 having count(*) > 1`,
    'a call that arrived twice': `select interaction_id, kind, count(*) from history where kind in ('call_arrived', 'call_ended', 'call_abandoned') and at > now() - interval '1 hour' group by 1, 2 having count(*) > 1`,
    'an attempt twice': `select callback_id, number, count(*) from callback_attempt group by 1, 2 having count(*) > 1`,
    'two open callbacks for one matter': `select customer_id, case_id, kind, count(*) from callback where state = 'open' group by 1, 2, 3 having count(*) > 1`,
    'a mail twice to one recipient': `select effect_key, recipient, channel, count(*) from notice group by 1, 2, 3 having count(*) > 1`,
    'an event that broke a rule': `select id, source, why from parked_event`,
  };
  for (const [what, query] of Object.entries(questions)) {
    const rows = sql(query);
    expect(`not ${what}`, rows, rows.length === 0);
  }
  // An engine that is killed between a mail server's yes and its own note of it sends that mail again, under the
  // same Message-ID; some are under way at once. Nobody is sent one thing as two different mails.
  const again = sent_again() - sent_again_before;
  say(`${again} mails sent again under the same Message-ID, ${kills()} kills`);
  expect(`mails are sent again only after one of the ${kills()} kills`, again, again <= 4 * kills());
  const told = new Map();
  for (const mail of mails('')) {
    const about = `${mail.to}\n${mail.subject}\n${mail.text}`;
    const id = message_id(mail.file);
    expect(`one Message-ID for ${mail.subject} to ${mail.to}`, [told.get(about), id], [undefined, id].includes(told.get(about)));
    told.set(about, id);
  }
}
