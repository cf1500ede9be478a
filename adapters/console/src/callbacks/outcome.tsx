// SPDX-License-Identifier: Apache-2.0
// How a try to call ended: one digit. A follow-up call that reached the customer also asks whether they
// are satisfied, because that answer closes or reopens the case.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { useStale } from '../api/lists';
import type { Callback, Outcome } from '../api/types';
import { phone } from '../format';
import { ChipField, ChipGroup } from '../ui/chip_group';
import { CommandDialog } from '../ui/dialog';
import { WordsField } from '../ui/fields';

export const outcomes: Outcome[] = ['reached', 'no_answer', 'busy', 'wrong_number', 'refused'];

/** Without a number there is a letter or a visit, and no line that could be busy. */
export const outcomesOf = (callback: Callback): Outcome[] => (callback.number === '' ? ['reached', 'no_answer', 'refused'] : outcomes);

/** What an outcome is called: a letter is not picked up. */
export const inWords = (callback: Callback) => ({ context: callback.number === '' ? 'written' : undefined });

/** The number, or that there is none. */
export function CalledNumber({ of }: { of: Callback }) {
  const { t } = useTranslation();
  return <>{of.number === '' ? t('callback.no_number') : phone(of.number)}</>;
}

const scores = [1, 2, 3, 4, 5];

/** What the customer answered, on a follow-up call that has been made. */
export function Satisfaction({ callback }: { callback: Callback }) {
  const { t } = useTranslation();
  if (callback.kind !== 'follow_up' || callback.state === 'open' || callback.state === 'cancelled') return null;
  if (callback.satisfied === null) return <p className="text-muted text-[13px]">{t('callback.unanswered')}</p>;
  return (
    <p className="text-[13px]" data-score={callback.score ?? ''}>
      <span className={`tag ${callback.satisfied ? 'bg-ok-soft text-ok' : 'bg-late-soft text-late'}`}>{callback.satisfied ? t('callback.yes') : t('callback.no')}</span>
      {callback.score !== null && ` ${callback.score} · ${t(`score.${callback.score}`)}`}
    </p>
  );
}

export function useDial() {
  return useMutation({ mutationFn: (id: number) => post<{ interaction_id: number }>(`callbacks/${id}/dial`) });
}

export function OutcomeDialog({ callback, first, onClose }: { callback: Callback; first: Outcome; onClose(): void }) {
  const { t } = useTranslation();
  const stale = useStale('callbacks', 'desk', 'inbox', 'case', 'history', 'cases');
  const [outcome, setOutcome] = useState<Outcome>(first);
  const [note, setNote] = useState('');
  const [satisfied, setSatisfied] = useState<'yes' | 'no' | null>(null);
  const [score, setScore] = useState<number | null>(null);
  const asks = callback.kind === 'follow_up' && outcome === 'reached';
  const save = useMutation({
    mutationFn: () => post<Callback>(`callbacks/${callback.id}/attempts`, { outcome, note: note.trim(), ...(asks && satisfied ? { satisfied: satisfied === 'yes' } : {}), ...(asks && score ? { score } : {}) }),
    onSuccess: () => {
      stale();
      onClose();
    },
  });
  return (
    <CommandDialog title={t('callback.record', { name: callback.customer.name })} command={save} ready={!asks || satisfied !== null} confirm={t('action.save')} onConfirm={() => save.mutate()} onClose={onClose}>
      <ChipGroup<Outcome> label={t('callback.outcome')} value={outcome} choices={outcomesOf(callback).map((value) => ({ value, label: t(`outcome.${value}`, inWords(callback)) }))} onChange={setOutcome} />
      {asks && (
        <ChipField<number>
          label={t('callback.score')} value={score} choices={scores.map((value) => ({ value, label: t(`score.${value}`) }))}
          onChange={(next) => {
            setScore(next);
            setSatisfied(next >= 3 ? 'yes' : 'no');
          }}
        />
      )}
      {asks && <ChipField<'yes' | 'no'> label={t('callback.satisfied')} value={satisfied} choices={[{ value: 'yes' as const, label: t('callback.yes') }, { value: 'no' as const, label: t('callback.no') }]} onChange={setSatisfied} />}
      <WordsField id="outcome-note" label={t('callback.note')} value={note} onChange={setNote} />
    </CommandDialog>
  );
}
