// SPDX-License-Identifier: Apache-2.0
// A working calendar as the API tells it, what each date is by it, and edits of single days. Which rule
// wins on a date: the calendar's own hours of it, its own holidays, the shared set's make-up days and
// holidays, the weekday.
export interface Holiday { date: string; name_zh: string; name_en: string }
export interface DateHours extends Holiday { hours: string[] }
export interface HolidaySet { code: string; holidays: Holiday[]; make_up_days: string[]; complete_until: string | null; used_by: string[] }
interface User { code: string; name_zh: string; name_en: string }
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];
export interface Calendar {
  code: string; name_zh: string; name_en: string; zone: string; always: boolean;
  week: Record<Weekday, string[]>;
  holiday_set: string; make_up_hours: string[]; holidays: Holiday[]; days: DateHours[];
  complete_until: string | null; known_until: string | null; shared: HolidaySet | null;
  used_by: { policies: User[]; queues: User[]; callbacks: boolean };
}
export interface CalendarList { version: number; items: Calendar[] }
export interface ImportAnswer {
  calendar: Calendar; title: string; events: number; years: number[];
  understood: { date: string; kind: 'holiday' | 'make_up' | 'hours'; name_zh: string; name_en: string; hours: string[] }[];
  ignored: { what: string; reason: string; date: string | null }[];
  ignored_total: number; complete_until: string | null;
}

/** What a day looks like in the year: each has its own sign, so that colour is never alone. */
export type Look = 'working' | 'closed' | 'holiday' | 'make_up' | 'short' | 'special';
/** What somebody can make of a day. */
export type Choice = 'usual' | 'holiday' | 'hours' | 'closed';
export interface DayInfo { look: Look; choice: Choice; name_zh: string; name_en: string; hours: string[]; from: 'week' | 'own' | 'shared' }

const frame = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

/** "09:00-12:00, 13:00–18:00" as the API wants it, or null when it cannot be read. */
export function readHours(text: string): string[] | null {
  const parts = text.replace(/[–—~～至]/g, '-').replace(/：/g, ':').split(/[,，;；、\n]/).map((part) => part.replace(/\s/g, '')).filter((part) => part !== '');
  const whole = parts.map((part) => part.replace(/^(\d):/, '0$1:').replace(/-(\d):/, '-0$1:'));
  return whole.every((part) => frame.test(part)) ? whole : null;
}
export const writeHours = (hours: string[]): string => hours.join(', ');

/** An end before the beginning is on the next day. */
export function minutesOf(hours: string[]): number {
  return hours.reduce((sum, text) => {
    const found = frame.exec(text);
    if (!found) return sum;
    const from = Number(found[1]) * 60 + Number(found[2]);
    const to = Number(found[3]) * 60 + Number(found[4]);
    return sum + (to > from ? to - from : to + 1440 - from);
  }, 0);
}

const two = (value: number): string => String(value).padStart(2, '0');
export const isoDate = (date: Date): string => `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
export const shift = (date: string, days: number): string => isoDate(new Date(Date.parse(date) + days * 86_400_000));
/** Today where the calendar is; in UTC while its zone is being typed. */
export function todayIn(zone: string, now: number): string {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(now));
  } catch {
    return isoDate(new Date(now));
  }
}
/** Monday is 0. */
export const weekdayOf = (date: string): number => (new Date(date).getUTCDay() + 6) % 7;
export const yearOf = (date: string): number => Number(date.slice(0, 4));
/** The dates of a month, in order. */
export function monthDates(year: number, month: number): string[] {
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Array.from({ length: count }, (_, index) => `${year}-${two(month)}-${two(index + 1)}`);
}

export function dayInfo(calendar: Calendar, date: string): DayInfo {
  const usual = calendar.week[weekdays[weekdayOf(date)]!] ?? [];
  const nobody = { name_zh: '', name_en: '' };
  if (calendar.always) return { look: 'working', choice: 'usual', ...nobody, hours: ['00:00-24:00'], from: 'week' };
  const lookOf = (hours: string[]): Look => {
    const minutes = minutesOf(hours);
    if (minutes === 0) return 'closed';
    if (usual.length === 0) return 'make_up';
    if (minutes < minutesOf(usual)) return 'short';
    return hours.join() === usual.join() ? 'working' : 'special';
  };
  const own = calendar.days.find((row) => row.date === date);
  if (own) return { look: lookOf(own.hours), choice: own.hours.length === 0 ? 'closed' : 'hours', name_zh: own.name_zh, name_en: own.name_en, hours: own.hours, from: 'own' };
  const holiday = calendar.holidays.find((row) => row.date === date);
  if (holiday) return { look: 'holiday', choice: 'holiday', name_zh: holiday.name_zh, name_en: holiday.name_en, hours: [], from: 'own' };
  if (calendar.shared?.make_up_days.includes(date)) {
    return { look: 'make_up', choice: 'hours', name_zh: '调休上班', name_en: 'make-up working day', hours: calendar.make_up_hours, from: 'shared' };
  }
  const shared = calendar.shared?.holidays.find((row) => row.date === date);
  if (shared) return { look: 'holiday', choice: 'holiday', name_zh: shared.name_zh, name_en: shared.name_en, hours: [], from: 'shared' };
  return { look: usual.length > 0 ? 'working' : 'closed', choice: 'usual', ...nobody, hours: usual, from: 'week' };
}

const byDate = (a: Holiday, b: Holiday): number => a.date.localeCompare(b.date);

/** The calendar with one day changed. 'usual' takes back what this calendar says of it; the set stays. */
export function withDay(calendar: Calendar, date: string, choice: Choice, said: { name_zh: string; name_en: string; hours: string[] }): Calendar {
  const holidays = calendar.holidays.filter((row) => row.date !== date);
  const days = calendar.days.filter((row) => row.date !== date);
  const { name_zh, name_en } = said;
  if (choice === 'holiday') holidays.push({ date, name_zh, name_en });
  if (choice === 'hours') days.push({ date, hours: said.hours, name_zh, name_en });
  if (choice === 'closed') days.push({ date, hours: [], name_zh, name_en });
  return { ...calendar, holidays: holidays.toSorted(byDate), days: days.toSorted(byDate) };
}

/** Hours that a day begins with when somebody gives it its own. */
export function hoursFor(calendar: Calendar, date: string): string[] {
  const usual = calendar.week[weekdays[weekdayOf(date)]!] ?? [];
  if (usual.length > 0) return usual;
  if (calendar.make_up_hours.length > 0) return calendar.make_up_hours;
  return weekdays.map((day) => calendar.week[day]).find((hours) => hours.length > 0) ?? ['09:00-18:00'];
}

/** Whether this calendar works with holidays at all, and for how long they are known. */
export function knownUntil(calendar: Calendar): string | null | 'none' {
  if (calendar.always) return 'none';
  const until = calendar.complete_until ?? calendar.shared?.complete_until ?? null;
  if (until === null && calendar.shared === null && calendar.holidays.length === 0) return 'none';
  return until;
}

/** What PUT takes: an answer's calendar without what only the server says. */
export function asEdit(calendar: Calendar, saved: Calendar | null, note: string): Record<string, unknown> {
  const { known_until: _known, used_by: _used, shared, ...rest } = calendar;
  const edit: Record<string, unknown> = { ...rest };
  if (shared && JSON.stringify(shared) !== JSON.stringify(saved?.shared ?? null)) {
    const { used_by: _by, ...set } = shared;
    edit.shared = set;
  }
  if (note !== '') edit.note = note;
  return edit;
}

/** My changes over what somebody else has saved: what I have not touched is theirs. */
export function mine(base: Calendar | null, edited: Calendar, theirs: Calendar): Calendar {
  if (base === null) return edited;
  const touched = (Object.keys(edited) as (keyof Calendar)[]).filter((key) => JSON.stringify(edited[key]) !== JSON.stringify(base[key]));
  return { ...theirs, ...Object.fromEntries(touched.map((key) => [key, edited[key]])) };
}

export const same = (a: Calendar | null, b: Calendar | null): boolean => JSON.stringify(a) === JSON.stringify(b);
