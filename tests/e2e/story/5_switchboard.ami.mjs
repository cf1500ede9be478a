// SPDX-License-Identifier: Apache-2.0
// A PBX that routes by itself: app_queue rings whom it likes, the engine listens on the manager port. The record
// opens where the telephone rings, everything is in the history, and what the console may do there works.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { shot } from '../console/lib.mjs';
import { ask, back_to_calls, page_of, person, phones, presence, quiet_customer, talking } from '../support/stage.mjs';
import { sql } from '../support/system.mjs';
import { expect, say, until } from '../support/until.mjs';

const peer = (...words) => execFileSync(fileURLToPath(new URL('../../../ops/asterisk/peer', import.meta.url)), words, { encoding: 'utf8' });
const call_of = (customer) => sql(`select id, state, outcome, coalesce(agent_id, 0), callback_id from interaction where customer_id = ${customer.id} order by id desc limit 1`)[0] ?? [];
const ended = (customer, outcome) => until(`the call has ended as ${outcome}`, () => call_of(customer), { within: 10_000, good: ([, state, seen]) => state === 'ended' && seen === outcome });
const member = (extension) => peer('cli', 'queue show service').split('\n').find((line) => line.includes(`PJSIP/${extension})`)) ?? '';
const paused = (extension, wanted) => until(`${extension} is ${wanted ? '' : 'not '}paused in the queue`, () => member(extension), { within: 8000, good: (line) => line !== '' && line.includes('paused') === wanted });

const abandoned = () => /A:(\d+)/.exec(peer('cli', 'queue show service'))?.[1];

export default async function play(step) {
  const story = {};

  await step('the link is up; agents become members by being ready', async () => {
    await page_of('agent');
    story.me = await person('agent');
    story.other = await person('agent2');
    // Whoever else is a member of the queue is busy: it is about these two.
    for (const ext of ['1001', '1002', '1003', '1004', '1005', '1006']) phones.desk(ext, 'busy');
    phones.desk(story.me.extension);
    phones.desk(story.other.extension);
    phones.order({ do: 'trunk', mode: 'auto' });
    await until('the console says that the telephones work', async () => (await fetch(`${process.env.FIRSTHAND_URL}/readyz`)).json(), { within: 15_000, good: (health) => JSON.stringify(health).includes('"telephony":true') });
    await back_to_calls('agent');
    await presence('agent2', 'offline');
    await paused(story.me.extension, false);
    await paused(story.other.extension, true);
  });

  await step('the queue rings the agent: the record opens before anybody answers', async () => {
    story.customer = quiet_customer();
    const page = await page_of('agent');
    const mark = phones.mark();
    story.call = phones.call(story.customer.number, '6001');
    await phones.event('the desk phone rings', { ev: 'ringing', ext: story.me.extension }, mark, 20_000);
    const began = Date.now();
    await page.locator('[data-pane="right"]').getByText(story.customer.name).first().waitFor();
    await page.locator('[data-call="on_phone"]').waitFor();
    expect('only the telephone can answer', await page.locator('[data-call] button').count(), (await page.locator('[data-call] button').count()) === 0);
    say(`${Date.now() - began} ms from the telephone's ring to the record`);
    await shot(page, 'switchboard-ringing');
    expect('the call is at this desk', call_of(story.customer), call_of(story.customer)[3] === String(story.me.id));
  });

  await step('the telephone answers, the console follows; the end and its history', async () => {
    const page = await page_of('agent');
    phones.order({ do: 'answer', ext: story.me.extension });
    await talking(page).waitFor();
    await shot(page, 'switchboard-talking');
    const [id] = call_of(story.customer);
    phones.order({ do: 'hold', ext: story.me.extension });
    await until('the hold is seen', () => call_of(story.customer), { good: ([, state]) => state === 'held' });
    phones.order({ do: 'resume', ext: story.me.extension });
    await until('and its end', () => call_of(story.customer), { good: ([, state]) => state === 'talking' });
    phones.order({ do: 'hangup', id: story.call });
    await ended(story.customer, 'handled');
    const kinds = sql(`select kind, data->>'reason' from history where interaction_id = ${id} order by id`).map(([kind]) => kind);
    expect('the history has each step once', kinds, JSON.stringify(kinds) === JSON.stringify(['call_arrived', 'offer_made', 'call_answered', 'call_held', 'call_resumed', 'call_ended']));
    await until('the work after the call', async () => (await ask('agent', 'GET', 'desk')).desk.presence, { good: (seen) => seen === 'wrap_up' });
    await paused(story.me.extension, true);
    await back_to_calls('agent');
    await paused(story.me.extension, false);
  });

  await step('a caller who gives up is promised a call; the console dials it from the agent\'s phone', async () => {
    const customer = quiet_customer();
    let mark = phones.mark();
    const id = phones.call(customer.number, '6001');
    await phones.event('the desk phone rings', { ev: 'ringing', ext: story.me.extension }, mark, 20_000);
    phones.order({ do: 'hangup', id });
    await ended(customer, 'abandoned');
    const [, , , , callback] = call_of(customer);
    expect('a callback stands in its place', callback, Number(callback) > 0);
    await back_to_calls('agent');
    mark = phones.mark();
    await ask('agent', 'POST', `callbacks/${callback}/dial`, {});
    await phones.event('the agent\'s own phone rings first', { ev: 'ringing', ext: story.me.extension }, mark, 10_000);
    expect('the customer is not called yet', phones.since(mark), !phones.since(mark).some((event) => event.number));
    phones.order({ do: 'answer', ext: story.me.extension });
    await phones.event('then the customer\'s', { ev: 'up', number: customer.number }, mark, 10_000);
    await until('the two talk', () => call_of(customer), { good: ([, state]) => state === 'talking' });
    const page = await page_of('agent');
    await shot(page, 'switchboard-callback');
    phones.order({ do: 'hangup', number: customer.number });
    await ended(customer, 'handled');
    await ask('agent', 'POST', `callbacks/${callback}/attempts`, { outcome: 'reached', note: '已回电' });
    await back_to_calls('agent');
  });

  await step('a customer who is busy: the attempt is recorded by the line itself', async () => {
    const customer = quiet_customer();
    let mark = phones.mark();
    const id = phones.call(customer.number, '6001');
    await phones.event('the desk phone rings', { ev: 'ringing', ext: story.me.extension }, mark, 20_000);
    phones.order({ do: 'hangup', id });
    await ended(customer, 'abandoned');
    const [, , , , callback] = call_of(customer);
    await back_to_calls('agent');
    phones.order({ do: 'trunk', number: customer.number, mode: 'busy' });
    mark = phones.mark();
    await ask('agent', 'POST', `callbacks/${callback}/dial`, {});
    await phones.event('the agent\'s own phone rings', { ev: 'ringing', ext: story.me.extension }, mark, 10_000);
    phones.order({ do: 'answer', ext: story.me.extension });
    await until('busy is on record', () => sql(`select outcome from callback_attempt where callback_id = ${callback}`), { within: 10_000, good: (rows) => rows[0]?.[0] === 'busy' });
    await back_to_calls('agent');
  });

  await step('a break pauses the member with its reason', async () => {
    await presence('agent', 'break');
    await paused(story.me.extension, true);
    expect('the queue knows why', member(story.me.extension), member(story.me.extension).includes('meal'));
    await presence('agent', 'available');
    await paused(story.me.extension, false);
  });

  await step('a caller with an open case goes to its owner before he stands in the queue', async () => {
    story.sticky = quiet_customer();
    await ask('agent', 'POST', 'cases', { customer_id: story.sticky.id, category: 'wxcs', text: '送修两周没有消息。', number: story.sticky.number });
    // The other is free as well and would be the queue's next.
    await page_of('agent2');
    await back_to_calls('agent2');
    await paused(story.other.extension, false);
    const mark = phones.mark();
    const before = abandoned();
    const id = phones.call(story.sticky.number, '6001');
    await phones.event('the owner\'s phone rings', { ev: 'ringing', ext: story.me.extension }, mark, 10_000);
    expect('nobody else\'s does', phones.since(mark), !phones.since(mark).some((event) => event.ev === 'ringing' && event.ext === story.other.extension));
    phones.order({ do: 'answer', ext: story.me.extension });
    await until('the owner talks', () => call_of(story.sticky), { good: ([, state, , agent]) => state === 'talking' && agent === String(story.me.id) });
    expect('the queue has not counted him as abandoned', peer('cli', 'queue show service'), abandoned() === before);
    phones.order({ do: 'hangup', id });
    await ended(story.sticky, 'handled');
    await back_to_calls('agent');
  });

  await step('an owner who is away is not waited for: the queue takes the caller', async () => {
    await presence('agent', 'break');
    const mark = phones.mark();
    const id = phones.call(story.sticky.number, '6001');
    await phones.event('the other phone rings', { ev: 'ringing', ext: story.other.extension }, mark, 20_000);
    phones.order({ do: 'answer', ext: story.other.extension });
    await until('the other talks', () => call_of(story.sticky), { good: ([, state, , agent]) => state === 'talking' && agent === String(story.other.id) });
    phones.order({ do: 'hangup', id });
    await ended(story.sticky, 'handled');
    await back_to_calls('agent2');
    await presence('agent2', 'offline');
    await presence('agent', 'available');
  });

  await step('Asterisk is killed in a call and started again: the call has ended, the next one is seen', async () => {
    const customer = quiet_customer();
    await paused(story.me.extension, false);
    let mark = phones.mark();
    phones.call(customer.number, '6001');
    await phones.event('the desk phone rings', { ev: 'ringing', ext: story.me.extension }, mark, 20_000);
    phones.order({ do: 'answer', ext: story.me.extension });
    await until('they talk', () => call_of(customer), { good: ([, state]) => state === 'talking' });
    peer('kill');
    phones.order({ do: 'hangup', ext: story.me.extension });
    peer('start');
    await until('the call has ended with the PBX', () => sql(`select data->>'reason' from history where kind = 'call_ended' and interaction_id = ${call_of(customer)[0]}`), { within: 20_000, good: (rows) => ['pbx_lost', 'engine_gap'].includes(rows[0]?.[0]) });
    await back_to_calls('agent');
    await paused(story.me.extension, false);
    const next = quiet_customer();
    mark = phones.mark();
    const id = phones.call(next.number, '6001');
    await phones.event('the desk phone rings again', { ev: 'ringing', ext: story.me.extension }, mark, 20_000);
    phones.order({ do: 'hangup', id });
    await ended(next, 'abandoned');
    await back_to_calls('agent');
  });
}
