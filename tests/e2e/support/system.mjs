// SPDX-License-Identifier: Apache-2.0
// The running system from outside: the engine's process, PostgreSQL, Redis, the kept mails.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { base } from '../console/lib.mjs';
import { until } from './until.mjs';

const data = process.env.E2E_DATA;
if (!data) throw new Error('E2E_DATA must name the data directory of a running engine');
const settings = Object.fromEntries(
  readFileSync(`${data}/services.env`, 'utf8').split('\n').filter((line) => line.includes('=')).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);

/** Rows of a query, each an array of text. */
export function sql(query) {
  const text = execFileSync('psql', [settings.FIRSTHAND_POSTGRES_URL, '-XAtq', '-F', '\t', '-c', query], { encoding: 'utf8' });
  return text.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
}

export const engine_pid = () => Number(readFileSync(`${data}/engine.pid`, 'utf8').trim());

const ready = async () => {
  const answer = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(2000) });
  return answer.status === 200;
};

/** SIGKILL, then waits until whoever looks after the engine has started another that is ready. */
export async function kill_engine() {
  const old = engine_pid();
  process.kill(old, 'SIGKILL');
  const began = Date.now();
  await until('another engine is ready after the SIGKILL', async () => engine_pid() !== old && (await ready()), { within: 60_000 });
  return Date.now() - began;
}

function redis(...words) {
  return execFileSync('redis-cli', ['-u', settings.FIRSTHAND_REDIS_URL, '--no-auth-warning', ...words], { encoding: 'utf8' }).trim();
}
export const flush_redis = () => redis('FLUSHALL');

/** Stops Redis; the answer starts it again as it was started. */
export async function stop_redis() {
  const pid = /process_id:(\d+)/.exec(redis('INFO', 'server'))[1];
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter((word) => word !== '');
  const file = redis('INFO', 'server').match(/config_file:(.+)/)?.[1]?.trim();
  const cwd = redis('CONFIG', 'GET', 'dir').split('\n')[1];
  process.kill(Number(pid), 'SIGTERM');
  const gone = () => {
    try {
      return redis('PING') !== 'PONG';
    } catch {
      return true;
    }
  };
  await until('Redis has stopped', gone, { within: 10_000 });
  return async () => {
    spawn(words[0].startsWith('/') ? words[0] : 'redis-server', file ? [file] : words.slice(1), { cwd, detached: true, stdio: 'ignore' }).unref();
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
