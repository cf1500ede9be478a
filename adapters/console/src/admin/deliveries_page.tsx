// SPDX-License-Identifier: Apache-2.0
// What became of mails and webhooks: those that have failed first, with what the other side said, and a
// button that tries them again.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Mail, MailCheck, RotateCcw, Search, Webhook } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { itemsOf } from '../api/lists';
import { stamp } from '../format';
import { useMe } from '../session';
import { MatterLink, matterName } from '../ui/matter_link';
import { Empty, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { notify } from '../ui/toasts';
import { type Delivery, useDeliveries, useResend } from './deliveries';

const states = ['failed', 'pending', 'sent', 'all'] as const;
const colourOf: Record<Delivery['state'], string> = { failed: 'bg-late-soft text-late', pending: 'bg-warn-soft text-warn', sent: 'bg-ok-soft text-ok' };

export function DeliveriesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/admin/deliveries' });
  const state = search.state ?? 'failed';
  const number = search.case ?? '';
  const show = (next: { state?: string | undefined; case?: string | undefined }) => void navigate({ to: '/admin/deliveries', search: { state, case: number || undefined, ...next }, replace: true });
  const [typed, setTyped] = useState(number);
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === number) return;
    const timer = setTimeout(() => show({ case: wanted || undefined }), 300);
    return () => clearTimeout(timer);
  }, [typed]); // eslint-disable-line react-hooks/exhaustive-deps
  return (
    <section className="panel h-full" aria-label={t('deliveries.title')}>
      <header className="flex items-center gap-3 flex-wrap px-4 py-2.5 border-b border-line">
        <h1 className="text-lg mr-1">{t('deliveries.title')}</h1>
        <Tabs label={t('deliveries.state')} names={states} value={state} name={(each) => t(`deliveries.state_${each}`)} onChange={(each) => show({ state: each })} />
        <span className="relative ml-auto">
          <Search aria-hidden="true" size={15} className="absolute left-2.5 top-2.5 text-muted" />
          <input className="field w-56! min-h-[34px]! pl-8" type="search" aria-label={t('deliveries.case')} placeholder={t('deliveries.case')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        </span>
      </header>
      <Deliveries state={state} number={number} />
    </section>
  );
}

function Deliveries({ state, number }: { state: string; number: string }) {
  const { t } = useTranslation();
  const list = useDeliveries(state, number);
  const mayResend = useMe().can.includes('resend_delivery');
  const rows = itemsOf(list.data);
  const none = <Empty title={t(`deliveries.none_${state === 'failed' ? 'failed' : 'here'}`)} icon={<MailCheck aria-hidden="true" size={30} />}>{t('deliveries.none_hint')}</Empty>;
  return (
    <Loaded of={list} rows={8} empty={rows.length === 0 && none}>
      <div className="flex-1 min-h-0 overflow-auto" tabIndex={0} role="group" aria-label={t('deliveries.list')}>
        <table className="w-full text-left">
          <thead className="sticky top-0 bg-panel text-[13px] text-muted">
            <tr className="border-b border-line">
              <th scope="col" className="px-4 py-2">{t('deliveries.what')}</th>
              <th scope="col" className="px-2 py-2">{t('deliveries.recipient')}</th>
              <th scope="col" className="px-2 py-2">{t('deliveries.at')}</th>
              <th scope="col" className="px-2 py-2">{t('deliveries.state')}</th>
              {mayResend && <th scope="col" className="px-4 py-2"><span className="sr">{t('deliveries.action')}</span></th>}
            </tr>
          </thead>
          <tbody>{rows.map((row) => <Row key={row.id} row={row} mayResend={mayResend} />)}</tbody>
        </table>
        {list.hasNextPage && (
          <div className="p-3 text-center">
            <button type="button" className="btn" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('deliveries.more')}</button>
          </div>
        )}
      </div>
    </Loaded>
  );
}

function Row({ row, mayResend }: { row: Delivery; mayResend: boolean }) {
  const { t } = useTranslation();
  const resend = useResend();
  const Icon = row.channel === 'email' ? Mail : Webhook;
  const what = row.what === 'digest' ? t('delivery_what.digest', { count: row.count }) : t(`delivery_what.${row.what}`, { defaultValue: row.what });
  const send = () => resend.mutate(row.id, {
    onSuccess: () => notify({ kind: 'done', text: t('deliveries.resent') }),
    onError: (error) => notify({ kind: 'error', error }),
  });
  return (
    <tr className="border-b border-line align-top" data-delivery={row.id} data-state={row.state}>
      <td className="px-4 py-2">
        <div className="flex items-center gap-2 font-semibold">
          <Icon aria-hidden="true" size={16} className="text-muted shrink-0" />
          <span className="sr">{t(`channel.${row.channel}`)}</span>
          {what}
        </div>
        <span className="text-[13px]"><MatterLink matter={row} /></span>
      </td>
      <td className="px-2 py-2 break-all max-w-72">{row.recipient}</td>
      <td className="px-2 py-2 whitespace-nowrap">{stamp(row.at)}</td>
      <td className="px-2 py-2 max-w-96">
        <span className={`tag ${colourOf[row.state]}`}>{t(`notice_state.${row.digest_key !== '' && row.state === 'sent' ? 'in_digest' : row.state}`)}</span>
        <span className="text-[13px] text-muted ml-2">
          {row.state === 'sent' && row.sent_at && stamp(row.sent_at)}
          {row.state === 'pending' && row.next_try_at && t(`deliveries.waits_${row.waits_for || 'try'}`, { at: stamp(row.next_try_at) })}
          {row.state === 'failed' && t('deliveries.tries', { count: row.tries })}
        </span>
        {row.last_error !== '' && row.state !== 'sent' && <p className="text-[13px] text-late break-words mt-0.5">{row.last_error}</p>}
      </td>
      {mayResend && (
        <td className="px-4 py-2 text-right">
          {row.state === 'failed' && (
            <button type="button" className="btn btn-small" disabled={resend.isPending} onClick={send}>
              <RotateCcw aria-hidden="true" size={14} />{t('deliveries.resend')}<span className="sr"> {what} {matterName(row)}</span>
            </button>
          )}
        </td>
      )}
    </tr>
  );
}
