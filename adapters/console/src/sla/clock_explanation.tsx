// SPDX-License-Identifier: Apache-2.0
// "Why this time?": the picture of a clock, the sentence, the steps, and all of it as a table: read by screen
// readers always, shown to everybody on request.
import { Table2, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { Clock } from '../api/types';
import { Failed, Loading } from '../ui/states';
import { ClockPicture, StepMark } from './clock_picture';
import { isCalendar, notes, pauseReason, spell, stepWords, why } from './explain_words';
import { type ClockExplanation, useExplanation } from './explanation';
import { useTick } from './ticker';
import { browserZone, zoneStamp } from './zone';

interface Props { id: string; number: string; version: number; clock: Clock; casePaused: boolean; onClose(): void }

export function ClockExplained({ id, number, version, clock, casePaused, onClose }: Props) {
  const { t } = useTranslation();
  const found = useExplanation(number, clock.id, version);
  const kind = t(`clock_kind.${clock.kind}`);
  // Another clock's picture must not stand under this one's name while it is being read.
  const explanation = found.data?.clock.id === clock.id ? found.data : undefined;
  const zone = explanation?.calendar.zone ?? '';
  return (
    <section id={id} className="rounded-md border border-line bg-panel px-3 pt-2 pb-2.5 flex flex-col gap-1.5 shrink-0" aria-label={t('explain.of', { kind })}>
      <div className="flex items-center gap-2">
        <h2 className="text-[15px]">{t('explain.of', { kind })}</h2>
        {zone !== '' && zone !== browserZone() && <span className="tag bg-quiet-soft text-quiet">{t('explain.zone', { zone })}</span>}
        <button type="button" className="btn btn-quiet btn-small ml-auto" aria-label={t('explain.close')} onClick={onClose}><X aria-hidden="true" size={15} /></button>
      </div>
      {explanation ? <Explained explanation={explanation} casePaused={casePaused} />
        : found.isError ? <Failed error={found.error} retry={() => void found.refetch()} /> : <Loading rows={4} />}
    </section>
  );
}

function Explained({ explanation, casePaused }: { explanation: ClockExplanation; casePaused: boolean }) {
  const { t, i18n } = useTranslation();
  const [table, setTable] = useState(false);
  const reference = useReference().data;
  const now = useTick((at) => Math.floor(at / 15_000) * 15_000);
  const tableId = useId();
  const { zone } = explanation.calendar;
  const sentence = why(explanation, i18n.language, t, now);
  return (
    <>
      <ClockPicture explanation={explanation} now={now} label={sentence} stepTitle={(step) => stepWords(step, zone, t, now)} />
      <p className="font-semibold" data-why>{sentence}</p>
      <p className="text-[14px] text-muted flex flex-wrap gap-x-3">
        {notes(explanation, reference, casePaused, i18n.language, t, now).map((note) => <span key={note}>{note}</span>)}
      </p>
      <ol className="grid grid-cols-1 min-[1180px]:grid-cols-2 gap-x-4 gap-y-0.5 text-[14px]" aria-label={t('explain.steps')}>
        {explanation.steps.map((step, index) => (
          <li key={step.name} className="grid grid-cols-[20px_minmax(0,1fr)] gap-1.5" data-step={step.state}>
            <svg width="20" height="20" aria-hidden="true"><StepMark step={step} number={index + 1} x={10} y={10} /></svg>
            <span className={step.state === 'skipped' ? 'text-muted' : ''}>{stepWords(step, zone, t, now)}</span>
          </li>
        ))}
      </ol>
      <button type="button" className="btn btn-small self-start" aria-pressed={table} aria-controls={tableId} onClick={() => setTable(!table)}>
        <Table2 aria-hidden="true" size={14} />{table ? t('explain.hide_table') : t('explain.show_table')}
      </button>
      <div id={tableId} className={table ? 'overflow-x-auto' : 'sr'}>
        <Spans explanation={explanation} now={now} />
        {explanation.pauses.length > 0 && (
          <table className="mt-2 text-[14px]">
            <caption className="text-left font-semibold">{t('explain.pauses')}</caption>
            <thead><tr className="text-left text-muted">{(['from', 'to', 'reason', 'by'] as const).map((name) => <th key={name} scope="col" className="pr-4 font-normal">{t(`explain.${name}`)}</th>)}</tr></thead>
            <tbody>
              {explanation.pauses.map((pause) => (
                <tr key={pause.from}>
                  <td className="pr-4">{zoneStamp(pause.from, zone, now)}</td>
                  <td className="pr-4">{pause.to === null ? t('explain.still') : zoneStamp(pause.to, zone, now)}</td>
                  <td className="pr-4">{pauseReason(pause.reason, reference, i18n.language)}</td>
                  <td>{pause.by?.name ?? '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>
  );
}

function Spans({ explanation, now }: { explanation: ClockExplanation; now: number }) {
  const { t, i18n } = useTranslation();
  const { zone } = explanation.calendar;
  const due = explanation.clock.due_at;
  let used = 0;
  return (
    <table className="text-[14px]">
      <caption className="text-left font-semibold">{t('explain.spans')}</caption>
      <thead><tr className="text-left text-muted">{(['from', 'to', 'what', 'length', 'used'] as const).map((name) => <th key={name} scope="col" className="pr-4 font-normal">{t(`explain.${name}`)}</th>)}</tr></thead>
      <tbody>
        {explanation.spans.map((span) => {
          if (span.kind === 'working') used += span.s;
          const name = i18n.language === 'en' ? span.name_en : span.name_zh;
          return (
            <tr key={span.from} className={due !== null && span.from >= due ? 'text-muted' : ''}>
              <td className="pr-4">{zoneStamp(span.from, zone, now)}</td>
              <td className="pr-4">{zoneStamp(span.to, zone, now)}</td>
              <td className="pr-4">{name === '' ? t(`explain.kind_${span.kind}`) : t('explain.named', { kind: t(`explain.kind_${span.kind}`), name })}</td>
              <td className="pr-4">{spell(span.s, t)}</td>
              <td>{span.kind === 'working' ? spell(used, t, isCalendar(explanation.clock)) : t('explain.not_counted')}{span.to === due ? t('explain.is_due') : ''}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
