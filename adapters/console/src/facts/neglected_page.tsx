// SPDX-License-Identifier: Apache-2.0
// Customers with overdue money or a contract that ends, and nobody in touch for long: each becomes a call that
// somebody owns. The engine does so every day; here one sees whom, and does it now.
import { useMutation, useQuery } from '@tanstack/react-query';
import { Ban, PhoneForwarded, UserCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/client';
import { useStale } from '../api/lists';
import { useReference } from '../api/queries';
import type { Instant, UserRef } from '../api/types';
import { day, money } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { useMe } from '../session';
import { CustomerLink } from '../ui/matter_link';
import { Empty, ErrorLine, Loaded } from '../ui/states';
import { FactsTabs } from './facts_tabs';

interface Neglected {
  customer: { id: number; name: string; tier: string; number: string }; do_not_call: boolean;
  owner: UserRef | null; due_cents: number; overdue_cents: number; contract_ends_on: string | null; last_contact_at: Instant | null;
  planned: UserRef | null;
}
interface NeglectedList { days: number; items: Neglected[] }

export function NeglectedPage() {
  const { t, i18n } = useTranslation();
  const may = useMe().can.includes('make_follow_ups');
  const people = useReference().data?.users ?? [];
  const [to, setTo] = useState('');
  const found = useQuery({ queryKey: ['neglected'], queryFn: ({ signal }) => get<NeglectedList>('customers/neglected', signal) });
  const make = useMutation({
    mutationFn: () => post<{ made: number }>('customers/neglected/follow-ups', to === '' ? {} : { to: Number(to) }),
    onSettled: useStale('neglected', 'callbacks', 'timeline'),
  });
  const items = found.data?.items ?? [];
  const open = items.filter((each) => each.planned === null).length;
  const go = () => {
    if (may && open > 0 && !make.isPending) make.mutate();
  };
  useKeys({ facts_new: go });
  return (
    <section className="panel h-full" aria-label={t('neglected.title')}>
      <header className="flex items-center gap-3 px-4 py-2.5 border-b border-line flex-wrap">
        <h1 className="text-lg">{t('facts.title')}</h1>
        <FactsTabs />
        {may && (
          <span className="flex gap-1.5 ml-auto">
            <select className="field w-auto! min-h-[34px]!" aria-label={t('neglected.to')} value={to} onChange={(event) => setTo(event.target.value)}>
              <option value="">{t('neglected.to_owner')}</option>
              {people.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
            </select>
            <button type="button" className="btn btn-primary btn-small" disabled={open === 0 || make.isPending} onClick={go}><PhoneForwarded aria-hidden="true" size={15} />{t('neglected.make')}<KeyCap id="facts_new" /></button>
          </span>
        )}
      </header>
      <div className="px-4 py-2">
        {found.data && items.length > 0 && <p className="text-muted">{t('neglected.hint', { days: found.data.days })}</p>}
        {make.data && <p role="status" className="banner bg-accent-soft text-accent-text" data-made={make.data.made}>{t('neglected.made', { count: make.data.made })}</p>}
        <ErrorLine error={make.error} />
      </div>
      <Loaded of={found} rows={8} empty={items.length === 0 && <Empty title={t('neglected.none')} icon={<UserCheck aria-hidden="true" size={30} />}><p>{t('neglected.none_hint', { days: found.data?.days })}</p></Empty>}>
        <div className="flex-1 min-h-0 overflow-auto border-t border-line" tabIndex={0} role="group" aria-label={t('neglected.list')}>
          <table className="w-full text-left text-[14px]" data-neglected={items.length}>
            <thead className="sticky top-0 bg-panel text-[13px] text-muted">
              <tr className="border-b border-line">
                {(['customer', 'owner', 'overdue', 'contract', 'contact', 'planned'] as const).map((head) => <th key={head} scope="col" className={`px-2 py-1.5 first:pl-4 ${head === 'overdue' ? 'text-right' : ''}`}>{t(`neglected.${head}`)}</th>)}
              </tr>
            </thead>
            <tbody>
              {items.map((each) => (
                <tr key={each.customer.id} className="border-b border-line">
                  <td className="pl-4 px-2 py-1.5"><span className="flex items-center gap-1.5"><CustomerLink customer={each.customer} />{each.do_not_call && <Ban aria-label={t('banner.do_not_call')} size={14} className="text-late shrink-0" />}</span></td>
                  <td className="px-2">{each.owner?.name ?? <span className="text-muted">{t('neglected.nobody')}</span>}</td>
                  <td className={`px-2 text-right ${each.overdue_cents > 0 ? 'text-late font-semibold' : ''}`}>{each.overdue_cents > 0 ? money(each.overdue_cents, i18n.language) : ''}</td>
                  <td className="px-2">{each.contract_ends_on ?? ''}</td>
                  <td className="px-2">{each.last_contact_at ? day(each.last_contact_at) : t('neglected.never')}</td>
                  <td className="px-2">{each.planned?.name ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Loaded>
    </section>
  );
}
