// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import i18next, { speak as speakTheSettings } from '../i18n';
import { useSettings } from '../settings';
import { notes, recipientWords, spell, stepWords, why } from './explain_words';
import type { ClockExplanation, ExplainedStep } from './explanation';
import { axisOf, dotsOf, pinsOf, scaleOf } from './picture_parts';

const now = Date.parse('2026-11-24T02:30:00Z');
const explanation = (clock: Partial<ClockExplanation['clock']> = {}, change: Partial<ClockExplanation> = {}): ClockExplanation => ({
  clock: {
    id: 1, kind: 'resolution', state: 'running', started_at: '2026-11-23T08:00:00.000Z', due_at: '2026-11-24T08:00:00.000Z', warn_at: null, breached_at: null, ended_at: null,
    cycle: 1, policy: 'repair', policy_version: 2, calendar: 'china-office', budget_kind: 'working_time', budget_s: 28_800, step: 'breach', revision: 0, ...clock,
  },
  policy: { code: 'repair', version: 2, name_zh: '维修类投诉', name_en: 'Repair complaints', current_version: 2 },
  calendar: { code: 'china-office', name_zh: '中国办公时间', name_en: 'Office hours, China', zone: 'Asia/Shanghai', complete_until: '2026-12-31', due_beyond: false },
  ladder: 'department', now: new Date(now).toISOString(), until: '2026-11-24T08:00:00.000Z', elapsed_s: 9000, budget_s: 28_800, reproduced: true, truncated: false, steps: [],
  spans: [
    { from: '2026-11-23T08:00:00.000Z', to: '2026-11-23T10:00:00.000Z', kind: 'working', name_zh: '', name_en: '', s: 7200 },
    { from: '2026-11-23T10:00:00.000Z', to: '2026-11-24T01:00:00.000Z', kind: 'closed', name_zh: '', name_en: '', s: 54_000 },
    { from: '2026-11-24T01:00:00.000Z', to: '2026-11-24T02:00:00.000Z', kind: 'paused', name_zh: '', name_en: '', s: 3600 },
    { from: '2026-11-24T02:00:00.000Z', to: '2026-11-24T08:00:00.000Z', kind: 'working', name_zh: '', name_en: '', s: 21_600 },
  ],
  pauses: [{ from: '2026-11-24T01:00:00.000Z', to: '2026-11-24T02:00:00.000Z', planned_until: '2026-11-24T02:00:00.000Z', reason: 'parts', by: { id: 1, name: '林测试' } }],
  ...change,
});
const step = (change: Partial<ExplainedStep>): ExplainedStep => ({
  name: 'breach', at: '2026-11-24T08:00:00.000Z', fired_at: null, state: 'next', recipients: [{ role: 'liaison', name: '郭样例' }, { role: 'back_line', name: '' }],
  channels: [], needs_acknowledgement: true, if_unacknowledged: false, escalate: 0, ...change,
});
const t = i18next.t.bind(i18next);
const speak = async (language: 'zh' | 'en') => {
  useSettings.setState({ language });
  await speakTheSettings();
};

describe('the sentence', () => {
  it('says what counted, from when, less what, by which calendar and rule', async () => {
    await speak('zh');
    expect(why(explanation(), 'zh', t, now)).toBe('8 个工作小时，从 11-23 16:00 起，扣除 1 小时暂停，按 中国办公时间；规则 维修类投诉 第 2 版。');
    await speak('en');
    expect(why(explanation(), 'en', t, now)).toBe('8 working hours from 11-23 16:00, less 1 h of pause, by Office hours, China; policy Repair complaints, version 2.');
  });
  it.each([
    [{ budget_kind: 'working_days', budget_s: 1 }, '1 working day from'],
    [{ budget_kind: 'calendar_time', budget_s: 30 * 86_400 }, '30 d, day and night from'],
    [{ budget_kind: 'working_time', budget_s: 5400 }, '1 h 30 min of working time from'],
    [{ kind: 'callback' as const }, 'The time promised to the customer: 8 working hours from'],
    [{ kind: 'follow_up' as const }, 'The call that asks whether the customer is satisfied: 8 working hours from'],
  ])('of %o begins with %s', async (clock, text) => {
    await speak('en');
    expect(why(explanation(clock), 'en', t, now).startsWith(text)).toBe(true);
  });
  it('adds what one should know', async () => {
    await speak('en');
    const told = (clock: Partial<ClockExplanation['clock']>, change: Partial<ClockExplanation> = {}, paused = false) => notes(explanation(clock, change), undefined, paused, 'en', t, now).join(' | ');
    expect(told({})).toBe('2 h 30 min used of 8 h.');
    expect(told({ state: 'met', ended_at: '2026-11-24T07:00:00.000Z' })).toBe('Met at 11-24 15:00, 1 h before it was due.');
    expect(told({ state: 'breached', breached_at: '2026-11-24T08:00:00.000Z', ended_at: '2026-11-24T08:20:00.000Z' })).toBe('Done at 11-24 16:20, 20 min late.');
    expect(told({ state: 'cancelled', ended_at: '2026-11-24T07:00:00.000Z' })).toBe('Cancelled at 11-24 15:00; it counts no more.');
    const open = { pauses: [{ ...explanation().pauses[0]!, to: null }] };
    expect(told({ state: 'paused', due_at: null }, open)).toContain('Paused now: parts, by 林测试 at 11-24 09:00, until 11-24 10:00 as planned.');
    expect(told({ kind: 'final_response' }, {}, true)).toContain('does not pause this one');
    expect(told({}, { reproduced: false })).toContain('stays a fact');
    expect(told({}, { calendar: { ...explanation().calendar, due_beyond: true } })).toContain('published until 2026-12-31');
    expect(told({}, { policy: { ...explanation().policy, current_version: 4 } })).toContain('version 4');
  });
  it('spells the two largest units, and knows no days of working time', async () => {
    await speak('en');
    expect([59, 60, 3600, 5400, 172_800, 180_000].map((s) => spell(s, t))).toEqual(['59 s', '1 min', '1 h', '1 h 30 min', '2 d', '2 d 2 h']);
    expect(spell(180_000, t, false)).toBe('50 h');
  });
});

describe('a step', () => {
  it.each([
    [{}, 'breached: 11-24 16:00 alerts liaison 郭样例, back-line'],
    [{ state: 'fired' as const, fired_at: '2026-11-24T08:00:01.000Z' }, 'breached: 11-24 16:00:01 alerted liaison 郭样例, back-line'],
    [{ state: 'later' as const, if_unacknowledged: true }, 'breached: 11-24 16:00, if still unacknowledged, then liaison 郭样例, back-line'],
    [{ state: 'later' as const, at: null }, 'breached: then liaison 郭样例, back-line'],
    [{ at: null }, 'breached: alerts liaison 郭样例, back-line once it runs again'],
    [{ state: 'skipped' as const }, 'breached: 11-24 16:00, nobody was alerted'],
    [{ escalate: 2 }, 'breached: 11-24 16:00 alerts liaison 郭样例, back-line; escalates to level 2'],
  ])('%o reads %s', async (change, text) => {
    await speak('en');
    expect(stepWords(step(change), 'Asia/Shanghai', t, now)).toBe(text);
  });
  it('names roles and people in Chinese', async () => {
    await speak('zh');
    expect(recipientWords(step({}), t)).toBe('接口人 郭样例、后线');
  });
});

describe('the picture', () => {
  const scale = scaleOf(explanation(), 'zh', 860);
  it('has the day where it begins, and the hours of each side of the night', () => {
    const axis = axisOf(scale, 'Asia/Shanghai');
    expect(axis.dayLabels.map((label) => label.text)).toEqual(['11-23', '11-24']);
    expect(axis.timeLabels.map((label) => label.text)).toEqual(expect.arrayContaining(['16:00', '10:00', '12:00']));
  });
  it('has pins for what the clock has come to', () => {
    expect(pinsOf(explanation(), now).map((pin) => pin.key)).toEqual(['start', 'due', 'now']);
    expect(pinsOf(explanation({ ended_at: '2026-11-24T07:00:00.000Z', state: 'met' }), now).map((pin) => pin.key)).toEqual(['start', 'due', 'met']);
    expect(pinsOf(explanation({ due_at: null }), now).map((pin) => pin.key)).toEqual(['start', 'now']);
  });
  it('keeps steps that fall together apart and inside', () => {
    const together = [1, 2, 3, 4].map((n) => step({ name: `s${n}` }));
    const dots = dotsOf([...together, step({ at: null }), step({ at: '2026-11-25T08:00:00.000Z' })], scale, Date.parse(explanation().until));
    expect(dots.map((dot) => dot.number)).toEqual([1, 2, 3, 4]);
    dots.forEach((dot, n) => expect(n === 0 ? 18 : dot.x - dots[n - 1]!.x).toBeGreaterThanOrEqual(18));
    expect(dots.at(-1)!.x).toBeLessThanOrEqual(scale.width);
  });
});
