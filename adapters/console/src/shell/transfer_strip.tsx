// SPDX-License-Identifier: Apache-2.0
// While a colleague is consulted: who hears whom, and what can be done about it. And one line to whoever has
// given a call away, about what came of it.
import { ArrowLeftRight, Check, PhoneForwarded, Users, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../api/types';
import { stepTransfer } from '../desk/commands';
import { useLive } from '../feed/state';
import { notify } from '../ui/toasts';

/** Ends that somebody must be told of: nobody else was to blame for the others, or sees them anyway. */
const told = new Set(['declined', 'missed', 'busy', 'unreachable', 'failed', 'refused', 'colleague_gone', 'expired']);

export function TransferStrip() {
  const { t } = useTranslation();
  const call = useLive((live) => live.call);
  const given = useLive((live) => live.given);
  const me = useLive((live) => live.desk?.user.id);
  useEnding(call, me);
  useEnding(given, me);
  const transfer = call?.transfer;
  if (!transfer || transfer.how !== 'consult' || transfer.state === 'ended' || transfer.from.id !== me) return null;
  const name = transfer.to?.name ?? '';
  const up = transfer.state !== 'ringing';
  const withColleague = transfer.state === 'consulting';
  return (
    <div className="bar bg-accent-soft text-accent-text gap-2" role="group" aria-label={t('transfer.strip')} data-transfer={transfer.state}>
      <PhoneForwarded aria-hidden="true" size={18} className="shrink-0" />
      <strong className="flex-1 truncate" role="status">{t(`transfer.state.${transfer.state}`, { name })}</strong>
      {up && (
        <>
          <button type="button" className="btn btn-small btn-primary" onClick={() => void stepTransfer('complete')}><Check aria-hidden="true" size={15} />{t('transfer.complete')}</button>
          <button type="button" className="btn btn-small text-ink" onClick={() => void stepTransfer('swap')}><ArrowLeftRight aria-hidden="true" size={15} />{t(withColleague ? 'transfer.to_customer' : 'transfer.to_colleague', { name })}</button>
          {transfer.state !== 'conference' && <button type="button" className="btn btn-small text-ink" onClick={() => void stepTransfer('join')}><Users aria-hidden="true" size={15} />{t('transfer.join')}</button>}
        </>
      )}
      <button type="button" className="btn btn-small text-ink" onClick={() => void stepTransfer('cancel')}><X aria-hidden="true" size={15} />{t('transfer.cancel')}</button>
    </div>
  );
}

/** Says once why the colleague is not on the call. */
function useEnding(call: Call | null, me: number | undefined): void {
  const { t } = useTranslation();
  const before = useRef<Call['transfer']>(null);
  const transfer = call?.transfer ?? null;
  useEffect(() => {
    const was = before.current;
    before.current = transfer;
    if (!was || !transfer || was.began_at !== transfer.began_at || transfer.from.id !== me) return;
    // What came back to me first I have seen.
    if (was.state === 'ended' || was.state === 'returning' || transfer.state !== 'ended' || !told.has(transfer.ended_why)) return;
    const why = t(`transfer.why.${transfer.ended_why}`, { name: transfer.to?.name ?? '' });
    notify({ kind: 'done', text: transfer.how === 'consult' ? `${why} ${t('transfer.with_you_again')}` : `${why} ${t('transfer.in_queue_again')}` });
  }, [transfer, me, t]);
}
