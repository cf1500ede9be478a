// SPDX-License-Identifier: Apache-2.0
// An explained clock in sentences, in both languages.
import type { TFunction } from 'i18next';
import type { Reference } from '../api/types';
import { wordOf } from '../format';
import { stepOf } from '../history/sentence';
import type { ClockExplanation, ExplainedStep } from './explanation';
import { zoneStamp } from './zone';

/** 8 小时, 1 小时 30 分, 12 天 4 小时: the two largest units. Working time has no days: 24 hours of it are three. */
export function spell(seconds: number, t: TFunction, days = true): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t('explain.time_s', { s: whole });
  const minutes = Math.round(whole / 60);
  const h = Math.floor(minutes / 60);
  const m = minutes % 60;
  if (h === 0) return t('explain.time_m', { m });
  if (h < 48 || !days) return m === 0 ? t('explain.time_h', { h }) : t('explain.time_hm', { h, m });
  return h % 24 === 0 ? t('explain.time_d', { d: h / 24 }) : t('explain.time_dh', { d: Math.floor(h / 24), h: h % 24 });
}

export const isCalendar = ({ budget_kind }: { budget_kind: string }): boolean => budget_kind === 'calendar_time';

export function budgetWords({ clock }: ClockExplanation, t: TFunction): string {
  switch (clock.budget_kind) {
    case 'working_days': return t('explain.budget_days', { count: clock.budget_s });
    case 'calendar_time': return t('explain.budget_calendar', { time: spell(clock.budget_s, t) });
    default: return clock.budget_s % 3600 === 0 ? t('explain.budget_hours', { count: clock.budget_s / 3600 }) : t('explain.budget_working', { time: spell(clock.budget_s, t, false) });
  }
}

/** Seconds that pauses have taken before the due time, or so far. */
export const pausedSeconds = ({ spans, clock }: ClockExplanation): number =>
  spans.filter((span) => span.kind === 'paused' && (clock.due_at === null || span.to <= clock.due_at)).reduce((sum, span) => sum + span.s, 0);

/** The one sentence that answers the question. */
export function why(explanation: ClockExplanation, language: string, t: TFunction, now: number): string {
  const { clock, calendar, policy } = explanation;
  const pick = (thing: { name_zh: string; name_en: string; code: string }) => (language === 'en' ? thing.name_en : thing.name_zh) || thing.code;
  const paused = pausedSeconds(explanation);
  const facts = {
    budget: budgetWords(explanation, t), from: zoneStamp(clock.started_at, calendar.zone, now), calendar: pick(calendar), policy: pick(policy),
    version: policy.version, paused: spell(paused, t),
  };
  if (clock.kind === 'callback') return t('explain.why_promise', facts);
  if (clock.kind === 'follow_up') return t('explain.why_follow_up', facts);
  return paused > 0 ? t('explain.why_paused', facts) : t('explain.why', facts);
}

const promised = ['callback', 'follow_up'];
const unpausable = ['acknowledgement', 'first_response', 'callback', 'follow_up', 'final_response'];

/** What else one should know, a sentence each. */
export function notes(explanation: ClockExplanation, reference: Reference | undefined, casePaused: boolean, language: string, t: TFunction, now: number): string[] {
  const { clock, calendar, policy, pauses } = explanation;
  const at = (instant: string) => zoneStamp(instant, calendar.zone, now);
  const out: string[] = [];
  const open = pauses.find((pause) => pause.to === null);
  if (open && clock.ended_at === null) {
    out.push(t('explain.note_paused', { reason: pauseReason(open.reason, reference, language), by: open.by?.name ?? '—', from: at(open.from), until: at(open.planned_until) }));
  }
  if (clock.ended_at !== null) {
    const apart = clock.due_at === null ? 0 : (Date.parse(clock.due_at) - Date.parse(clock.ended_at)) / 1000;
    const time = spell(Math.abs(apart), t);
    if (clock.state === 'cancelled') out.push(t('explain.note_cancelled', { at: at(clock.ended_at) }));
    else if (clock.due_at === null) out.push(t('explain.note_ended', { at: at(clock.ended_at) }));
    else if (clock.breached_at !== null) out.push(t('explain.note_late', { at: at(clock.ended_at), time }));
    else out.push(t('explain.note_met', { at: at(clock.ended_at), time }));
  } else {
    out.push(t('explain.note_used', { used: spell(explanation.elapsed_s, t, isCalendar(clock)), whole: spell(explanation.budget_s, t, isCalendar(clock)) }));
  }
  if (casePaused && clock.ended_at === null && unpausable.includes(clock.kind)) out.push(t('explain.note_unpausable'));
  if (!explanation.reproduced) out.push(t(promised.includes(clock.kind) ? 'explain.note_promised' : 'explain.note_then'));
  if (calendar.due_beyond && calendar.complete_until !== null) out.push(t('explain.note_beyond', { until: calendar.complete_until }));
  if (!promised.includes(clock.kind) && policy.current_version > policy.version) out.push(t('explain.note_newer', { version: policy.current_version }));
  if (explanation.truncated) out.push(t('explain.note_truncated'));
  return out;
}

export const pauseReason = (code: string, reference: Reference | undefined, language: string): string =>
  wordOf(reference?.pause_reasons.find((known) => known.code === code), language) || code;

/** 首问责任人 张三、接口人 李四; a role alone while nobody is named. */
export const recipientWords = (step: ExplainedStep, t: TFunction): string =>
  step.recipients.map(({ role, name }) => {
    const word = t(`recipient_role.${role}`, { defaultValue: role });
    return name === '' ? word : t('explain.recipient', { role: word, name });
  }).join(t('explain.and'));

export const stepWord = (step: ExplainedStep, t: TFunction): string => t(`alert_step.${stepOf(step.name)}`, { defaultValue: step.name });

export function stepWords(step: ExplainedStep, zone: string, t: TFunction, now: number): string {
  const said = plainStep(step, zone, t, now);
  return step.escalate > 0 ? t('explain.step_escalates', { step: said, level: step.escalate }) : said;
}

function plainStep(step: ExplainedStep, zone: string, t: TFunction, now: number): string {
  const facts = {
    step: stepWord(step, t), at: step.at === null ? '—' : zoneStamp(step.at, zone, now),
    fired: step.fired_at === null ? '' : zoneStamp(step.fired_at, zone, now), who: recipientWords(step, t) || '—',
  };
  switch (step.state) {
    case 'fired': return t('explain.step_fired', facts);
    case 'next': return step.at === null ? t('explain.step_waiting', facts) : step.if_unacknowledged ? t('explain.step_next_if', facts) : t('explain.step_next', facts);
    case 'later': return step.at === null ? t('explain.step_after', facts) : step.if_unacknowledged ? t('explain.step_later_if', facts) : t('explain.step_later', facts);
    case 'skipped': return t('explain.step_skipped', facts);
  }
}
