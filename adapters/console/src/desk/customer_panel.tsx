// SPDX-License-Identifier: Apache-2.0
import { Link } from '@tanstack/react-router';
import { Ban, CircleDollarSign, Star } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCustomerTimeline } from '../api/queries';
import type { CustomerCard, Pop } from '../api/types';
import { ContactHours } from '../customers/contact_hours';
import { money, phone } from '../format';
import { Timeline } from '../history/timeline';

export function CustomerHead({ customer, number, link }: { customer: CustomerCard; number?: string; link: boolean }) {
  const { t, i18n } = useTranslation();
  const name = customer.name || t('customer.unknown');
  const facts = [phone(number ?? customer.numbers[0]?.number ?? ''), customer.address, t('customer.since', { year: customer.created_at.slice(0, 4) })].filter(Boolean);
  return (
    <>
      <div className="flex items-start gap-3">
        <span aria-hidden="true" className="size-10 shrink-0 rounded-full bg-accent-soft text-accent-text grid place-items-center font-bold mt-0.5">{name.slice(0, 1)}</span>
        <div className="min-w-0">
          <div className="flex items-center gap-2 flex-wrap">
            {link ? <Link to="/customers/$id" params={{ id: String(customer.id) }} className="text-[17px] font-bold hover:underline">{name}</Link> : <h1 className="text-[17px]">{name}</h1>}
            {customer.tier === 'key' && <span className="tag bg-risk-soft text-risk"><Star aria-hidden="true" size={13} />{t('tier.key')}</span>}
            {(customer.tier === 'gold' || customer.tier === 'silver') && <span className="tag bg-quiet-soft text-quiet">{t(`tier.${customer.tier}`)}</span>}
            {customer.provisional && <span className="tag bg-warn-soft text-warn">{t('customer.provisional')}</span>}
          </div>
          <p className="text-muted text-[13.5px] break-words">{facts.join(' · ')}</p>
          {link && customer.account && <p className="text-[13.5px]" data-account-owner="">{customer.account.owner ? t('account.held_by', { who: customer.account.owner.name }) : t('account.in_pool')}</p>}
        </div>
      </div>
      {(customer.do_not_call || customer.unpaid_balance_cents > 0 || customer.contact_from) && (
        <div className="flex flex-wrap gap-1.5">
          {customer.do_not_call && <span className="tag bg-late-soft text-late"><Ban aria-hidden="true" size={13} />{t('banner.do_not_call')}</span>}
          <ContactHours of={customer} />
          {customer.unpaid_balance_cents > 0 && (
            <span className="tag bg-warn-soft text-warn"><CircleDollarSign aria-hidden="true" size={13} />{t('customer.unpaid', { amount: money(customer.unpaid_balance_cents, i18n.language) })}</span>
          )}
        </div>
      )}
      <dl className="grid grid-cols-3 gap-2 text-center">
        {(['open_cases', 'calls', 'visits'] as const).map((figure) => (
          <div key={figure} className="bg-sunken rounded-md py-1.5 flex flex-col-reverse">
            <dt className="text-[13px] text-muted">{t(`customer.${figure}`)}</dt>
            <dd className="text-lg font-bold leading-tight">{customer[figure]}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** The right column: painted from the ring message alone. */
export function CustomerPanel({ pop, live }: { pop: Pop; live: boolean }) {
  const { t } = useTranslation();
  // Without a live call nothing brought the history along, so it is read.
  const read = useCustomerTimeline(pop.customer.id, !live && pop.customer.id > 0);
  const entries = live ? pop.timeline : (read.data?.pages[0]?.items ?? []);
  return (
    <aside className="panel p-3.5 gap-3 overflow-auto" data-pane="right" tabIndex={-1} aria-label={t('customer.panel')}>
      <CustomerHead customer={pop.customer} number={pop.number} link />
      <Timeline entries={entries} groups={['call', 'case', 'callback']} compact linkCases />
    </aside>
  );
}
