// SPDX-License-Identifier: Apache-2.0
// A call is recorded: both voices, not what is said while it is paused, also when the engine dies meanwhile. It is
// heard by who may, kept for as long as the rules say, and gone then.
import { shot } from '../console/lib.mjs';
import { no_violations } from '../console/axe.mjs';
import { ask, back_to_calls, base, page_of, person, phones, presence, quiet_customer } from '../support/stage.mjs';
import { talk_with } from '../support/scenes.mjs';
import { nothing_left, stored_recordings } from '../support/pbx.mjs';
import { tones_in } from '../support/sound.mjs';
import { change_rules, files_below, kill_engine, sql } from '../support/system.mjs';
import { expect, until } from '../support/until.mjs';

const CUSTOMER = 3000;
const tone_of = (extension) => 400 + 50 * (Number(extension) % 50);
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default async function play(step) {
  const now = { customer: null, id: '', call: 0, ext: '' };
  const state = (page, which) => page.locator(`[data-recording="${which}"]`).first();
  const rows = () => sql(`select id, part, state, name, seconds, bytes, at_pbx, file_gone_at is not null from recording where interaction_id = ${now.call} order by part`);
  const kinds = () => sql(`select kind from history where interaction_id = ${now.call} order by id`).map(([kind]) => kind);
  const begin = async () => {
    await presence('agent2', 'offline');
    await back_to_calls('agent');
    now.customer = quiet_customer();
    now.id = await talk_with('agent', now.customer);
    now.call = Number(sql(`select id from interaction where customer_id = ${now.customer.id} and state = 'talking'`)[0][0]);
    await state(await page_of('agent'), 'recording').waitFor();
    await until('the row says so', rows, { good: (seen) => seen.length === 1 && seen[0][2] === 'recording' });
  };
  const end = async (parts = 1) => {
    phones.order({ do: 'hangup', id: now.id });
    await nothing_left();
    return until('the file is here and no longer at the PBX', rows, { within: 20_000, good: (seen) => seen.length === parts && seen.every((row) => row[2] === 'kept' && row[6] === 'f') });
  };
  const audio = async (who, id, headers = {}) => {
    const page = await page_of(who);
    const answer = await page.request.get(`${base}/api/v1/recordings/${id}/audio`, { headers });
    return { status: answer.status(), headers: answer.headers(), bytes: await answer.body() };
  };
  const listen_to = async (id) => {
    const answer = await audio('supervisor', id);
    expect('it can be heard', answer.status, answer.status === 200 && answer.headers['content-type'] === 'audio/wav');
    return tones_in(answer.bytes, { customer: CUSTOMER, agent: tone_of(now.ext) });
  };

  await step('the rules say that calls are recorded, after they are told so', async () => {
    await page_of('agent');
    await page_of('agent2');
    now.ext = (await person('agent')).extension;
    phones.desk(now.ext);
    phones.order({ do: 'media' });
    now.rules_back = change_rules('queues', { 'recording = { mode = "off"': 'recording = { mode = "on"' });
    // The engines take them within seconds.
    await until('the desk knows', async () => (await ask('agent', 'GET', 'reference')).queues.every((queue) => queue.recording === 'on'), { within: 10_000 });
    await (await page_of('agent')).reload();
  });

  await step('both voices are in the file, the paused seconds are not', async () => {
    await begin();
    const page = await page_of('agent');
    await shot(page, 'recording-on');
    await rest(3000);
    await page.keyboard.press('Shift+F7');
    await state(page, 'paused').waitFor();
    await shot(page, 'recording-paused');
    await no_violations(page, 'the call bar while the recording is paused');
    await rest(6000);
    await page.keyboard.press('Shift+F7');
    await state(page, 'recording').waitFor();
    await rest(2000);
    const talked = Number(sql(`select extract(epoch from now() - answered_at) from interaction where id = ${now.call}`)[0][0]);
    const [row] = await end();
    const heard = await listen_to(row[0]);
    expect(`${heard.seconds} s of ${talked} s: six were paused`, heard, heard.seconds > 4 && heard.seconds < talked - 5);
    expect('the customer throughout', heard, heard.heard.customer >= heard.pieces - 2);
    expect('the agent throughout', heard, heard.heard.agent >= heard.pieces - 2);
    const told = kinds();
    expect('who paused and when is in the history', told, ['recording_begun', 'recording_paused', 'recording_resumed', 'recording_ended', 'recording_kept'].every((kind) => told.includes(kind)));
    const left = await stored_recordings();
    expect('nothing is left at the PBX', left, !left.includes(row[3]));
  });

  await step('on hold nothing is recorded', async () => {
    await begin();
    const page = await page_of('agent');
    await rest(1500);
    await page.keyboard.press('Shift+F2');
    await state(page, 'silent').waitFor();
    await rest(5000);
    await page.keyboard.press('Shift+F2');
    await state(page, 'recording').waitFor();
    await rest(2000);
    const [row] = await end();
    const heard = await listen_to(row[0]);
    expect('the hold is left out', heard, heard.seconds > 2 && heard.seconds < 7);
    expect('the customer is in it before and after', heard, heard.heard.customer >= heard.pieces - 2);
  });

  await step('the engine is killed while it records: the same file goes on', async () => {
    await begin();
    await rest(2000);
    await kill_engine();
    await rest(3000);
    const [row] = await end();
    const heard = await listen_to(row[0]);
    expect('one part, both voices, also of the time without an engine', heard, heard.seconds > 5 && heard.heard.customer >= heard.pieces - 2 && heard.heard.agent >= heard.pieces - 2);
  });

  await step('who may hears it, in pieces as well, and each hearing is in the history', async () => {
    const [row] = rows();
    const piece = await audio('supervisor', row[0], { range: 'bytes=44-143' });
    expect('a piece', piece.status, piece.status === 206 && piece.bytes.length === 100 && piece.headers['content-range'] === `bytes 44-143/${row[5]}`);
    expect('the console of another agent may not', 403, (await audio('agent2', row[0])).status === 403);
    expect('once for the supervisor', kinds(), kinds().filter((kind) => kind === 'recording_heard').length === 1);
    const page = await page_of('supervisor');
    await page.goto(`${base}/customers/${now.customer.id}`);
    const player = page.locator('[data-recording="kept"] audio').first();
    await player.waitFor();
    await shot(page, 'recording-player');
    await no_violations(page, 'the customer with a recording');
    const length = await player.evaluate((element) => new Promise((resolve, reject) => {
      element.addEventListener('loadedmetadata', () => resolve(element.duration));
      element.addEventListener('error', () => reject(new Error(`the player: ${element.error?.message}`)));
      element.load();
      element.muted = true;
      void element.play();
    }));
    expect('the browser plays it', length, Math.abs(length - Number(row[4])) < 1);
  });

  await step('somebody keeps it: its time passes; nobody does any more: it is gone, and the history says so', async () => {
    const [row] = rows();
    await ask('supervisor', 'PUT', `recordings/${row[0]}/hold`, { reason: '争议' });
    sql(`update recording set keep_until = now() - interval '1 minute' where id = ${row[0]}`);
    await rest(3000);
    expect('it is kept', rows(), rows()[0][2] === 'kept');
    await ask('supervisor', 'PUT', `recordings/${row[0]}/hold`, { reason: '' });
    await until('it is deleted, and its file', rows, { within: 15_000, good: (seen) => seen[0][2] === 'deleted' && seen[0][7] === 't' });
    expect('no file is left', files_below('recordings'), !files_below('recordings').some((file) => file.includes(row[3])));
    expect('the history stays', kinds(), kinds().includes('recording_kept') && kinds().includes('recording_deleted'));
    expect('gone', 410, (await audio('supervisor', row[0])).status === 410);
    const page = await page_of('supervisor');
    await page.reload();
    await page.locator('[data-recording="deleted"]').first().waitFor();
    await shot(page, 'recording-deleted');
  });

  await step('the rules are as they were', async () => {
    now.rules_back();
    await until('the desk knows', async () => (await ask('agent', 'GET', 'reference')).queues.every((queue) => queue.recording === 'off'), { within: 10_000 });
  });
}
