// SPDX-License-Identifier: Apache-2.0
// Editing the record with If-Match. When somebody else was faster, the fields that they changed are named and
// what was typed here stays.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, patch } from '../api/client';
import { useStale } from '../api/lists';
import { useReference } from '../api/queries';
import type { Named } from '../api/types';
import { localInput, wordOf } from '../format';
import { CommandDialog } from '../ui/dialog';
import { ChoiceField, LineField } from '../ui/fields';
import type { ComplaintRecord, RemedyAnswer } from './model';

interface Form {
  safety: boolean; systemic: boolean; remedy_sought: string; remedy_offered: string; remedy_answer: RemedyAnswer;
  root_cause: string; root_cause_note: string; justified: '' | 'yes' | 'no'; regulator: string; regulator_reference: string; regulator_due_at: string;
}
const formOf = (record: ComplaintRecord): Form => ({
  safety: record.safety, systemic: record.systemic, remedy_sought: record.remedy_sought, remedy_offered: record.remedy_offered,
  remedy_answer: record.remedy_answer, root_cause: record.root_cause, root_cause_note: record.root_cause_note,
  justified: record.justified === null ? '' : record.justified ? 'yes' : 'no', regulator: record.regulator,
  regulator_reference: record.regulator_reference, regulator_due_at: record.regulator_due_at ? localInput(Date.parse(record.regulator_due_at)) : '',
});
const fields = Object.keys(formOf({} as ComplaintRecord)) as (keyof Form)[];

/** Only what was changed, as the engine takes it. */
function changed(base: Form, form: Form): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of fields) {
    if (form[key] === base[key]) continue;
    if (key === 'regulator_due_at' && form[key] === '') continue;
    out[key] = key === 'regulator_due_at' ? new Date(form[key]).toISOString() : form[key];
  }
  return out;
}

export function EditRecord({ record, onClose }: { record: ComplaintRecord; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const stale = useStale(['complaint', record.number], ['case', record.number], ['history', record.number]);
  const reference = useReference().data;
  // The version the person saw when the dialog opened.
  const [base, setBase] = useState(record);
  const [form, setForm] = useState(() => formOf(record));
  const [conflict, setConflict] = useState<ComplaintRecord | null>(null);
  const save = useMutation({
    mutationFn: () => patch<ComplaintRecord>(`cases/${record.number}/complaint`, changed(formOf(base), form), base.version),
    onSuccess: () => {
      stale();
      onClose();
    },
    onError: (error) => {
      const current = error instanceof ApiError && error.status === 412 ? (error.body.current as ComplaintRecord | undefined) : undefined;
      if (current) setConflict(current);
    },
  });
  const theirs = conflict ? fields.filter((key) => formOf(conflict)[key] !== formOf(base)[key]) : [];
  const settle = (take: boolean) => {
    if (!conflict) return;
    const now = formOf(conflict);
    setForm((mine) => {
      // Fields that nobody typed in follow the record; those in dispute are decided here.
      const next = { ...now } as Form;
      for (const key of fields) {
        const touched = mine[key] !== formOf(base)[key];
        if (touched && !(take && theirs.includes(key))) Object.assign(next, { [key]: mine[key] });
      }
      return next;
    });
    setBase(conflict);
    setConflict(null);
    save.reset();
  };
  const set = <K extends keyof Form>(key: K, value: Form[K]) => setForm((old) => ({ ...old, [key]: value }));
  const select = (key: 'remedy_sought' | 'remedy_offered' | 'root_cause' | 'regulator', list: Named[] | undefined) => (
    <ChoiceField id={`record-${key}`} label={t(`complaint.${key}`)} value={form[key]} empty="—" onChange={(next) => set(key, next)}>
      {list?.map((entry) => <option key={entry.code} value={entry.code}>{wordOf(entry, i18n.language)}</option>)}
    </ChoiceField>
  );
  const flag = (key: 'safety' | 'systemic') => (
    <label className="flex items-center gap-2 min-h-[34px]">
      <input type="checkbox" id={`record-${key}`} checked={form[key]} onChange={(event) => set(key, event.target.checked)} />
      {t(`complaint.${key}_long`)}
    </label>
  );
  return (
    <CommandDialog wide title={t('complaint.edit')} command={save} error={conflict ? null : save.error} ready={conflict === null} confirm={t('action.save')} onConfirm={() => save.mutate()} onClose={onClose}>
      <div className="grid grid-cols-3 gap-3 max-[900px]:grid-cols-1">
        {select('remedy_sought', reference?.remedies)}
        {select('remedy_offered', reference?.remedies)}
        <ChoiceField id="record-remedy_answer" label={t('complaint.remedy_answer')} value={form.remedy_answer} onChange={(next) => set('remedy_answer', next as RemedyAnswer)} disabled={form.remedy_offered === ''}>
          {(['open', 'accepted', 'refused'] as const).map((value) => <option key={value} value={value}>{t(`complaint.answer_${value}`)}</option>)}
        </ChoiceField>
        <ChoiceField id="record-justified" label={t('complaint.justified')} value={form.justified} empty={t('complaint.unsettled')} onChange={(next) => set('justified', next as Form['justified'])}>
          <option value="yes">{t('complaint.yes')}</option>
          <option value="no">{t('complaint.no')}</option>
        </ChoiceField>
        {select('root_cause', reference?.root_causes)}
        <LineField id="record-root_cause_note" label={t('complaint.root_cause_note')} value={form.root_cause_note} onChange={(next) => set('root_cause_note', next)} />
        {select('regulator', reference?.regulators)}
        <LineField id="record-regulator_reference" label={t('complaint.regulator_reference')} value={form.regulator_reference} onChange={(next) => set('regulator_reference', next)} disabled={form.regulator === ''} />
        <LineField id="record-regulator_due_at" label={t('complaint.regulator_due_at')} value={form.regulator_due_at} onChange={(next) => set('regulator_due_at', next)} type="datetime-local" disabled={form.regulator === ''} />
      </div>
      <div className="flex gap-6 flex-wrap">{flag('safety')}{flag('systemic')}</div>
      {conflict && (
        <div role="alert" className="banner bg-warn-soft text-warn flex-col items-start">
          <strong>{t('case.conflict')}</strong>
          <span>{t('complaint.conflict', { fields: theirs.map((key) => t(`complaint.${key}`)).join(', ') })}</span>
          <span className="flex gap-2">
            <button type="button" className="btn btn-small text-ink" onClick={() => settle(true)}>{t('case.use_theirs')}</button>
            <button type="button" className="btn btn-small text-ink" onClick={() => settle(false)}>{t('case.use_mine')}</button>
          </span>
        </div>
      )}
    </CommandDialog>
  );
}
