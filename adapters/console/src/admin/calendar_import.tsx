// SPDX-License-Identifier: Apache-2.0
// A calendar file of somebody else: read by the server, shown with what it left out, and only then put into
// the calendar on the screen. Nothing is saved here.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { ChipGroup } from '../ui/chip_group';
import { CommandDialog } from '../ui/dialog';
import { LineField, WordsField } from '../ui/fields';
import { asEdit, type Calendar, type ImportAnswer } from './calendar';
import { RuleErrors } from './rule_errors';

interface Props {
  calendar: Calendar;
  saved: Calendar | null;
  onDone(calendar: Calendar, date: string | null): void;
  onClose(): void;
}

const sizeMax = 1024 * 1024;
const shownMax = 400;

export function CalendarImport({ calendar, saved, onDone, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const [text, setText] = useState('');
  const [mode, setMode] = useState<'merge' | 'replace'>('merge');
  const [target, setTarget] = useState<'holiday_set' | 'calendar'>(calendar.shared ? 'holiday_set' : 'calendar');
  const [until, setUntil] = useState('');
  const read = useMutation({
    mutationFn: () =>
      post<ImportAnswer>(`calendars/${encodeURIComponent(calendar.code)}/import`, {
        format: /^\s*[{[]/.test(text) ? 'json' : 'ical', body: text, mode, target, draft: asEdit(calendar, saved, ''),
      }),
    onSuccess: (answer) => setUntil(answer.complete_until ?? ''),
  });
  const answer = read.data;
  const tooLarge = new Blob([text]).size > sizeMax;
  const ready = text.trim() !== '' && !tooLarge;
  const forget = () => read.reset();
  const finish = () => {
    if (!answer) return;
    const done = { ...answer.calendar };
    if (until !== '') {
      if (target === 'holiday_set' && done.shared) done.shared = { ...done.shared, complete_until: until };
      else done.complete_until = until;
    }
    onDone(done, answer.understood[0]?.date ?? null);
    onClose();
  };
  const count = (kind: string) => answer?.understood.filter((day) => day.kind === kind).length ?? 0;
  return (
    <CommandDialog wide title={t('calendars.import_title', { name: i18n.language === 'en' ? calendar.name_en : calendar.name_zh })} command={read} error={null} ready={answer ? answer.understood.length > 0 : ready} confirm={t(answer ? 'calendars.take_over' : 'calendars.read')} onConfirm={() => (answer ? finish() : read.mutate())} onClose={onClose}>
      {!answer && (
        <>
          <div>
            <label className="label" htmlFor="import-file">{t('calendars.file')}</label>
            <input
              id="import-file" type="file" accept=".ics,.json,text/calendar,application/json" className="field"
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file && file.size <= sizeMax) void file.text().then(setText);
                else if (file) setText('x'.repeat(sizeMax + 1));
              }}
            />
          </div>
          <WordsField id="import-text" label={t('calendars.or_text')} value={tooLarge ? '' : text} onChange={setText} className="field font-mono text-[13px]" rows={8} spellCheck={false}>
            <p className={tooLarge ? 'error' : 'text-[13px] text-muted mt-0.5'}>{t(tooLarge ? 'calendars.too_large' : 'calendars.import_hint')}</p>
          </WordsField>
          <ChipGroup<'merge' | 'replace'>
            label={t('calendars.mode')} value={mode} onChange={setMode}
            choices={(['merge', 'replace'] as const).map((value) => ({ value, label: t(`calendars.mode_${value}`) }))}
          />
          {calendar.shared && (
            <ChipGroup<'holiday_set' | 'calendar'>
              label={t('calendars.target')} value={target} onChange={setTarget}
              choices={(['holiday_set', 'calendar'] as const).map((value) => ({ value, label: t(`calendars.target_${value}`, { code: calendar.shared!.code, count: calendar.shared!.used_by.length }) }))}
            />
          )}
          <RuleErrors error={read.error} />
        </>
      )}
      {answer && (
        <>
          <p role="status" className="font-semibold">
            {t('calendars.understood', { events: answer.events, holidays: count('holiday'), make_up: count('make_up'), hours: count('hours') })}
          </p>
          <div className="grid grid-cols-2 gap-3 max-[700px]:grid-cols-1">
            <ul aria-label={t('calendars.understood_list')} tabIndex={0} className="border border-line rounded-md max-h-64 overflow-auto">
              {answer.understood.slice(0, shownMax).map((day) => (
                <li key={day.date} className="px-2.5 py-1 border-b border-line flex gap-3">
                  <span>{day.date}</span>
                  <span className="font-semibold">{t(`calendars.import_${day.kind}`)}</span>
                  <span className="truncate">{[i18n.language === 'en' ? day.name_en : day.name_zh, day.hours.join(' ')].filter(Boolean).join(' ')}</span>
                </li>
              ))}
              {answer.understood.length === 0 && <li className="p-3 text-muted">{t('calendars.understood_none')}</li>}
            </ul>
            <ul aria-label={t('calendars.ignored_list')} tabIndex={0} className="border border-line rounded-md max-h-64 overflow-auto">
              {answer.ignored.map((row, index) => (
                <li key={index} className="px-2.5 py-1 border-b border-line">
                  {row.date && <span className="mr-3">{row.date}</span>}
                  <span className="font-semibold mr-2">{row.what}</span>
                  <span className="text-muted">{t(`calendars.ignored_${row.reason}`)}</span>
                </li>
              ))}
              {answer.ignored_total > answer.ignored.length && <li className="p-2.5 text-muted">{t('calendars.ignored_more', { count: answer.ignored_total - answer.ignored.length })}</li>}
              {answer.ignored_total === 0 && <li className="p-3 text-muted">{t('calendars.ignored_none')}</li>}
            </ul>
          </div>
          <div className="flex items-end gap-3">
            <LineField id="import-until" label={t('calendars.published_until')} value={until} onChange={setUntil} type="date" />
            <button type="button" className="btn" onClick={forget}>{t('calendars.another_file')}</button>
          </div>
        </>
      )}
    </CommandDialog>
  );
}
