// SPDX-License-Identifier: Apache-2.0
// The pool and one's own customers: what may be claimed and why not, what lapses next, and the account of
// the chosen row. J and K walk, Enter opens the customer, digits act.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Ban, Star, Waves } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { itemsOf } from '../api/lists';
import type { Tier } from '../api/types';
import { stamp } from '../format';
import { useList } from '../keys/use_list';
import { useMe } from '../session';
import { SlaBadge } from '../sla/badge';
import { CustomerLink } from '../ui/matter_link';
import { Empty, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { AccountPanel } from './account_panel';
import { type AccountList, type AccountRow, type Claims, useAccounts } from './accounts';

const tiers: Tier[] = ['key', 'gold', 'silver', 'standard'];

export function PoolPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/pool' });
  const me = useMe();
  const leads = me.can.includes('give_account');
  const lists: AccountList[] = leads ? ['pool', 'lapsing', 'all'] : ['pool', 'mine', 'lapsing'];
  const list = lists.find((each) => each === search.list) ?? 'pool';
  const tier = list === 'pool' ? (search.tier ?? '') : '';
  const accounts = useAccounts(list, tier);
  const rows = itemsOf(accounts.data);
  const claims = accounts.data?.pages[0]?.claims;
  const open = (row: AccountRow) => void navigate({ to: '/customers/$id', params: { id: String(row.customer.id) } });
  const cursor = useList(rows.map((row) => row.customer.id), (at) => open(rows[at]!), 'account');
  const current = rows[cursor.at];
  const show = (next: { list?: string; tier?: string }) => void navigate({ to: '/pool', search: { list, ...(tier ? { tier } : {}), ...next }, replace: true });
  return (
    <div className="h-full grid grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)] gap-3 max-[900px]:grid-cols-1 max-[900px]:h-auto">
      <section className="panel" aria-label={t('pool.title')}>
        <header className="px-3 pt-3 pb-2.5 border-b border-line flex flex-col gap-2.5">
          <div className="flex items-center justify-between gap-3 flex-wrap">
            <h1 className="text-lg">{t('pool.title')}</h1>
            {claims && me.can.includes('claim_account') && <ClaimsLeft claims={claims} />}
          </div>
          <Tabs className="flex gap-1.5 flex-wrap items-center" label={t('pool.lists')} names={lists} value={list} name={(each) => t(`pool.list_${each}`)} onChange={(each) => show({ list: each })}>
            {list === 'pool' && (
              <select className="field w-36! min-h-[34px]! ml-auto" aria-label={t('customer.tier')} value={tier} onChange={(event) => show({ tier: event.target.value })}>
                <option value="">{t('pool.any_tier')}</option>
                {tiers.map((each) => <option key={each} value={each}>{t(`tier.${each}`)}</option>)}
              </select>
            )}
          </Tabs>
        </header>
        <Loaded of={accounts} rows={8} empty={rows.length === 0 && <Empty title={t(`pool.none_${list}`)} icon={<Waves aria-hidden="true" size={30} />}>{t('pool.none_hint')}</Empty>}>
          <div role="listbox" aria-label={t('pool.title')} tabIndex={0} aria-activedescendant={current ? `account-${current.customer.id}` : undefined} className="flex-1 min-h-0 overflow-auto outline-offset-[-2px]" onKeyDown={cursor.onKeyDown} data-list="">
            {rows.map((row, index) => <Row key={row.customer.id} row={row} chosen={index === cursor.at} onChoose={() => cursor.choose(row.customer.id)} />)}
          </div>
        </Loaded>
        {accounts.hasNextPage && <div className="p-2 text-center"><button type="button" className="btn" disabled={accounts.isFetchingNextPage} onClick={() => void accounts.fetchNextPage()}>{t('action.more')}</button></div>}
      </section>
      <section className="panel p-4 gap-3 overflow-auto" aria-label={t('pool.detail')} tabIndex={0}>
        {current ? (
          <>
            <h2 className="text-lg"><CustomerLink customer={current.customer} className="hover:underline" /></h2>
            <p className="text-muted text-[14px]">{[t(`tier.${current.customer.tier}`), current.product, current.open_cases > 0 ? t('pool.open_cases', { count: current.open_cases }) : ''].filter(Boolean).join(' · ')}</p>
            <AccountPanel key={current.customer.id} customer={current.customer} keys />
          </>
        ) : <Empty title={t('pool.choose')} />}
      </section>
    </div>
  );
}

function ClaimsLeft({ claims }: { claims: Claims }) {
  const { t } = useTranslation();
  const left = Math.max(0, claims.per_day - claims.today);
  return <span className={`tag ${left > 0 ? 'bg-ok-soft text-ok' : 'bg-quiet-soft text-quiet'}`} data-claims-left={left}>{t('pool.claims_left', { left, of: claims.per_day })}</span>;
}

function Row({ row, chosen, onChoose }: { row: AccountRow; chosen: boolean; onChoose(): void }) {
  const { t } = useTranslation();
  const who = row.state === 'held' ? row.owner?.name : t('pool.last', { who: row.previous_owner?.name ?? '' });
  return (
    <div id={`account-${row.customer.id}`} role="option" aria-selected={chosen} className="row" onClick={onChoose}>
      <span className="flex items-center justify-between gap-2">
        <span className="font-semibold truncate flex items-center gap-1.5">
          {row.customer.tier === 'key' && <Star aria-label={t('tier.key')} size={14} className="text-risk shrink-0" />}
          {row.do_not_call && <Ban aria-label={t('banner.do_not_call')} size={14} className="text-late shrink-0" />}
          <span className="truncate">{row.customer.name}</span>
        </span>
        {row.clock ? <SlaBadge clock={row.clock} bare /> : <span className="text-muted text-[13px] whitespace-nowrap">{t('pool.since', { at: stamp(row.since) })}</span>}
      </span>
      <span className="flex items-center justify-between gap-2 text-muted text-[13.5px]">
        <span className="truncate">{who}</span>
        <span className="whitespace-nowrap">{row.hindrance ? t(`hindrance.short_${row.hindrance.code}`, { defaultValue: '' }) : row.last_contact_at ? t('pool.last_contact', { at: stamp(row.last_contact_at) }) : ''}</span>
      </span>
    </div>
  );
}
