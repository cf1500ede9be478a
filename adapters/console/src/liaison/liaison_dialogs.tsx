// SPDX-License-Identifier: Apache-2.0
import { useMutation } from '@tanstack/react-query';
import { Phone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { useStale } from '../api/lists';
import { useReference } from '../api/queries';
import type { Callback, Case, InboxRow, Outcome } from '../api/types';
import { outcomes, useDial } from '../callbacks/outcome';
import { named } from '../format';
import { ChipField } from '../ui/chip_group';
import { CommandDialog } from '../ui/dialog';
import { ChoiceField, WordsField } from '../ui/fields';
import { ErrorLine } from '../ui/states';
import { notify } from '../ui/toasts';
import { ownCall } from './liaison_detail';

const refresh = ['inbox', 'callbacks', 'alerts', 'case', 'history', 'cases', 'desk'];

/** Dial, say how it went, and when the customer was reached write what was done: that answers the dispatch. */
export function CalledDialog({ row, onClose }: { row: InboxRow; onClose(): void }) {
  const { t } = useTranslation();
  const dial = useDial();
  const storage = `firsthand.answer.${row.dispatch_id}`;
  const [outcome, setOutcome] = useState<Outcome>('reached');
  const [answer, setAnswer] = useState(() => localStorage.getItem(storage) ?? '');
  const callback = ownCall(row);
  const save = useMutation({
    mutationFn: async () => {
      // A department that has reached the customer has answered the owner as well: the note is the answer.
      if (callback) await post<Callback>(`callbacks/${callback.id}/attempts`, { outcome, note: answer.trim() });
      else await post<Case>(`dispatches/${row.dispatch_id}/answer`, { answer: answer.trim() });
    },
    onSuccess: () => {
      localStorage.removeItem(storage);
      onClose();
    },
    onSettled: useStale(...refresh),
  });
  const needsAnswer = outcome === 'reached' || !callback;
  return (
    <CommandDialog title={callback ? t('liaison.called_title', { name: row.case.customer.name }) : `${t('liaison.write_answer')} · ${row.case.number}`} command={save} ready={!needsAnswer || answer.trim() !== ''} confirm={t('action.save')} onConfirm={() => save.mutate()} onClose={onClose}>
      {callback && (
        <>
          <button type="button" className="btn self-start" disabled={dial.isPending} onClick={() => dial.mutate(callback.id, { onSuccess: () => notify({ kind: 'done', text: t('callback.dialling') }) })}>
            <Phone aria-hidden="true" size={16} />{t('liaison.dial')}
          </button>
          <ErrorLine error={dial.error} />
          <ChipField<Outcome> label={t('callback.outcome')} value={outcome} choices={outcomes.map((value) => ({ value, label: t(`outcome.${value}`) }))} onChange={setOutcome} />
        </>
      )}
      <WordsField
        id="liaison-answer" label={needsAnswer ? t('liaison.answer') : t('callback.note')} star={needsAnswer} rows={4} value={answer} aria-describedby="liaison-answer-hint"
        onChange={(next) => {
          setAnswer(next);
          localStorage.setItem(storage, next);
        }}
      >
        <p id="liaison-answer-hint" className="text-[13px] text-muted mt-1">{callback && needsAnswer && answer.trim() === '' ? t('liaison.need_answer') : t('liaison.answer_hint')}</p>
      </WordsField>
    </CommandDialog>
  );
}

export function ReturnDialog({ row, onClose }: { row: InboxRow; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const departments = useReference().data?.departments ?? [];
  const [reason, setReason] = useState('');
  const [department, setDepartment] = useState('');
  const save = useMutation({
    mutationFn: () => post<Case>(`dispatches/${row.dispatch_id}/return`, department ? { reason: reason.trim(), suggested_department: department } : { reason: reason.trim() }),
    onSuccess: onClose,
    onSettled: useStale(...refresh),
  });
  return (
    <CommandDialog title={`${t('liaison.return')} · ${row.case.number}`} command={save} ready={reason.trim() !== ''} confirm={t('verb.return')} onConfirm={() => save.mutate()} onClose={onClose}>
      <p className="text-muted">{t('verb_hint.return')}</p>
      <WordsField id="return-reason" label={t('verb_text.return')} star value={reason} onChange={setReason} />
      <ChoiceField id="return-department" label={t('liaison.suggested')} value={department} empty={t('liaison.no_suggestion')} onChange={setDepartment}>
        {departments.filter((entry) => entry.id !== row.case.department?.id).map((entry) => <option key={entry.code} value={entry.code}>{named(entry, i18n.language)}</option>)}
      </ChoiceField>
    </CommandDialog>
  );
}
