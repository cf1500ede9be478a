// SPDX-License-Identifier: Apache-2.0
// The frame of a calendar: names, zone, hours of the week, which holidays it shares. Also begins a new one.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '../format';
import { Dialog, DialogForm } from '../ui/dialog';
import { ChoiceField } from '../ui/fields';
import { type Calendar, type HolidaySet, readHours, type Weekday, weekdays, writeHours } from './calendar';

interface Props {
  calendar: Calendar;
  /** Begins a new one: its code is asked for. */
  taken: string[] | null;
  sets: HolidaySet[];
  onDone(calendar: Calendar): void;
  onClose(): void;
}

export function CalendarWeek({ calendar, taken, sets, onDone, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const [edit, setEdit] = useState(calendar);
  const [code, setCode] = useState(taken ? '' : calendar.code);
  const [hours, setHours] = useState<Record<string, string>>(() => Object.fromEntries([...weekdays.map((day) => [day, writeHours(calendar.week[day] ?? [])] as const), ['make_up', writeHours(calendar.make_up_hours)] as const]));
  const [until, setUntil] = useState(calendar.complete_until ?? calendar.shared?.complete_until ?? '');
  const long = new Intl.DateTimeFormat(localeOf(i18n.language), { timeZone: 'UTC', weekday: 'long' });
  const read = Object.fromEntries(Object.entries(hours).map(([key, text]) => [key, readHours(text)]));
  const codeGood = /^[a-z0-9._-]{1,64}$/.test(code) && !(taken ?? []).includes(code);
  const named = edit.name_zh.trim() !== '' && edit.name_en.trim() !== '' && edit.zone.trim() !== '';
  const open = edit.always || weekdays.some((day) => (read[day] ?? []).length > 0);
  const ready = codeGood && named && open && (edit.always || Object.values(read).every((value) => value !== null));
  const confirm = () => {
    const week = Object.fromEntries(weekdays.map((day) => [day, edit.always ? [] : read[day]!])) as Record<Weekday, string[]>;
    const done: Calendar = { ...edit, code, week, make_up_hours: edit.always ? [] : read.make_up! };
    if (edit.always) Object.assign(done, { holiday_set: '', shared: null, holidays: [], days: [] });
    const value = until === '' ? null : until;
    if (done.shared) done.shared = { ...done.shared, complete_until: value };
    else done.complete_until = done.always ? null : value;
    onDone(done);
    onClose();
  };
  const field = (id: string, label: string, value: string, set: (value: string) => void, bad = false, more = {}) => (
    <div className="min-w-0">
      <label className="label" htmlFor={id}>{label}</label>
      <input id={id} className="field" value={value} aria-invalid={bad} onChange={(event) => set(event.target.value)} {...more} />
    </div>
  );
  return (
    <Dialog open wide title={taken ? t('calendars.new') : t('calendars.week_title')} onClose={onClose}>
      <DialogForm busy={false} ready={ready} error={null} confirm={t('calendars.take_over')} onConfirm={confirm} onCancel={onClose}>
        <div className="grid grid-cols-2 gap-x-4 gap-y-2 max-[700px]:grid-cols-1">
          {taken && field('calendar-code', t('calendars.code'), code, setCode, code !== '' && !codeGood, { maxLength: 64, placeholder: 'shanghai-office' })}
          {field('calendar-name-zh', t('calendars.name_zh'), edit.name_zh, (name_zh) => setEdit({ ...edit, name_zh }), edit.name_zh.trim() === '', { maxLength: 60 })}
          {field('calendar-name-en', t('calendars.name_en'), edit.name_en, (name_en) => setEdit({ ...edit, name_en }), edit.name_en.trim() === '', { maxLength: 60 })}
          {field('calendar-zone', t('calendars.zone'), edit.zone, (zone) => setEdit({ ...edit, zone }), edit.zone.trim() === '', { list: 'zones', spellCheck: false })}
          <datalist id="zones">{Intl.supportedValuesOf('timeZone').map((zone) => <option key={zone} value={zone} />)}</datalist>
          <label className="flex items-center gap-2 self-end min-h-[38px] font-semibold">
            <input type="checkbox" className="size-4" checked={edit.always} onChange={(event) => setEdit({ ...edit, always: event.target.checked })} />
            {t('calendars.always')}
          </label>
        </div>
        {!edit.always && (
          <>
            <fieldset className="grid grid-cols-4 gap-x-3 gap-y-2 max-[700px]:grid-cols-2">
              <legend className="label">{t('calendars.week')} · {t('calendars.hours_hint')}</legend>
              {weekdays.map((day, at) => (
                <div key={day} className="min-w-0">
                  <label className="label" htmlFor={`week-${day}`}>{long.format(new Date(Date.UTC(2024, 0, 1 + at)))}</label>
                  <input id={`week-${day}`} className="field" placeholder={t('calendars.no_hours')} value={hours[day]} aria-invalid={read[day] === null} onChange={(event) => setHours({ ...hours, [day]: event.target.value })} />
                </div>
              ))}
              <div className="min-w-0">
                <label className="label" htmlFor="week-make-up">{t('calendars.make_up_hours')}</label>
                <input id="week-make-up" className="field" value={hours.make_up} aria-invalid={read.make_up === null} onChange={(event) => setHours({ ...hours, make_up: event.target.value })} />
              </div>
            </fieldset>
            <div className="grid grid-cols-2 gap-x-4 max-[700px]:grid-cols-1">
              <ChoiceField
                id="calendar-set" label={t('calendars.set')} value={edit.holiday_set} empty={t('calendars.set_none')}
                onChange={(code) => {
                  const shared = sets.find((set) => set.code === code) ?? null;
                  setEdit({ ...edit, holiday_set: shared?.code ?? '', shared });
                  setUntil((shared ? shared.complete_until : edit.complete_until) ?? '');
                }}
              >
                {sets.map((set) => <option key={set.code} value={set.code}>{t('calendars.set_used', { code: set.code, count: set.used_by.length })}</option>)}
              </ChoiceField>
              {field('calendar-until', t('calendars.published_until'), until, setUntil, false, { type: 'date' })}
            </div>
          </>
        )}
      </DialogForm>
    </Dialog>
  );
}
