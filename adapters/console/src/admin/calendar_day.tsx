// SPDX-License-Identifier: Apache-2.0
// One day: what it is and why; and, for who may, what it should be.
import { type Ref, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '../format';
import { ChipGroup } from '../ui/chip_group';
import { LineField } from '../ui/fields';
import { type Calendar, type Choice, dayInfo, hoursFor, minutesOf, readHours, shift, withDay, writeHours } from './calendar';
import { choices, lookClass } from './calendar_year';

/** What a day is called until somebody gives it a better name: data, in both languages. */
const unnamed: Record<Exclude<Choice, 'usual'>, { name_zh: string; name_en: string }> = {
  holiday: { name_zh: '节假日', name_en: 'holiday' },
  hours: { name_zh: '当日工时', name_en: 'hours of this date' },
  closed: { name_zh: '不上班', name_en: 'closed' },
};
const made_up = { name_zh: '调休上班', name_en: 'make-up working day' };
const rangeMax = 60;

export function chosenDay(calendar: Calendar, date: string, choice: Choice): Calendar {
  const info = dayInfo(calendar, date);
  if (choice === 'usual' || info.choice === choice) return withDay(calendar, date, choice, info);
  const hours = hoursFor(calendar, date);
  const weekend = dayInfo(withDay(calendar, date, 'hours', { ...made_up, hours }), date).look === 'make_up';
  const names = choice === 'hours' && weekend ? made_up : unnamed[choice];
  return withDay(calendar, date, choice, { ...names, hours });
}

interface Props {
  calendar: Calendar;
  date: string;
  onChange: ((calendar: Calendar) => void) | null;
  groupRef: Ref<HTMLDivElement>;
}

export function CalendarDay({ calendar, date, onChange, groupRef }: Props) {
  const { t, i18n } = useTranslation();
  const info = dayInfo(calendar, date);
  const day = new Intl.DateTimeFormat(localeOf(i18n.language), { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' });
  const name = i18n.language === 'en' ? info.name_en : info.name_zh;
  const minutes = minutesOf(info.hours);
  const own = info.from === 'own';
  return (
    <div className="p-3 flex flex-col gap-2.5">
      <h2 className="text-[16px]">{day.format(new Date(date))}</h2>
      <p className="flex items-center gap-2 flex-wrap">
        <span className={`tag border ${lookClass[info.look]}`} data-day-look={info.look}>{t(`calendars.sign_${info.look}`)} {t(`calendars.look_${info.look}`)}</span>
        <span className="font-semibold">{name}</span>
      </p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-[14px]">
        <dt className="text-muted">{t('calendars.hours')}</dt>
        <dd>{minutes > 0 ? t('calendars.hours_total', { hours: info.hours.join(', '), total: `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}` }) : t('calendars.no_hours')}</dd>
        <dt className="text-muted">{t('calendars.from')}</dt>
        <dd>{t(`calendars.from_${info.from}`)}</dd>
      </dl>
      {onChange && !calendar.always && (
        <>
          <ChipGroup
            label={t('calendars.day_is')} small groupRef={groupRef} value={own ? info.choice : 'usual'}
            choices={choices.map((value) => ({ value, label: t(`calendars.choice_${value}`) }))}
            onChange={(choice) => onChange(chosenDay(calendar, date, choice))}
          />
          {own && <DayFields key={`${date}.${info.choice}`} calendar={calendar} date={date} onChange={onChange} />}
        </>
      )}
    </div>
  );
}

function DayFields({ calendar, date, onChange }: { calendar: Calendar; date: string; onChange(calendar: Calendar): void }) {
  const { t } = useTranslation();
  const info = dayInfo(calendar, date);
  const [hours, setHours] = useState(writeHours(info.hours));
  const [until, setUntil] = useState('');
  const read = readHours(hours);
  const bad = info.choice === 'hours' && (read === null || read.length === 0);
  // Another page, or a digit on the year, may have given the day other hours meanwhile.
  useEffect(() => setHours(writeHours(info.hours)), [info.hours.join()]); // eslint-disable-line react-hooks/exhaustive-deps
  const change = (said: Partial<typeof info>) => onChange(withDay(calendar, date, info.choice, { ...info, ...said }));
  const repeat = () => {
    let next = calendar;
    for (let at = shift(date, 1), count = 0; at <= until && count < rangeMax; at = shift(at, 1), count += 1) next = withDay(next, at, info.choice, info);
    setUntil('');
    onChange(next);
  };
  return (
    <div className="flex flex-col gap-2">
      {([['name_zh', t('calendars.name_zh')], ['name_en', t('calendars.name_en')]] as const).map(([field, label]) => (
        <LineField key={field} id={`day-${field}`} label={label} value={info[field]} onChange={(next) => change({ [field]: next })} maxLength={60} aria-invalid={info[field].trim() === ''} />
      ))}
      {info.choice === 'hours' && (
        <LineField
          id="day-hours" label={t('calendars.hours')} value={hours} aria-invalid={bad} aria-describedby="day-hours-hint"
          onChange={(next) => {
            setHours(next);
            const typed = readHours(next);
            if (typed !== null && typed.length > 0) change({ hours: typed });
          }}
        >
          <p id="day-hours-hint" className={bad ? 'error' : 'text-[13px] text-muted mt-0.5'}>{t('calendars.hours_hint')}</p>
        </LineField>
      )}
      <div className="flex items-end gap-2">
        <div className="flex-1 min-w-0">
          <label className="label" htmlFor="day-until">{t('calendars.same_until')}</label>
          <input id="day-until" type="date" className="field" min={shift(date, 1)} max={shift(date, rangeMax)} value={until} onChange={(event) => setUntil(event.target.value)} />
        </div>
        <button type="button" className="btn" disabled={until <= date} onClick={repeat}>{t('calendars.apply')}</button>
      </div>
    </div>
  );
}
