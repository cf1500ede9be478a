// SPDX-License-Identifier: Apache-2.0
// A callback on the case page: who calls when, dial, record how it went.
import { Phone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Callback, Outcome } from '../api/types';
import { ContactHours } from '../customers/contact_hours';
import { named, stamp } from '../format';
import { SlaBadge } from '../sla/badge';
import { ErrorLine } from '../ui/states';
import { notify } from '../ui/toasts';
import { callbackClock } from './clock';
import { CalledNumber, inWords, OutcomeDialog, outcomesOf, Satisfaction, useDial } from './outcome';

export function CallbackCard({ callback, caseNumber }: { callback: Callback; caseNumber: string }) {
  const { t, i18n } = useTranslation();
  const [recording, setRecording] = useState<Outcome | null>(null);
  const dial = useDial();
  const open = callback.state === 'open';
  const who = callback.caller === 'department' ? named(callback.department, i18n.language) : (callback.user?.name ?? '');
  return (
    <div className="px-3 py-2 border-b border-line last:border-0 text-[14px]" data-callback={callback.id} data-case={caseNumber}>
      <div className="flex items-center justify-between gap-2">
        <span className="font-semibold">{t(`callback_kind.${callback.kind}`)} · <CalledNumber of={callback} /></span>
        {open ? <SlaBadge clock={callbackClock(callback)} bare /> : <span className={`tag ${callback.state === 'kept' ? 'bg-ok-soft text-ok' : 'bg-quiet-soft text-quiet'}`}>{t(`callback_state.${callback.state}`)}</span>}
      </div>
      <p className="text-muted text-[13px]">{t('callback.due', { at: stamp(callback.due_at) })} · {t('callback.by', { who })}{open && callback.next_try_at && ` · ${t('callback.next_try', { at: stamp(callback.next_try_at) })}`}</p>
      {open && callback.contact_from && <p className="mt-0.5"><ContactHours of={callback} /></p>}
      <Satisfaction callback={callback} />
      {callback.tries.map((entry) => (
        <p key={entry.number} className="text-[13px] text-muted">{stamp(entry.at)} {entry.by?.name} · {t(`outcome.${entry.outcome}`, inWords(callback))}{entry.note && ` · ${entry.note}`}</p>
      ))}
      {open && (
        <div className="flex flex-wrap gap-1.5 mt-1.5">
          {callback.number !== '' && (
            <button type="button" className="btn btn-small btn-primary" disabled={dial.isPending} onClick={() => dial.mutate(callback.id, { onSuccess: () => notify({ kind: 'done', text: t('callback.dialling') }) })}>
              <Phone aria-hidden="true" size={14} />{t('callback.dial')}
            </button>
          )}
          {outcomesOf(callback).map((outcome) => <button key={outcome} type="button" className="btn btn-small" onClick={() => setRecording(outcome)}>{t(`outcome.${outcome}`, inWords(callback))}</button>)}
        </div>
      )}
      <ErrorLine error={dial.error} />
      {recording && <OutcomeDialog callback={callback} first={recording} onClose={() => setRecording(null)} />}
    </div>
  );
}
