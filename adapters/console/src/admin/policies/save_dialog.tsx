// SPDX-License-Identifier: Apache-2.0
// Before rules are saved: how many running clocks move and which become late. When somebody else has saved
// meanwhile the person decides; nothing is overwritten without a word.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../api/client';
import { localeOf, stamp } from '../../format';
import { CommandDialog } from '../../ui/dialog';
import { LineField } from '../../ui/fields';
import { Loading } from '../../ui/states';
import { ChangeSummary } from '../change_summary';
import { RuleErrors } from '../rule_errors';
import { bodyOf, type Document, type Trees } from './model';
import { type Draft, dropDraft, keepDraft, type RuleDocument, type RulesPreview, useSaveRules } from './queries';

export function SaveDialog<D extends Document>({ document, draft, onClose }: { document: D; draft: Draft<Trees[D]>; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const [other, setOther] = useState<RuleDocument<Trees[D]> | null>(null);
  const body = bodyOf(document, draft.tree);
  const preview = useQuery({
    queryKey: ['rules-preview', document, body], retry: false, gcTime: 0, staleTime: Infinity,
    queryFn: () => post<RulesPreview>(`rules/${document}/preview`, { body }),
  });
  const save = useSaveRules<Trees[D]>(document, () => {
    dropDraft(document);
    onClose();
  }, setOther);
  const theirs = () => {
    dropDraft(document);
    onClose();
    void client.invalidateQueries({ queryKey: ['rules'] });
  };
  const mine = () => {
    keepDraft(document, { base: other!.version, tree: draft.tree });
    setOther(null);
    save.reset();
  };
  const found = preview.data;
  const number = new Intl.NumberFormat(localeOf(i18n.language));
  return (
    <CommandDialog wide title={t(`policies_save.${document}`)} command={save} error={null} ready={found !== undefined && other === null} confirm={t('action.save')} onConfirm={() => save.mutate({ body, note, base: draft.base })} onClose={onClose}>
      {preview.isPending && <Loading rows={3} />}
      <RuleErrors error={preview.error} />
      {found && (
        <>
          <ChangeSummary of={found} />
          {found.clocks_moved > 0 && (
            <ul className="flex gap-x-4 gap-y-1 flex-wrap text-[14px]">
              {found.by_kind.filter((row) => row.moved > 0).map((row) => <li key={row.clock_kind}>{t('policies.preview_kind', { kind: t(`clock_kind.${row.clock_kind}`), moved: number.format(row.moved), late: number.format(row.late) })}</li>)}
            </ul>
          )}
          {found.examples.length > 0 && (
            <div className="max-h-56 overflow-auto" tabIndex={0} role="group" aria-label={t('policies.examples')}>
              <table className="w-full text-[14px]">
                <thead className="text-[13px] text-muted">
                  <tr className="border-b border-line text-left">
                    <th className="px-2 py-1">{t('policies.example_case')}</th><th className="px-2">{t('policies.clock_kind')}</th>
                    <th className="px-2">{t('policies.due_before')}</th><th className="px-2">{t('policies.due_after')}</th><th className="px-2">{t('policies.example_late')}</th>
                  </tr>
                </thead>
                <tbody>
                  {found.examples.map((row, index) => (
                    <tr key={index} className="border-b border-line">
                      <td className="px-2 py-1 font-semibold">{row.case_number || row.title}</td>
                      <td className="px-2">{t(`clock_kind.${row.clock_kind}`)}</td>
                      <td className="px-2">{row.begun ? t('policies.begun') : row.due_before ? stamp(row.due_before) : t('sla.paused')}</td>
                      <td className="px-2">{row.dropped ? t('policies.dropped') : row.due_after ? stamp(row.due_after) : t('sla.paused')}</td>
                      <td className={`px-2 ${row.late ? 'text-late font-bold' : 'text-muted'}`}>{row.late ? t('policies.yes') : t('policies.no')}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {found.clocks_moved > 0 && <p className="text-muted text-[13.5px]">{t('policies.preview_hint')}</p>}
        </>
      )}
      <LineField id="rules-note" label={t('policies.note')} value={note} onChange={setNote} maxLength={150} />
      {other ? (
        <div role="alert" className="banner bg-warn-soft text-warn flex-wrap p-3">
          <p className="font-semibold basis-full">{t('policies.conflict', { name: other.by?.name ?? '', version: other.version, at: stamp(other.at) })}</p>
          <button type="button" className="btn" onClick={theirs}>{t('policies.use_theirs')}</button>
          <button type="button" className="btn" onClick={mine}>{t('policies.use_mine')}</button>
        </div>
      ) : <RuleErrors error={save.error} />}
    </CommandDialog>
  );
}
