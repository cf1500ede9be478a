// SPDX-License-Identifier: Apache-2.0
// When somebody is away and who stands in: what is planned, what was, and a new absence. One's own for
// everybody; anybody's for those who lead.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { UserRef } from '../api/types';
import { serverNow } from '../feed/state';
import { localInput, stamp } from '../format';
import { Dialog, DialogForm } from '../ui/dialog';
import { LineField, PersonField } from '../ui/fields';
import { ErrorLine, Loading } from '../ui/states';
import { notify } from '../ui/toasts';
import { type Absence, useAbsenceCommand, useAbsences } from './people';

const colourOf: Record<Absence['state'], string> = { now: 'bg-warn-soft text-warn', planned: 'bg-accent-soft text-accent-text', over: 'bg-quiet-soft text-quiet' };

export function AbsenceDialog({ user, onClose }: { user: UserRef; onClose(): void }) {
  const { t } = useTranslation();
  const people = (useReference().data?.users ?? []).filter((other) => other.id !== user.id);
  const absences = useAbsences(user.id);
  const { plan, end } = useAbsenceCommand(user.id);
  const [from, setFrom] = useState(() => localInput(serverNow()));
  const [until, setUntil] = useState(() => localInput(serverNow() + 24 * 3_600_000));
  const [open, setOpen] = useState(false);
  const [deputy, setDeputy] = useState('');
  const [reason, setReason] = useState('');
  const ready = from !== '' && (open || (until !== '' && until > from)) && reason.trim() !== '';
  const save = () => plan.mutate(
    { user: user.id, from: new Date(from).toISOString(), until: open ? null : new Date(until).toISOString(), deputy: deputy === '' ? null : Number(deputy), reason: reason.trim() },
    { onSuccess: () => { notify({ kind: 'done', text: t('absence.saved', { name: user.name }) }); onClose(); } },
  );
  return (
    <Dialog open title={t('absence.title', { name: user.name })} onClose={onClose}>
      <section className="mb-4" aria-label={t('absence.list')}>
        {absences.isPending && <Loading rows={2} />}
        {absences.data?.items.length === 0 && <p className="text-muted">{t('absence.none')}</p>}
        <ul className="max-h-44 overflow-auto" tabIndex={0}>
          {absences.data?.items.map((absence) => (
            <li key={absence.id} className="flex items-center gap-2 py-1.5 border-b border-line last:border-0 text-[14px]" data-absence={absence.id} data-state={absence.state}>
              <span className={`tag ${colourOf[absence.state]}`}>{t(`absence.state_${absence.state}`)}</span>
              <span>{stamp(absence.from)} – {absence.until ? stamp(absence.until) : t('absence.open_end')}</span>
              <span className="text-muted truncate min-w-0">{absence.deputy ? t('absence.stands_in', { name: absence.deputy.name }) : t('absence.nobody')} · {absence.reason}{absence.by && absence.by.id !== user.id && ` · ${t('absence.by', { name: absence.by.name })}`}</span>
              {absence.state !== 'over' && (
                <button type="button" className="btn btn-small ml-auto" disabled={end.isPending} onClick={() => end.mutate(absence.id)}>
                  {absence.state === 'now' ? t('absence.back') : t('absence.take_back')}<span className="sr"> {stamp(absence.from)}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
        <ErrorLine error={end.error} />
      </section>
      <DialogForm busy={plan.isPending} ready={ready} error={plan.error} confirm={t('absence.save')} onConfirm={save} onCancel={onClose}>
        <div className="grid grid-cols-2 gap-3">
          <LineField id="absence-from" label={t('absence.from')} value={from} onChange={setFrom} type="datetime-local" />
          <LineField id="absence-until" label={t('absence.until')} value={until} onChange={setUntil} type="datetime-local" min={from} disabled={open} />
        </div>
        <label className="flex items-center gap-2"><input type="checkbox" className="size-4" checked={open} onChange={(event) => setOpen(event.target.checked)} />{t('absence.open_end')}</label>
        <div>
          <PersonField id="absence-deputy" label={t('absence.deputy')} people={people} value={deputy} empty={t('absence.nobody')} onChange={setDeputy} />
          <p className="text-muted text-[13px] mt-1">{t('absence.deputy_hint')}</p>
        </div>
        <LineField id="absence-reason" label={t('absence.reason')} star value={reason} onChange={setReason} maxLength={60} />
      </DialogForm>
    </Dialog>
  );
}
