// SPDX-License-Identifier: Apache-2.0
// Five hundred calls at up to twenty a second, with faults at random instants. Afterwards PostgreSQL and Asterisk are
// asked: every call has one story that can be, every promise one owner, and nothing is left over anywhere.
//   E2E_SEED        repeats a run's plan (calls, tempers, faults); the run prints its own
//   E2E_HERD_CALLS  500   E2E_HERD_AGENTS  30   E2E_HERD_FAULTS  which kinds, with commas between (herd.mjs), or none
//   E2E_HERD_ENGINES  1   more: agents sit at all of them, and any may die at any moment
import { phones, quiet_customer, sign_in } from '../support/stage.mjs';
import { another_engine, kills, sql } from '../support/system.mjs';
import { expect, say, until } from '../support/until.mjs';
import { first_engine } from '../herd/faults.mjs';
import { Herd } from '../herd/herd.mjs';
import { of_the_bridges, of_the_histories, of_the_pbx, of_the_store, of_what_is_left } from '../herd/invariants.mjs';
import { story_of } from '../herd/tell.mjs';
import { rest } from '../herd/chance.mjs';

const number = (name, otherwise) => Number.parseInt(process.env[name] ?? '', 10) || otherwise;
const STORIES_MAX = 4;

export default async function play(step) {
  const seed = number('E2E_SEED', Math.floor(Math.random() * 1e9));
  const engines = [first_engine];
  for (let n = 2; n <= number('E2E_HERD_ENGINES', 1); n += 1) engines.push(await another_engine(`herd-${n}`));
  const herd = new Herd({
    engines, seed, phones, calls: number('E2E_HERD_CALLS', 500), agents: number('E2E_HERD_AGENTS', 30),
    ...(process.env.E2E_HERD_FAULTS ? { kinds: process.env.E2E_HERD_FAULTS.split(',').filter((kind) => kind !== 'none') } : {}),
  });
  say(`E2E_SEED=${seed}: ${herd.plan.length} calls in ${Math.round(herd.lasts_ms / 1000)} s`);
  let since = '';
  const known = [];

  // One that fails does not hide the others.
  let failed = null;
  const check = (name, work) => step(name, work).catch((error) => { failed ??= error; });
  /** Fails with what was found and the story of the first calls concerned. */
  const none_of = (what, found) => {
    if (found.length === 0) return;
    const told = new Set();
    for (const { call, number: of = '' } of found) {
      if (told.size >= STORIES_MAX || (!call && !of) || told.has(call ?? of)) continue;
      told.add(call ?? of);
      console.log(story_of(call, { phones: phones.since(0), ari: herd.ari, faults: herd.faults }, of));
    }
    throw new Error(`E2E_SEED=${seed}: ${what}: ${found.length}\n${found.slice(0, 40).map((one) => `  call ${one.call}: ${one.what}`).join('\n')}`);
  };

  try {
    await step(`${herd.agents} agents with tempers sign in, twenty callers have a case`, async () => {
      await herd.others_leave(['agent', 'agent2', 'agent3', 'agent4', 'agent5', 'agent6', 'supervisor', 'back_line'].map((who) => sign_in.users[who]));
      for (const ext of ['1001', '1002', '1003', '1004', '1005', '1006']) phones.desk(ext, 'auto');
      phones.order({ do: 'trunk', mode: 'auto' });
      await herd.hire(sign_in.users.administrator);
      for (let index = 0; index < 20; index += 1) {
        const customer = quiet_customer();
        known.push(customer.number);
        const filed = await herd.desks[index % herd.desks.length].ask('POST', 'cases', {
          customer_id: customer.id, text: '群呼测试', number: customer.number,
          category: 'wxcs', ...(index % 2 === 0 ? {} : { callback: { at: new Date(Date.now() + 3600e3).toISOString() } }),
        });
        expect('a case is filed', filed, filed.status === 201);
      }
      [[since]] = sql('select now()');
    });

    const marks = new Map();
    let looks = 0;
    let running = true;
    const looking = (async () => {
      while (running) {
        await rest(2000);
        // What a fault has left apart comes together again within seconds.
        if (!herd.faults.every((fault) => fault.until && Date.now() - fault.until > 2000)) {
          marks.clear();
          continue;
        }
        const { wrong } = await of_the_bridges(marks).catch(() => ({ wrong: [] }));
        looks += 1;
        for (const one of wrong) if (!herd.violations.some(({ call }) => call === one.call)) herd.wrong(one.what, one.call);
      }
    })();
    await step(`${herd.plan.length} calls, and faults`, async () => {
      await herd.run(known);
      say(herd.faults.map((fault) => fault.kind).join(', ') || 'no faults');
    });

    await check('everybody who waited was served or let go', async () => {
      // A lease, a minute in Asterisk's own queue, and a talk there.
      const last = { waiting: [] };
      await until('no caller is left on the line', () => {
        last.waiting = herd.callers.filter((caller) => !caller.ended && caller.up);
        return last.waiting.map((caller) => caller.number);
      }, { within: 140_000, every: 200, good: (left) => left.length === 0 }).catch(() => {
        none_of('callers wait for ever', last.waiting.map((caller) => {
          const row = sql(`select id from interaction where number like '%${caller.number}' and enqueued_at >= '${since}' order by id desc limit 1`)[0];
          return { what: `${caller.number} since ${new Date(caller.began).toISOString()}`, call: row ? Number(row[0]) : null, number: caller.number };
        }));
      });
    });

    await check('every call has ended, and every place that was kept', async () => {
      const open = () => sql(`select id, state, number, virtual_hold from interaction where enqueued_at >= '${since}' and state <> 'ended'`);
      await until('no live call is left in the store', open, { within: 90_000, every: 500, good: (left) => left.length === 0 }).catch(() => undefined);
      none_of('calls without an end', open().map(([id, ...more]) => ({ what: more.join(' '), call: Number(id) })));
    });

    await check('while they talked, the bridges and the store agreed', async () => {
      running = false;
      await looking;
      say(`${looks} looks, ${herd.violations.length} differences`);
      none_of('what was seen meanwhile', herd.violations);
    });

    await check('nothing is left: channels, bridges, leases, commands, the spool', async () => {
      const look = () => of_what_is_left(engines);
      const left = await until('nothing is left', look, { within: 20_000, every: 500, good: (found) => found.length === 0 }).catch(look);
      none_of('left over', await left);
    });

    const people = herd.desks.map((desk) => desk.id);
    await check('the store: one offer at a time, nobody who was not there, every promise owned', async () => {
      // A console comes back and a wrap-up ends by themselves.
      await until('all desks are free', () => sql(`select user_id from desk where user_id in (${people.join(',')}) and (interaction_id is not null or presence in ('offered', 'talking'))`), { within: 30_000, good: (busy) => busy.length === 0 }).catch(() => undefined);
      none_of('a rule is broken', of_the_store(since, people));
    });
    await check('each history is one that can be', () => none_of('histories', of_the_histories(since)));
    await check('every call that Asterisk handed over is there once', () => {
      const { wrong, counted } = of_the_pbx(since, herd.logs(), (...call) => herd.unheard(...call));
      say(`${counted.handed} handed over, ${counted.taken} there, ${counted.refused} to the fallback at once, ${counted.unheard} while nobody listened; ${kills()} kills`);
      none_of('calls that nobody knows', wrong);
      expect('most calls are there', counted, counted.taken > counted.handed * 0.6);
    });
    await check('what it was', () => {
      for (const row of sql(`select outcome, observed, count(*) from interaction where enqueued_at >= '${since}' group by 1, 2 order by 3 desc`)) say(row.join(' '));
    });
    if (failed) throw failed;
  } finally {
    await herd.leave();
    for (const engine of engines.slice(1)) await engine.kill();
  }
}
