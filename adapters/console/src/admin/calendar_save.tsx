// SPDX-License-Identifier: Apache-2.0
// Before a calendar is saved: what that does to the clocks that run. When somebody else has saved meanwhile,
// nothing is overwritten without a word: another calendar's change is taken along, the same calendar's is
// shown as a choice.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, request } from '../api/client';
import { stamp } from '../format';
import { CommandDialog } from '../ui/dialog';
import { LineField } from '../ui/fields';
import { Loading } from '../ui/states';
import { notify } from '../ui/toasts';
import { asEdit, type Calendar, type CalendarList, mine, same } from './calendar';
import { dropDraft, keepDraft } from './calendar_store';
import { ChangeSummary } from './change_summary';
import type { RulesPreview } from './policies/queries';
import { RuleErrors } from './rule_errors';

interface Props {
  calendar: Calendar;
  /** As it was when editing began, and as it is now. */
  base: Calendar | null;
  saved: Calendar | null;
  version: number;
  onClose(): void;
}
const examplesMax = 8;

export function CalendarSave({ calendar, base, saved, version, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const [seen, setSeen] = useState(version);
  /** The same calendar as somebody else has saved it. */
  const [other, setOther] = useState<Calendar | null>(same(saved, base) ? null : saved);
  const path = `calendars/${encodeURIComponent(calendar.code)}`;
  const preview = useQuery({
    queryKey: ['calendar-preview', calendar, seen], retry: false, gcTime: 0, staleTime: 0,
    queryFn: () => request<RulesPreview>(`${path}?preview=1`, { method: 'PUT', body: asEdit(calendar, base, '') }),
  });
  const save = useMutation({
    mutationFn: async () => {
      const put = (at: number) => request<{ version: number }>(path, { method: 'PUT', body: asEdit(calendar, base, note), version: at });
      try {
        return await put(seen);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error;
        const now = await get<CalendarList>('calendars');
        const theirs = now.items.find((row) => row.code === calendar.code) ?? null;
        setSeen(now.version);
        if (!same(theirs, base)) {
          setOther(theirs);
          throw error;
        }
        return await put(now.version);
      }
    },
    onSuccess: async () => {
      dropDraft(calendar.code);
      notify({ kind: 'done', text: t('calendars.saved') });
      onClose();
      await client.invalidateQueries({ queryKey: ['calendars'] });
    },
  });
  const theirs = () => {
    dropDraft(calendar.code);
    void client.invalidateQueries({ queryKey: ['calendars'] });
    onClose();
  };
  const takeMine = () => {
    if (other) keepDraft(mine(base, calendar, other), other);
    setOther(null);
    save.reset();
  };
  const found = preview.data;
  const day = (at: string | null) => (at === null ? '—' : stamp(at));
  return (
    <CommandDialog wide title={t('calendars.save_title')} command={save} error={null} ready={found !== undefined && other === null} confirm={t(save.isPending ? 'state.saving' : 'action.save')} onConfirm={() => save.mutate()} onClose={onClose}>
      {preview.isPending && <Loading rows={3} />}
      <RuleErrors error={preview.error} />
      {found && (
        <>
          <ChangeSummary of={found} />
          {found.examples.length > 0 && (
            <table className="w-full text-[14px]">
              <thead className="text-[13px] text-muted">
                <tr className="border-b border-line text-left">
                  <th className="px-2 py-1">{t('calendars.example_case')}</th><th className="px-2">{t('calendars.example_clock')}</th>
                  <th className="px-2">{t('calendars.example_before')}</th><th className="px-2">{t('calendars.example_after')}</th><th className="px-2"><span className="sr">{t('calendars.example_late')}</span></th>
                </tr>
              </thead>
              <tbody>
                {found.examples.slice(0, examplesMax).map((row, index) => (
                  <tr key={index} className="border-b border-line">
                    <td className="px-2 py-1 font-semibold">{row.case_number || row.title}</td>
                    <td className="px-2">{t(`clock_kind.${row.clock_kind}`)}</td>
                    <td className="px-2">{day(row.due_before)}</td>
                    <td className="px-2">{row.dropped ? t('calendars.example_dropped') : day(row.due_after)}</td>
                    <td className="px-2 text-late font-semibold">{row.late ? t('calendars.example_late') : ''}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {found.clocks_moved > 0 && <p className="text-muted text-[13.5px]">{t('calendars.preview_hint')}</p>}
        </>
      )}
      <LineField id="save-note" label={t('calendars.note')} value={note} onChange={setNote} maxLength={150} />
      {other ? (
        <div role="alert" className="banner bg-warn-soft text-warn flex-wrap p-3">
          <p className="font-semibold basis-full">{t('calendars.conflict')}</p>
          <button type="button" className="btn" onClick={theirs}>{t('calendars.use_theirs')}</button>
          <button type="button" className="btn" onClick={takeMine}>{t('calendars.use_mine')}</button>
        </div>
      ) : <RuleErrors error={save.error} />}
    </CommandDialog>
  );
}
