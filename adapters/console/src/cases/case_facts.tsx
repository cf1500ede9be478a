// SPDX-License-Identifier: Apache-2.0
// Facts of a case, edited with If-Match. When somebody else was faster, the dialog says what they wrote and
// keeps what was typed here.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, patch } from '../api/client';
import { useStale } from '../api/lists';
import { useReference } from '../api/queries';
import type { Case } from '../api/types';
import { categoryName, named, stamp } from '../format';
import { ChipField } from '../ui/chip_group';
import { CommandDialog } from '../ui/dialog';
import { FactList } from '../ui/facts';
import { ChoiceField, LineField, WordsField } from '../ui/fields';
import { saidBefore, takenIn } from './received';

export function CaseFacts({ row }: { row: Case }) {
  const { t, i18n } = useTranslation();
  const [editing, setEditing] = useState(false);
  const said = saidBefore(row);
  const facts: [string, string][] = [
    [t('case.category'), categoryName(row, i18n.language)],
    [t('case.severity'), t(`severity.${row.severity}`)],
    [t('case.product'), row.product],
    [t('case.channel'), t(`channel.${row.channel}`, { defaultValue: row.channel })],
    [t('case.said_at'), said ? t('case.said_at_value', { at: stamp(said) }) : ''],
    [t('case.opened_at'), stamp(takenIn(row))],
    [t('case.told_at'), row.told_at ? `${stamp(row.told_at)} ${t(`told_how.${row.told_how}`, { defaultValue: row.told_how })}` : t('case.not_told')],
    [t('case.resolved_at'), row.resolved_at ? stamp(row.resolved_at) : ''],
    [t('case.closed_at'), row.closed_at ? stamp(row.closed_at) : ''],
  ];
  return (
    <section className="panel shrink-0">
      <h2 className="panel-head">
        {t('case.facts')}
        {row.can.edit && <button type="button" className="btn btn-small" data-verb="edit" onClick={() => setEditing(true)}><Pencil aria-hidden="true" size={13} />{t('action.edit')}</button>}
      </h2>
      <FactList padded facts={facts} />
      {editing && <EditCase row={row} onClose={() => setEditing(false)} />}
    </section>
  );
}

function EditCase({ row, onClose }: { row: Case; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const stale = useStale(['history', row.number], 'cases');
  const reference = useReference().data;
  // The version the person saw when the dialog opened; a remote change must not move it under their hands.
  const [base, setBase] = useState(row);
  const [form, setForm] = useState({ category: row.category, severity: row.severity, product: row.product, text: row.text });
  const [conflict, setConflict] = useState<Case | null>(null);
  const save = useMutation({
    mutationFn: () => {
      const changed = Object.fromEntries(Object.entries(form).filter(([key, value]) => base[key as keyof typeof form] !== value));
      return patch<Case>(`cases/${row.number}`, changed, base.version);
    },
    onSuccess: (saved) => {
      client.setQueryData(['case', row.number], saved);
      stale();
      onClose();
    },
    onError: (error) => {
      const current = error instanceof ApiError && error.status === 412 ? (error.body.current as Case | undefined) : undefined;
      if (!current) return;
      setConflict(current);
      client.setQueryData(['case', row.number], current);
    },
  });
  const touched = conflict ? (Object.keys(form) as (keyof typeof form)[]).filter((key) => conflict[key] !== base[key]) : [];
  const show = (from: Case, key: keyof typeof form): string =>
    key === 'category' ? categoryName(from, i18n.language) : key === 'severity' ? t(`severity.${from.severity}`) : String(from[key] ?? '');
  const theirs = () => {
    if (!conflict) return;
    setForm((mine) => ({ ...mine, ...Object.fromEntries(touched.map((key) => [key, conflict[key]])) }));
    setBase(conflict);
    setConflict(null);
    save.reset();
  };
  const mine = () => {
    if (!conflict) return;
    setBase(conflict);
    setConflict(null);
    save.reset();
  };
  return (
    <CommandDialog title={t('case.edit')} command={save} error={conflict ? null : save.error} ready={conflict === null} confirm={t('action.save')} onConfirm={() => save.mutate()} onClose={onClose}>
      <ChoiceField id="edit-category" label={t('case.category')} value={form.category} onChange={(category) => setForm({ ...form, category })}>
        {reference?.categories.map((category) => <option key={category.code} value={category.code}>{named(category, i18n.language)}</option>)}
      </ChoiceField>
      <ChipField label={t('case.severity')} value={form.severity} choices={[1, 2, 3, 4].map((value) => ({ value, label: t(`severity.${value}`) }))} onChange={(severity) => setForm({ ...form, severity })} />
      <LineField id="edit-product" label={t('case.product')} value={form.product} onChange={(product) => setForm({ ...form, product })} />
      <WordsField id="edit-text" label={t('case.text')} value={form.text} onChange={(text) => setForm({ ...form, text })} rows={4} />
      {conflict && (
        <div role="alert" className="banner bg-warn-soft text-warn flex-col items-start">
          <strong>{t('case.conflict')}</strong>
          {touched.map((key) => (
            <span key={key}>{t('case.conflict_field', { field: t(`case.${key}`), theirs: show(conflict, key), mine: key === 'category' ? named(reference?.categories.find((entry) => entry.code === form.category), i18n.language) : key === 'severity' ? t(`severity.${form.severity}`) : form[key] })}</span>
          ))}
          <span className="flex gap-2">
            <button type="button" className="btn btn-small text-ink" onClick={theirs}>{t('case.use_theirs')}</button>
            <button type="button" className="btn btn-small text-ink" onClick={mine}>{t('case.use_mine')}</button>
          </span>
        </div>
      )}
    </CommandDialog>
  );
}
