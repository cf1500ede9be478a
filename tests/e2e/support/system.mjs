// SPDX-License-Identifier: Apache-2.0
// The running system from outside: the engine's process, PostgreSQL, Redis, the kept mails.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { base } from '../console/lib.mjs';
import { until } from './until.mjs';

const data = process.env.E2E_DATA;
if (!data) throw new Error('E2E_DATA must name the data directory of a running engine');
const settings = Object.fromEntries(
  readFileSync(`${data}/services.env`, 'utf8').split('\n').filter((line) => line.includes('=')).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);

/** Rows of several queries, asked at once: each an array of text. */
export function sql_all(queries) {
  const text = execFileSync('psql', [settings.FIRSTHAND_POSTGRES_URL, '-XAtq', '-v', 'ON_ERROR_STOP=1', '-F', '\t', ...queries.flatMap((query) => ['-c', query, '-c', '\\echo ;'])], { encoding: 'utf8' });
  const answers = [[]];
  for (const line of text.split('\n')) {
    if (line === ';') answers.push([]);
    else if (line !== '') answers.at(-1).push(line.split('\t'));
  }
  return answers.slice(0, queries.length);
}
/** Rows of a query, each an array of text. */
export const sql = (query) => sql_all([query])[0];

/** Rules are files of the operator: another version of one, in which each text of `edits` is another, everywhere or only
 * where it stands first. The answer brings the version before back. */
export function change_rules(name, edits, { first = false } = {}) {
  const before = Number(sql(`select max(version) from policy_document where name = '${name}'`)[0][0]);
  const save = (body) => sql(`insert into policy_document (name, version, body, note) select name, (select max(version) + 1 from policy_document where name = '${name}'), ${body}, 'e2e' from policy_document where name = '${name}' and version = ${before}`);
  const edited = (body, [from, to]) => (first ? `overlay(${body} placing '${to}' from position('${from}' in ${body}) for length('${from}'))` : `replace(${body}, '${from}', '${to}')`);
  save(Object.entries(edits).reduce(edited, 'body'));
  return () => save('body');
}

/** In place of the hotlines' opening hours: half an hour, half a day from now in Shanghai. */
export function hours_over_now() {
  const hour = String((new Date().getUTCHours() + 8 + 12) % 24).padStart(2, '0');
  return { '["08:00-22:00"]': `["${hour}:00-${hour}:30"]` };
}

let killed_so_far = 0;
/** How often this run has killed an engine. */
export const kills = () => killed_so_far;
/** 0 while the file is being written: a pid that is never signalled. */
export const engine_pid = () => Number.parseInt(readFileSync(`${data}/engine.pid`, 'utf8'), 10) || 0;

/** What an engine says of itself; nothing when it says nothing. */
const readiness = async (url) => {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
    return await answer.json();
  } catch {
    return {};
  }
};
/** The engines that run beside the first one. */
const beside = new Set();
/** Every engine has its database and Redis, and one of them the PBX. */
export const engines_ready = async () => {
  const all = await Promise.all([base, ...[...beside].map((engine) => engine.url)].map(readiness));
  return all.every((said) => ['ready', 'database', 'redis'].every((what) => said[what])) && all.some((said) => said.telephony);
};
/** With a PBX an engine is ready when it, or another one, has the link to it. */
const ready = async () => {
  const said = await readiness(base);
  return Boolean(said.ready) && (said.telephony || !process.env.FIRSTHAND_TELEPHONY_ARI_URL || (beside.size > 0 && await engines_ready()));
};
/** Of the servers in this data directory. */
const pid_files = { postgres: 'postgres/main/postmaster.pid', redis: 'redis/pid' };
export const server_pid = (name) => Number.parseInt(readFileSync(`${data}/${pid_files[name]}`, 'utf8'), 10);

/** SIGKILL, then waits until whoever looks after the engine has started another that is ready. */
export async function kill_engine() {
  const old = await until('an engine runs', engine_pid);
  process.kill(old, 'SIGKILL');
  killed_so_far += 1;
  const began = Date.now();
  await until('another engine is ready after the SIGKILL', async () => ![0, old].includes(engine_pid()) && (await ready()), { within: 60_000 });
  return Date.now() - began;
}

/** Another engine beside the one that runs: same settings but for `other`, own name, port and directory. */
export async function another_engine(name, other = {}) {
  const first = await until('an engine runs', engine_pid);
  const env = Object.fromEntries(readFileSync(`/proc/${first}/environ`, 'utf8').split('\0').filter((line) => line.includes('=')).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const port = await free_port();
  const directory = mkdtempSync(`${data}/${name}-`);
  const log = openSync(`${data}/engine-${name}.log`, 'a');
  const program = readlinkSync(`/proc/${first}/exe`);
  const url = `http://127.0.0.1:${port}`;
  const start = async () => {
    const child = spawn(program, ['serve'], {
      cwd: directory, stdio: ['ignore', log, log],
      env: { ...env, ...other, FIRSTHAND_HTTP_PORT: String(port), FIRSTHAND_NODE_NAME: name, FIRSTHAND_DATA_DIRECTORY: directory },
    });
    await until(`the engine "${name}" is ready`, () => readiness(url), { within: 60_000, good: (said) => Boolean(said.ready) });
    return child;
  };
  let child = await start();
  const engine = {
    url, directory,
    get pid() { return child.pid; },
    log: () => readFileSync(`${data}/engine-${name}.log`, 'utf8'),
    kill: () => new Promise((resolve) => {
      beside.delete(engine);
      child.once('exit', resolve);
      child.kill('SIGKILL');
    }),
    /** SIGKILL, and after that time it is started again. */
    kill_for: async (ms) => {
      await engine.kill();
      killed_so_far += 1;
      await new Promise((resolve) => setTimeout(resolve, ms));
      child = await start();
      beside.add(engine);
    },
  };
  beside.add(engine);
  return engine;
}

const free_port = () => new Promise((resolve, reject) => {
  const server = createServer();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** No engine runs until that instant: each one that is started is killed again. Then one stays. */
export async function no_engine_until(instant) {
  let killed = 0;
  killed_so_far += 1;
  while (Date.now() < instant) {
    const pid = engine_pid();
    if (pid > 1 && pid !== killed) {
      try {
        process.kill(pid, 'SIGKILL');
        killed = pid;
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const began = Date.now();
  await until('an engine is ready after the outage', async () => ![0, killed].includes(engine_pid()) && (await ready()), { within: 60_000 });
  return Date.now() - began;
}

/** The engine's own files below a folder of its data directory. */
export const files_below = (folder) => readdirSync(`${data}/${folder}`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name);

export function redis(...words) {
  const url = new URL(settings.FIRSTHAND_REDIS_URL);
  const env = { ...process.env, REDISCLI_AUTH: decodeURIComponent(url.password) };
  return execFileSync('redis-cli', ['-h', url.hostname, '-p', url.port, '--no-auth-warning', ...words], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
export function flush_redis() {
  const answer = redis('FLUSHALL');
  if (answer !== 'OK') throw new Error(`FLUSHALL: ${answer}`);
}

/** Stops Redis; the answer starts it again. */
export async function stop_redis() {
  const pid = Number(/process_id:(\d+)/.exec(redis('INFO', 'server'))[1]);
  process.kill(pid, 'SIGTERM');
  const gone = () => {
    try {
      return redis('PING') !== 'PONG';
    } catch {
      return true;
    }
  };
  await until('Redis has stopped', gone, { within: 10_000 });
  return async () => {
    execFileSync(fileURLToPath(new URL('../../../ops/services', import.meta.url)), ['start', '--data', data], { stdio: 'ignore' });
    await until('Redis answers again', () => redis('PING') === 'PONG', { within: 10_000 });
  };
}

const decoded = (text, encoding) => {
  if (/base64/i.test(encoding)) return Buffer.from(text.replace(/\s/g, ''), 'base64').toString('utf8');
  if (!/quoted-printable/i.test(encoding)) return text;
  const bytes = text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};

/** Kept mails whose words or subject have this text: {file, to, subject, text}. */
export function mails(having) {
  const found = [];
  for (const file of readdirSync(`${data}/mail`).filter((name) => name.endsWith('.eml')).sort()) {
    const raw = readFileSync(`${data}/mail/${file}`, 'latin1');
    const subject = (/^Subject: ((?:.*)(?:\r?\n[ \t].*)*)/im.exec(raw)?.[1] ?? '').replace(/\?=\s+=\?/g, '?==?')
      .replace(/=\?utf-8\?B\?([^?]*)\?=/gi, (_all, word) => Buffer.from(word, 'base64').toString('utf8'))
      .replace(/=\?utf-8\?Q\?([^?]*)\?=/gi, (_all, word) => decoded(word.replace(/_/g, ' '), 'quoted-printable'));
    const encodings = [...raw.matchAll(/^Content-Transfer-Encoding: *(\S+)[\s\S]*?\r?\n\r?\n([\s\S]*?)(?=\r?\n--|$(?![\s\S]))/gim)];
    const text = encodings.length > 0 ? encodings.map(([, encoding, body]) => decoded(body, encoding)).join('\n') : Buffer.from(raw, 'latin1').toString('utf8');
    const to = /^To: *(.*)$/im.exec(raw)?.[1].trim() ?? '';
    if (subject.includes(having) || text.includes(having)) found.push({ file, to, subject, text });
  }
  return found;
}
