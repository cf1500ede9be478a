// SPDX-License-Identifier: Apache-2.0
// Several cases get another owner at once, with one reason. What the engine refuses stays marked and says why.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { useStale } from '../api/lists';
import { useReference } from '../api/queries';
import { CommandDialog } from '../ui/dialog';
import { PersonField, WordsField } from '../ui/fields';
import { notify } from '../ui/toasts';

interface Done { items: { number: string; refused: string }[]; reassigned: number }

export function ReassignMany({ marked, onMarked }: { marked: ReadonlySet<string>; onMarked(numbers: ReadonlySet<string>): void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <div className="flex items-center gap-3 px-4 py-1.5 border-b border-line bg-accent-soft" role="group" aria-label={t('reassign_many.label')} data-marked={marked.size}>
      <span className="font-semibold" role="status">{t('reassign_many.marked', { count: marked.size })}</span>
      <button type="button" className="btn btn-small btn-primary" data-verb="reassign_many" onClick={() => setOpen(true)}>{t('verb.reassign')}</button>
      <button type="button" className="btn btn-small" onClick={() => onMarked(new Set())}>{t('reassign_many.none')}</button>
      {open && <Form marked={marked} onMarked={onMarked} onClose={() => setOpen(false)} />}
    </div>
  );
}

function Form({ marked, onMarked, onClose }: { marked: ReadonlySet<string>; onMarked(numbers: ReadonlySet<string>): void; onClose(): void }) {
  const { t } = useTranslation();
  const stale = useStale('cases', 'case', 'desk', 'history');
  const people = (useReference().data?.users ?? []).filter((user) => ['agent', 'back_line', 'supervisor'].includes(user.role));
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const [refused, setRefused] = useState<Done['items']>([]);
  const command = useMutation({
    mutationFn: () => post<Done>('cases/reassign', { cases: [...marked], to: Number(to), reason: reason.trim() }),
    onSuccess: (done) => {
      const left = done.items.filter((item) => item.refused !== '');
      stale();
      if (done.reassigned > 0) notify({ kind: 'done', text: t('reassign_many.done', { count: done.reassigned }) });
      setRefused(left);
      onMarked(new Set(left.map((item) => item.number)));
      if (left.length === 0) onClose();
    },
  });
  return (
    <CommandDialog title={t('reassign_many.title', { count: marked.size })} command={command} ready={to !== '' && reason.trim() !== ''} confirm={t('verb.reassign')} onConfirm={() => command.mutate()} onClose={onClose}>
      <p className="text-muted">{t('verb_hint.reassign')}</p>
      <PersonField id="many-to" label={t('reassign_many.to')} people={people} value={to} empty={t('action.choose')} onChange={setTo} />
      <WordsField id="many-reason" label={t('verb_text.reassign')} star value={reason} onChange={setReason} maxLength={500} />
      {refused.length > 0 && (
        <ul role="alert" className="error">{refused.map((item) => <li key={item.number}>{item.number} · {t(`error.${item.refused}`, { defaultValue: item.refused })}</li>)}</ul>
      )}
    </CommandDialog>
  );
}
