// SPDX-License-Identifier: Apache-2.0
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Search, UserPlus, UserSearch } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomers } from '../api/queries';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { useList } from '../keys/use_list';
import { useMe } from '../session';
import { Empty, Loaded } from '../ui/states';
import { CreateCustomer } from './create_customer';

export function CustomersPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const q = useSearch({ from: '/customers' }).q ?? '';
  const [typed, setTyped] = useState(q);
  const may = useMe().can.includes('create_customer');
  const [creating, setCreating] = useState(false);
  useKeys({ customer_new: () => setCreating(true) }, may);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed.trim() !== q) void navigate({ to: '/customers', search: typed.trim() ? { q: typed.trim() } : {}, replace: true });
    }, 200);
    return () => clearTimeout(timer);
  }, [typed, q, navigate]);
  const found = useCustomers(q);
  const rows = found.data?.items ?? [];
  const list = useList(rows.map((row) => row.id), (at) => void navigate({ to: '/customers/$id', params: { id: String(rows[at]!.id) } }), 'customer');
  return (
    <section className="panel h-full" aria-label={t('customer.title')}>
      <header className="flex items-center gap-4 px-4 py-2.5 border-b border-line">
        <h1 className="text-lg">{t('customer.title')}</h1>
        <span className="relative flex-1 max-w-md">
          <Search aria-hidden="true" size={16} className="absolute left-3 top-2.5 text-muted" />
          <input className="field pl-9" type="search" aria-label={t('customer.find')} placeholder={t('customer.find_hint')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        </span>
        {may && <button type="button" className="btn" onClick={() => setCreating(true)}><UserPlus aria-hidden="true" size={16} />{t('create_customer.title')}<KeyCap id="customer_new" /></button>}
      </header>
      <Loaded of={found} rows={10} empty={rows.length === 0 && <Empty title={t('customer.none')} icon={<UserSearch aria-hidden="true" size={30} />}>{t('customer.none_hint')}</Empty>}>
        <div className="flex-1 min-h-0 overflow-auto" role="group" aria-label={t('customer.title')} tabIndex={0} data-list="" onKeyDown={list.onKeyDown}>
          <table className="w-full border-collapse">
            <thead className="sticky top-0 bg-panel z-10 text-[13px] text-muted text-left">
              <tr className="border-b border-line">
                <th className="px-4 py-2 font-semibold">{t('customer.name')}</th>
                <th className="px-3 font-semibold">{t('customer.numbers')}</th>
                <th className="px-3 font-semibold">{t('customer.tier')}</th>
                <th className="px-3 font-semibold">{t('customer.product')}</th>
                <th className="px-3 font-semibold text-right">{t('customer.open_cases')}</th>
                <th className="px-4 font-semibold text-right">{t('customer.calls')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={row.id} id={`customer-${row.id}`} className={`border-b border-line h-10 hover:bg-accent-soft/60 ${index === list.at ? 'bg-accent-soft' : ''}`} onClick={() => list.choose(row.id)}>
                  <td className="px-4"><Link to="/customers/$id" params={{ id: String(row.id) }} className="link font-semibold">{row.name || t('customer.unknown')}</Link></td>
                  <td className="px-3 text-muted">{row.numbers.map((entry) => entry.number).join('  ')}</td>
                  <td className="px-3">{t(`tier.${row.tier}`)}</td>
                  <td className="px-3 text-muted max-w-72 truncate">{row.product}</td>
                  <td className={`px-3 text-right ${row.open_cases > 0 ? 'font-semibold text-risk' : ''}`}>{row.open_cases}</td>
                  <td className="px-4 text-right">{row.calls}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Loaded>
      {creating && <CreateCustomer onClose={() => setCreating(false)} />}
    </section>
  );
}
