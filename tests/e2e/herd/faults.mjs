// SPDX-License-Identifier: Apache-2.0
// What goes wrong around a herd of calls. Each fault ends what it began, and says when nobody was looking: then a
// call may come and go without the engine ever hearing of it.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { base } from '../console/lib.mjs';
import { engine_pid, engines_ready, kill_engine, server_pid } from '../support/system.mjs';
import { peer } from '../support/pbx.mjs';
import { until } from '../support/until.mjs';
import { rest } from './chance.mjs';
import { open_line } from './line.mjs';

const run = promisify(execFile);
const ops = (name) => fileURLToPath(new URL(`../../../ops/${name}`, import.meta.url));
const data = process.env.E2E_DATA;
const ari = process.env.FIRSTHAND_TELEPHONY_ARI_URL;
const key = `${process.env.FIRSTHAND_TELEPHONY_ARI_USER}:${process.env.FIRSTHAND_TELEPHONY_ARI_PASSWORD}`;
/** Starts what does not run; harmless when both do. One that is just going down is waited for. */
export const servers_again = () => until('PostgreSQL and Redis run', async () => {
  await run(ops('services'), ['start', '--data', data]);
  return true;
}, { within: 30_000, every: 300 });

/** The engine that ops/run looks after, as those beside it are handled. */
export const first_engine = {
  url: base,
  directory: data,
  get pid() { return engine_pid(); },
  kill_for: () => kill_engine(),   // it is started again at once
};

/** Everything a fault may do, to one of the engines where it is an engine's; `ms` is how long what was taken stays
 * away. */
export const faults = {
  engine_killed: async (ms, engine) => {
    await engine.kill_for(ms);
  },
  engine_stopped: async (ms, engine) => {
    const pid = await until('an engine runs', () => engine.pid);
    process.kill(pid, 'SIGSTOP');
    await rest(ms);
    process.kill(pid, 'SIGCONT');
    await until('the engine goes on', engines_ready, { within: 30_000 });
  },
  // Longer than a lease: whoever waits goes on in Asterisk's own queue.
  engine_away: async (_ms, engine) => faults.engine_stopped(34_000, engine),
  redis_killed: async (ms) => {
    process.kill(server_pid('redis'), 'SIGKILL');
    await rest(ms);
    await servers_again();
  },
  postgres_stopped: async (ms) => {
    process.kill(server_pid('postgres'), 'SIGINT');
    await rest(ms);
    await servers_again();
    await until('the engine has its database again', engines_ready, { within: 30_000 });
  },
  postgres_crashed: async (ms) => {
    process.kill(server_pid('postgres'), 'SIGQUIT');
    await rest(ms);
    await servers_again();
    await until('the engine has its database again', engines_ready, { within: 30_000 });
  },
  // Somebody else takes the application over, as a second engine would, and goes away at once.
  line_stolen: async (ms) => {
    const line = await open_line(`${ari}/events?app=engine&api_key=${encodeURIComponent(key)}`);
    await rest(Math.min(ms, 1500));
    line.cut();
    await until('the engine has its line to the PBX again', engines_ready, { within: 30_000 });
  },
};

/** Asterisk dies and comes back; what its log said is kept. */
export async function pbx_killed(ms, log, dead) {
  if (existsSync(log.file)) {
    log.before.push(readFileSync(log.file, 'utf8'));
  }
  await peer('kill');
  dead();
  await rest(ms);
  await peer('start');
  await until('the engine has its line to the PBX again', engines_ready, { within: 60_000 });
}
