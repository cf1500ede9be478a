// SPDX-License-Identifier: Apache-2.0
// The complaint record on the case page: what is recorded, money, the regulator and the letter, repeats.
import { FileText, Link2, Link2Off, Pencil, ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { Case, Named } from '../api/types';
import { stamp, wordOf } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { FactList } from '../ui/facts';
import { CaseLink } from '../ui/matter_link';
import { ErrorLine, Failed, Loading } from '../ui/states';
import { Compensations } from './compensations';
import { EditRecord } from './edit_record';
import { LetterDialog } from './letter_dialog';
import { type ComplaintRecord, useComplaint, useComplaintCommand } from './model';

export function ComplaintPanel({ row }: { row: Case }) {
  const { t } = useTranslation();
  const found = useComplaint(row.number, row.version);
  if (found.isPending) return <section className="panel shrink-0"><h2 className="panel-head">{t('complaint.title')}</h2><Loading rows={4} /></section>;
  if (found.isLoadingError) return <section className="panel shrink-0"><Failed error={found.error} retry={() => void found.refetch()} /></section>;
  return <Panel row={row} record={found.data} />;
}

function Panel({ row, record }: { row: Case; record: ComplaintRecord }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  const reference = useReference().data;
  const [editing, setEditing] = useState(false);
  const [writing, setWriting] = useState(false);
  useKeys({
    edit_record: () => (record.can.edit ? setEditing(true) : false),
    letter: () => (record.can.send_letter || record.letter_at ? setWriting(true) : false),
  });
  const named = (list: Named[] | undefined, code: string): string => wordOf(list?.find((entry) => entry.code === code), language) || code;
  const yes = (value: boolean | null): string => (value === null ? '' : t(value ? 'complaint.yes' : 'complaint.no'));
  const facts: [string, string][] = [
    [t('complaint.category'), language === 'en' ? record.category_path_en : record.category_path_zh],
    [t('complaint.remedy_sought'), named(reference?.remedies, record.remedy_sought)],
    [t('complaint.remedy_offered'), record.remedy_offered && `${named(reference?.remedies, record.remedy_offered)} · ${t(`complaint.answer_${record.remedy_answer}`)}`],
    [t('complaint.justified'), yes(record.justified)],
    [t('complaint.root_cause'), named(reference?.root_causes, record.root_cause)],
    [t('complaint.root_cause_note'), record.root_cause_note],
    [t('complaint.regulator'), named(reference?.regulators, record.regulator)],
    [t('complaint.regulator_reference'), record.regulator_reference],
    [t('complaint.regulator_due_at'), record.regulator_due_at ? stamp(record.regulator_due_at) : ''],
    [t('complaint.letter_at'), record.letter_at ? stamp(record.letter_at) : ''],
  ];
  return (
    <section className="panel shrink-0" data-panel="complaint" aria-label={t('complaint.title')}>
      <h2 className="panel-head">
        {t('complaint.title')}
        <span className="flex gap-1.5">
          {(record.can.send_letter || record.letter_at) && (
            <button type="button" className="btn btn-small" onClick={() => setWriting(true)}><FileText aria-hidden="true" size={13} />{t('complaint.letter')}<KeyCap id="letter" /></button>
          )}
          {record.can.edit && <button type="button" className="btn btn-small" onClick={() => setEditing(true)}><Pencil aria-hidden="true" size={13} />{t('action.edit')}<KeyCap id="edit_record" /></button>}
        </span>
      </h2>
      {(record.safety || record.systemic) && (
        <p className="px-3 pt-2 flex gap-1.5">
          {record.safety && <span className="tag bg-late-soft text-late"><ShieldAlert aria-hidden="true" size={13} />{t('complaint.safety')}</span>}
          {record.systemic && <span className="tag bg-risk-soft text-risk">{t('complaint.systemic')}</span>}
        </p>
      )}
      <FactList padded facts={facts} />
      <Compensations record={record} />
      <Repeat row={row} record={record} />
      {editing && <EditRecord record={record} onClose={() => setEditing(false)} />}
      {writing && <LetterDialog record={record} onClose={() => setWriting(false)} />}
    </section>
  );
}

/** Which earlier complaint this one repeats: found by the engine, corrected here with one key. */
function Repeat({ row, record }: { row: Case; record: ComplaintRecord }) {
  const { t } = useTranslation();
  const command = useComplaintCommand(row.number);
  const linked = record.repeat_of !== '';
  const candidate = record.earlier[0];
  const toggle = () => {
    if (command.isPending || !record.can.link || (!linked && !candidate)) return false;
    command.mutate({ to: `cases/${row.number}/repeat`, body: linked ? {} : { of: candidate!.number } });
    return true;
  };
  useKeys({ repeat: toggle });
  if (!linked && !candidate) return null;
  const number = linked ? record.repeat_of : candidate!.number;
  return (
    <div className="px-3 py-2 border-t border-line text-[14px] flex items-center gap-2 flex-wrap" data-repeat={linked ? 'linked' : 'suggested'}>
      <span className="flex-1 min-w-40">
        {t(linked ? 'complaint.repeats' : 'complaint.may_repeat')}{' '}
        <CaseLink number={number} className="link whitespace-nowrap" />
        {!linked && <span className="text-muted"> {stamp(candidate!.opened_at)}</span>}
      </span>
      {record.can.link && (
        <button type="button" className="btn btn-small" disabled={command.isPending} onClick={toggle}>
          {linked ? <Link2Off aria-hidden="true" size={13} /> : <Link2 aria-hidden="true" size={13} />}
          {t(linked ? 'complaint.unlink' : 'complaint.link')}<KeyCap id="repeat" />
        </button>
      )}
      <ErrorLine error={command.error} />
    </div>
  );
}
