// SPDX-License-Identifier: Apache-2.0
// Working calendars: whoever leads reads them, the administrator changes them. What is changed stays here
// until it is saved, with what that does to running clocks shown first.
import { CalendarPlus, ChevronLeft, ChevronRight, FileInput, Save, Settings2, TriangleAlert, Undo2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '../feed/state';
import { localeOf, named } from '../format';
import { useMe } from '../session';
import { Failed, Loading } from '../ui/states';
import { type Calendar, type Choice, type HolidaySet, knownUntil, todayIn, weekdays, yearOf } from './calendar';
import { CalendarDay, chosenDay } from './calendar_day';
import { CalendarImport } from './calendar_import';
import { CalendarSave } from './calendar_save';
import { dropDraft, keepDraft, useCalendars, useDrafts } from './calendar_store';
import { CalendarWeek } from './calendar_week';
import { CalendarYear, Legend } from './calendar_year';

const yearMin = 2000;
const yearMax = 2100;

export function CalendarsPage() {
  const { t, i18n } = useTranslation();
  const list = useCalendars();
  const drafts = useDrafts((state) => state.byCode);
  const mayEdit = useMe().can.includes('edit_rules');
  const [code, setCode] = useState<string | null>(null);
  const [wanted, setDate] = useState<string | null>(null);
  const [open, setOpen] = useState<'none' | 'week' | 'new' | 'import' | 'save'>('none');
  const dayGroup = useRef<HTMLDivElement>(null);
  if (list.isPending) return <Loading rows={8} />;
  if (!list.data) return <div className="panel h-full"><Failed error={list.error} retry={() => void list.refetch()} /></div>;

  const { items, version } = list.data;
  const fresh = Object.values(drafts).filter((draft) => draft.base === null && !items.some((row) => row.code === draft.calendar.code));
  const shown = [...items.map((row) => drafts[row.code]?.calendar ?? row), ...fresh.map((draft) => draft.calendar)];
  const calendar = shown.find((row) => row.code === code) ?? shown[0];
  if (!calendar) return <div className="panel h-full"><Failed error={null} retry={() => void list.refetch()} /></div>;
  const saved = items.find((row) => row.code === calendar.code) ?? null;
  const draft = drafts[calendar.code];
  const base = draft ? draft.base : saved;
  const today = todayIn(calendar.zone, serverNow());
  const date = wanted ?? today;
  const year = yearOf(date);
  const change = (next: Calendar) => keepDraft(next, drafts[next.code] ? drafts[next.code]!.base : (items.find((row) => row.code === next.code) ?? null));
  const choose = (choice: Choice) => change(chosenDay(calendar, date, choice));
  const turn = (years: number) => {
    const to = Math.min(yearMax, Math.max(yearMin, year + years));
    setDate(to === yearOf(today) ? today : `${to}-01-01`);
  };
  const sets = [...new Map(shown.flatMap((row) => (row.shared ? [[row.shared.code, row.shared] as [string, HolidaySet]] : []))).values()];
  const until = knownUntil(calendar);
  const unpublished = until !== 'none' && (until === null || until < `${year}-12-31`);
  const close = () => setOpen('none');
  const begin = (): Calendar => ({ ...calendar, code: '', name_zh: '', name_en: '', holidays: [], days: [] });

  return (
    <div className="h-full grid grid-cols-[212px_minmax(0,1fr)_248px] gap-3 max-[1100px]:grid-cols-1 max-[1100px]:h-auto">
      <section className="panel" aria-label={t('calendars.title')}>
        <header className="panel-head"><h1 className="text-[17px]">{t('calendars.title')}</h1></header>
        <ul className="overflow-auto min-h-0">
          {shown.map((row) => (
            <li key={row.code}>
              <button type="button" className="row" aria-current={row.code === calendar.code ? 'true' : undefined} onClick={() => setCode(row.code)}>
                <span className="font-semibold block">{named(row, i18n.language)}</span>
                <span className="text-muted text-[13px] flex gap-2 flex-wrap">
                  {row.code}
                  {drafts[row.code] && <span className="text-warn font-semibold">{t('calendars.unsaved')}</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <Facts calendar={calendar} />
        {mayEdit && (
          <div className="mt-auto p-3 border-t border-line grid gap-1.5">
            <button type="button" className="btn btn-small" onClick={() => setOpen('week')}><Settings2 aria-hidden="true" size={15} />{t('calendars.week_edit')}</button>
            <button type="button" className="btn btn-small" disabled={saved === null || calendar.always} onClick={() => setOpen('import')}><FileInput aria-hidden="true" size={15} />{t('calendars.import')}</button>
            <button type="button" className="btn btn-small" onClick={() => setOpen('new')}><CalendarPlus aria-hidden="true" size={15} />{t('calendars.new')}</button>
          </div>
        )}
      </section>

      <section className="panel" aria-label={t('calendars.year_view')}>
        <header className="px-3 py-1.5 border-b border-line flex items-center gap-2 flex-wrap min-h-[42px]">
          <button type="button" className="btn btn-small btn-icon" aria-label={t('calendars.year_before')} disabled={year <= yearMin} onClick={() => turn(-1)}><ChevronLeft aria-hidden="true" size={16} /></button>
          <h2 className="text-[17px] min-w-14 text-center" aria-live="polite">{year}</h2>
          <button type="button" className="btn btn-small btn-icon" aria-label={t('calendars.year_after')} disabled={year >= yearMax} onClick={() => turn(1)}><ChevronRight aria-hidden="true" size={16} /></button>
          {unpublished && (
            <p role="status" data-unpublished="" className="band band-warn whitespace-normal! shrink! min-w-0">
              <TriangleAlert aria-hidden="true" size={15} className="shrink-0" />
              {until === null || until < `${year}-01-01` ? t('calendars.unpublished', { year }) : t('calendars.unpublished_after', { date: until })}
            </p>
          )}
        </header>
        <div className="px-2.5 py-1 flex-1 min-h-0 overflow-auto">
          <CalendarYear
            calendar={calendar} year={year} selected={date} today={today} onSelect={setDate} onChoose={mayEdit && !calendar.always ? choose : undefined}
            onOpen={() => dayGroup.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()}
          />
        </div>
        <footer className="px-3 py-1 border-t border-line"><Legend /></footer>
      </section>

      <section className="panel" aria-label={t('calendars.day')}>
        <div className="flex-1 min-h-0 overflow-auto" tabIndex={0} role="group" aria-label={t('calendars.day')}>
          <CalendarDay calendar={calendar} date={date} onChange={mayEdit ? change : null} groupRef={dayGroup} />
        </div>
        {mayEdit && draft && (
          <footer className="p-3 border-t border-line grid gap-2">
            <p className="text-[13.5px] text-warn font-semibold">{t('calendars.unsaved_hint')}</p>
            <button type="button" className="btn btn-primary" onClick={() => setOpen('save')}><Save aria-hidden="true" size={16} />{t('calendars.save')}</button>
            <button type="button" className="btn" onClick={() => dropDraft(calendar.code)}><Undo2 aria-hidden="true" size={16} />{t('action.discard')}</button>
          </footer>
        )}
      </section>

      {open === 'week' && <CalendarWeek calendar={calendar} taken={null} sets={sets} onDone={change} onClose={close} />}
      {open === 'new' && (
        <CalendarWeek
          calendar={begin()} taken={shown.map((row) => row.code)} sets={sets} onClose={close}
          onDone={(next) => {
            change({ ...next, used_by: { policies: [], queues: [], callbacks: false } });
            setCode(next.code);
          }}
        />
      )}
      {open === 'import' && (
        <CalendarImport
          calendar={calendar} saved={saved} onClose={close}
          onDone={(next, first) => {
            change(next);
            if (first) setDate(first);
          }}
        />
      )}
      {open === 'save' && draft && <CalendarSave calendar={calendar} base={base} saved={saved} version={version} onClose={close} />}
    </div>
  );
}

function Facts({ calendar }: { calendar: Calendar }) {
  const { t, i18n } = useTranslation();
  const short = new Intl.DateTimeFormat(localeOf(i18n.language), { timeZone: 'UTC', weekday: 'short' });
  const name = (at: number) => short.format(new Date(Date.UTC(2024, 0, 1 + at)));
  // Days that follow each other with the same hours stand on one line.
  const lines: { days: string; hours: string }[] = [];
  for (let at = 0; at < weekdays.length; ) {
    const hours = (calendar.week[weekdays[at]!] ?? []).join(', ');
    let last = at;
    while (last + 1 < weekdays.length && (calendar.week[weekdays[last + 1]!] ?? []).join(', ') === hours) last += 1;
    lines.push({ days: last > at ? `${name(at)}–${name(last)}` : name(at), hours });
    at = last + 1;
  }
  const { policies, queues } = calendar.used_by;
  const users = [...policies, ...queues].map((row) => named(row, i18n.language));
  return (
    <dl className="p-3 border-t border-line text-[13.5px] flex flex-col gap-2 overflow-auto min-h-0" tabIndex={0} aria-label={t('calendars.facts')}>
      <div><dt className="text-muted">{t('calendars.zone')}</dt><dd>{calendar.zone}</dd></div>
      <div>
        <dt className="text-muted">{t('calendars.week')}</dt>
        {calendar.always ? <dd>{t('calendars.always')}</dd> : lines.map((line) => <dd key={line.days} className="flex justify-between gap-2"><span>{line.days}</span><span>{line.hours || t('calendars.no_hours')}</span></dd>)}
      </div>
      {calendar.shared && <div><dt className="text-muted">{t('calendars.set')}</dt><dd>{t('calendars.set_used', { code: calendar.shared.code, count: calendar.shared.used_by.length })}</dd></div>}
      <div><dt className="text-muted">{t('calendars.used_by')}</dt><dd>{users.length > 0 ? users.join(i18n.language === 'en' ? ', ' : '、') : t('calendars.used_by_none')}</dd></div>
    </dl>
  );
}
