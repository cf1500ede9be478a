// SPDX-License-Identifier: Apache-2.0
// Dates, numbers and phone numbers as people read them, in the language of the screen.

export const localeOf = (language: string): string => (language === 'en' ? 'en-GB' : 'zh-CN');
const zone: Intl.DateTimeFormatOptions = { hourCycle: 'h23' };
const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(language: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language}.${name}`;
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(localeOf(language), { ...zone, ...options });
  cache.set(key, made);
  return made;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

export const timeOf = (at: string | number | Date): string => {
  const date = new Date(at);
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
};

/** 11-21 10:05; with the year when it is another one. The same in both languages, so columns line up. */
export function stamp(at: string | number, now: number = Date.now()): string {
  const date = new Date(at);
  const day = `${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
  const year = date.getFullYear() === new Date(now).getFullYear() ? '' : `${date.getFullYear()}-`;
  return `${year}${day} ${timeOf(date)}`;
}

/** 今天 17:00 / tomorrow 10:00 / 周三 10:00 / 11-30 10:00. */
export function promise(at: string | number, language: string, words: { today: string; tomorrow: string; yesterday: string }, now: number = Date.now()): string {
  const date = new Date(at);
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  const days = Math.floor((date.getTime() - start.getTime()) / 86_400_000);
  if (days === 0) return `${words.today} ${timeOf(date)}`;
  if (days === 1) return `${words.tomorrow} ${timeOf(date)}`;
  if (days === -1) return `${words.yesterday} ${timeOf(date)}`;
  if (days > 1 && days < 7) return `${formatter(language, 'weekday', { weekday: 'short' }).format(date)} ${timeOf(date)}`;
  return stamp(at, now);
}

/** 2026-11-21, where the time of day says nothing. */
export const day = (at: string): string => {
  const date = new Date(at);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
};

/** 1:27 or 1:02:03. */
export function lasting(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** +8613800138000 → 138 0013 8000; anything else is shown as it came. */
export function phone(number: string): string {
  const local = number.replace(/^\+86/, '');
  if (/^1\d{10}$/.test(local)) return `${local.slice(0, 3)} ${local.slice(3, 7)} ${local.slice(7)}`;
  return number.startsWith('+86') && /^\d+$/.test(local) ? `0${local}` : number;
}

export const money = (cents: number, language: string, currency = 'CNY'): string =>
  new Intl.NumberFormat(localeOf(language), { style: 'currency', currency }).format(cents / 100);

export const named = (thing: { name_zh: string; name_en: string } | null | undefined, language: string): string =>
  thing ? (language === 'en' ? thing.name_en : thing.name_zh) : '';
export const categoryName = (row: { category_zh: string | null; category_en: string | null }, language: string): string =>
  (language === 'en' ? row.category_en : row.category_zh) ?? '';
export const wordOf = (thing: { zh: string; en: string } | undefined, language: string): string =>
  thing ? (language === 'en' ? thing.en : thing.zh) : '';

/** A local date and time for <input type="datetime-local">. */
export function localInput(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}T${timeOf(date)}`;
}
