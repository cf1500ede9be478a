// SPDX-License-Identifier: Apache-2.0
// After registering: the number to tell the customer, who does what next, and nothing left to press.
import { Link } from '@tanstack/react-router';
import { CircleCheck, CloudUpload, MessageCircleReply, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { queryClient, useCase } from '../api/queries';
import type { Case, Pop } from '../api/types';
import { saidBefore } from '../cases/received';
import { categoryName, named, stamp } from '../format';
import { SlaBadge } from '../sla/badge';
import { usePromise } from '../sla/use_promise';
import { notify } from '../ui/toasts';
import { WrapUpStrip } from './wrap_up_strip';

export function RegisteredPanel({ number, pop, onAnother, onLeave }: { number: string | null; pop: Pop; onAnother(): void; onLeave: (() => void) | null }) {
  const { t } = useTranslation();
  return (
    <section className="panel" data-pane="middle" tabIndex={-1} aria-label={t('intake.title')}>
      <div className="p-3"><WrapUpStrip /></div>
      <div className="flex-1 min-h-0 overflow-auto px-6 py-4 flex flex-col items-center justify-center gap-4 text-center">
        {number === null ? (
          <>
            <CloudUpload aria-hidden="true" size={48} className="text-warn" />
            <h1 className="text-xl">{t('intake.kept')}</h1>
            <p className="text-muted max-w-md">{t('intake.kept_hint')}</p>
          </>
        ) : (
          <Registered number={number} name={pop.customer.name} />
        )}
        <div className="flex gap-2">
          <button type="button" className="btn" onClick={onAnother}><Plus aria-hidden="true" size={16} />{t('intake.another')}</button>
          {onLeave && <button type="button" className="btn" onClick={onLeave}>{t('intake.back_to_desk')}</button>}
        </div>
      </div>
    </section>
  );
}

function Registered({ number, name }: { number: string; name: string }) {
  const { t, i18n } = useTranslation();
  const row = useCase(number).data;
  const [told, setTold] = useState(false);
  const when = usePromise();
  const callback = row?.callbacks.find((entry) => entry.state === 'open');
  const said = row && saidBefore(row);
  const tellNow = async () => {
    try {
      queryClient.setQueryData(['case', number], await post<Case>(`cases/${number}/told`, { how: 'same_call', note: '' }));
      setTold(true);
    } catch (error) {
      notify({ kind: 'error', error });
    }
  };
  return (
    <>
      <CircleCheck aria-hidden="true" size={48} className="text-ok" />
      <div>
        <p className="text-muted">{t('intake.done')}</p>
        <h1 className="text-3xl tracking-wide" data-registered={number}>{number}</h1>
        <p className="text-muted mt-1">{t('intake.tell_number')}</p>
      </div>
      {row && (
        <dl className="grid grid-cols-[auto_auto] gap-x-6 gap-y-2 text-left">
          <dt className="text-muted">{t('case.category')}</dt><dd className="font-semibold">{categoryName(row, i18n.language)} · {name}</dd>
          <dt className="text-muted">{t('case.owner')}</dt><dd className="font-semibold">{row.owner.name}</dd>
          <dt className="text-muted">{t('case.department')}</dt><dd className="font-semibold">{named(row.department, i18n.language) || '—'}</dd>
          {said && (
            <>
              <dt className="text-muted">{t('case.said_at')}</dt><dd className="font-semibold" data-said>{t('case.said_at_value', { at: stamp(said) })}</dd>
            </>
          )}
          {callback && (
            <>
              <dt className="text-muted">{t('intake.callback')}</dt>
              <dd className="font-semibold">{when(callback.due_at)} · {t(`caller.${callback.caller}`)}</dd>
            </>
          )}
          {row.clocks.length > 0 && (
            <>
              <dt className="text-muted">{t('case.clocks')}</dt>
              <dd className="flex flex-wrap gap-1.5 max-w-80">{row.clocks.map((clock) => <SlaBadge key={clock.id} clock={clock} />)}</dd>
            </>
          )}
        </dl>
      )}
      <div className="flex gap-2 flex-wrap justify-center">
        <Link to="/cases/$number" params={{ number }} className="btn">{t('intake.open_case')}</Link>
        {row && !row.told_at && !told && (
          <button type="button" className="btn" onClick={() => void tellNow()}><MessageCircleReply aria-hidden="true" size={16} />{t('case.told_same_call')}</button>
        )}
        {told && <span className="tag bg-ok-soft text-ok">{t('case.told_done')}</span>}
      </div>
    </>
  );
}
