// SPDX-License-Identifier: Apache-2.0
// A year on one screen. Every day has its colour and its sign. One tab stop: arrows move by day and week,
// PageUp and PageDown by month, Enter goes to the day's panel, digits choose what the day is.
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '../format';
import { type Calendar, type Choice, dayInfo, isoDate, type Look, monthDates, shift, weekdayOf } from './calendar';

export const looks: Look[] = ['working', 'closed', 'holiday', 'make_up', 'short', 'special'];
export const choices: Choice[] = ['usual', 'holiday', 'hours', 'closed'];
export const lookClass: Record<Look, string> = {
  working: 'bg-panel text-ink border-line',
  closed: 'bg-quiet-soft text-quiet border-transparent',
  holiday: 'bg-accent-soft text-accent-text border-accent',
  make_up: 'bg-warn-soft text-warn border-warn',
  short: 'bg-ok-soft text-ok border-ok',
  special: 'bg-risk-soft text-risk border-risk',
};

interface Props {
  calendar: Calendar;
  year: number;
  selected: string;
  today: string;
  onSelect(date: string): void;
  onOpen(): void;
  onChoose?: ((choice: Choice) => void) | undefined;
}

export function CalendarYear({ calendar, year, selected, today, onSelect, onOpen, onChoose }: Props) {
  const { t, i18n } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    box.current?.querySelector<HTMLElement>(`[data-date="${selected}"]`)?.focus();
  }, [selected]);
  const words = useMemo(() => {
    const locale = localeOf(i18n.language);
    const utc = { timeZone: 'UTC' } as const;
    const narrow = new Intl.DateTimeFormat(locale, { ...utc, weekday: 'narrow' });
    return {
      month: new Intl.DateTimeFormat(locale, { ...utc, month: 'long' }),
      day: new Intl.DateTimeFormat(locale, { ...utc, month: 'long', day: 'numeric', weekday: 'long' }),
      // 2024-01-01 was a Monday.
      weekdays: Array.from({ length: 7 }, (_, at) => narrow.format(new Date(Date.UTC(2024, 0, 1 + at)))),
    };
  }, [i18n.language]);
  const byMonth = (date: string, months: number): string => {
    const at = new Date(date);
    const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months + 1, 0)).getUTCDate();
    return isoDate(new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, Math.min(at.getUTCDate(), last))));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const steps: Record<string, () => string> = {
      ArrowLeft: () => shift(selected, -1), ArrowRight: () => shift(selected, 1),
      ArrowUp: () => shift(selected, -7), ArrowDown: () => shift(selected, 7),
      PageUp: () => byMonth(selected, -1), PageDown: () => byMonth(selected, 1),
      Home: () => `${selected.slice(0, 8)}01`, End: () => monthDates(year, Number(selected.slice(5, 7))).at(-1)!,
    };
    const choice = choices[Number(event.key) - 1];
    if (steps[event.key]) {
      moved.current = true;
      onSelect(steps[event.key]!());
    } else if (event.key === 'Enter') onOpen();
    else if (choice && onChoose) onChoose(choice);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const reachable = selected.startsWith(String(year)) ? selected : `${year}-01-01`;
  return (
    <div ref={box} role="group" aria-label={t('calendars.year_of', { year })} className="grid grid-cols-4 gap-x-2 gap-y-1 max-[1000px]:grid-cols-2" onKeyDown={onKeyDown}>
      {Array.from({ length: 12 }, (_, index) => index + 1).map((month) => {
        const dates = monthDates(year, month);
        return (
          <section key={month} className="min-w-0" aria-label={words.month.format(new Date(dates[0]!))}>
            <h3 className="text-[13px] leading-5">{words.month.format(new Date(dates[0]!))}</h3>
            <div className="grid grid-cols-7 gap-y-px text-[11px] leading-4 text-muted text-center" aria-hidden="true">
              {words.weekdays.map((name, at) => <span key={at}>{name}</span>)}
            </div>
            <div className="grid grid-cols-7 gap-y-px">
              {dates.map((date, index) => {
                const info = dayInfo(calendar, date);
                const name = i18n.language === 'en' ? info.name_en : info.name_zh;
                return (
                  <button
                    key={date} type="button" data-date={date} data-look={info.look} data-sign={t(`calendars.sign_${info.look}`)} tabIndex={date === reachable ? 0 : -1}
                    style={index === 0 ? { gridColumnStart: weekdayOf(date) + 1 } : undefined}
                    aria-pressed={date === selected} aria-current={date === today ? 'date' : undefined}
                    aria-label={[words.day.format(new Date(date)), t(`calendars.look_${info.look}`), name, info.hours.join(' ')].filter(Boolean).join(', ')}
                    title={[name, info.hours.join(' ')].filter(Boolean).join(' ') || undefined}
                    className={`h-[24px] min-w-[24px] rounded-sm border px-0 text-[12px] leading-none inline-flex items-center justify-center tracking-tight after:content-[attr(data-sign)] after:text-[10px] after:font-bold ${lookClass[info.look]} ${date === today ? 'underline underline-offset-2' : ''} ${date === selected ? 'ring-2 ring-accent relative z-10' : ''}`}
                    onClick={() => onSelect(date)} onDoubleClick={onOpen}
                  >
                    {index + 1}
                  </button>
                );
              })}
            </div>
          </section>
        );
      })}
    </div>
  );
}

export function Legend() {
  const { t } = useTranslation();
  return (
    <ul aria-label={t('calendars.legend')} className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]">
      {looks.map((look) => (
        <li key={look} className="flex items-center gap-1.5">
          <span aria-hidden="true" className={`size-[20px] rounded-sm border inline-flex items-center justify-center text-[12px] ${lookClass[look]}`}>{t(`calendars.sign_${look}`)}</span>
          {t(`calendars.look_${look}`)}
        </li>
      ))}
    </ul>
  );
}
