// SPDX-License-Identifier: Apache-2.0
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { CaseState, Role } from '../api/types';
import { named } from '../format';
import { useRole } from '../session';
import { Tabs } from '../ui/tabs';
import { CaseTable } from './case_table';

const listsOf: Record<Role, string[]> = {
  agent: ['mine', 'overdue', 'open', 'all'],
  back_line: ['mine', 'escalated', 'overdue', 'open', 'all'],
  liaison: ['department', 'overdue', 'all'],
  supervisor: ['open', 'overdue', 'escalated', 'mine', 'all'],
  manager: ['open', 'overdue', 'escalated', 'all'],
  administrator: ['open', 'overdue', 'escalated', 'all'],
};
const states: CaseState[] = ['open', 'dispatched', 'waiting_for_customer', 'escalated', 'resolved', 'closed'];

interface Filter { list?: string | undefined; state?: string | undefined; category?: string | undefined; q?: string | undefined }

export function CasesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/cases' });
  const lists = listsOf[useRole()];
  return (
    <Page
      title={t('nav.cases')} lists={lists} filter={{ ...search, list: search.list ?? lists[0]! }}
      onFilter={(next) => void navigate({ to: '/cases', search: next, replace: true })}
    />
  );
}

/** The back-line's start page: what was escalated, the most urgent first. */
export function BackLinePage() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>({ list: 'escalated' });
  return <Page title={t('back_line.title')} lists={['escalated', 'mine', 'overdue', 'all']} filter={{ ...filter, list: filter.list ?? 'escalated' }} onFilter={setFilter} />;
}

function Page({ title, lists, filter, onFilter }: { title: string; lists: string[]; filter: Filter & { list: string }; onFilter(next: Filter): void }) {
  const { t, i18n } = useTranslation();
  const categories = useReference().data?.categories ?? [];
  const [typed, setTyped] = useState(filter.q ?? '');
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === (filter.q ?? '')) return;
    const timer = setTimeout(() => onFilter({ ...filter, q: wanted || undefined }), 250);
    return () => clearTimeout(timer);
  }, [typed]); // eslint-disable-line react-hooks/exhaustive-deps
  return (
    <section className="panel h-full" aria-label={title}>
      <header className="flex items-center gap-3 flex-wrap px-4 py-2.5 border-b border-line">
        <h1 className="text-lg mr-1">{title}</h1>
        <Tabs label={t('case.lists')} names={lists} value={filter.list} name={(list) => t(`case_list.${list}`)} onChange={(list) => onFilter({ ...filter, list })} />
        <div className="flex gap-2 ml-auto flex-wrap">
          <select className="field w-auto! min-h-[34px]!" aria-label={t('case.state')} value={filter.state ?? ''} onChange={(event) => onFilter({ ...filter, state: event.target.value || undefined })}>
            <option value="">{t('case.any_state')}</option>
            {states.map((state) => <option key={state} value={state}>{t(`case_state.${state}`)}</option>)}
          </select>
          <select className="field w-auto! max-w-40 min-h-[34px]!" aria-label={t('case.category')} value={filter.category ?? ''} onChange={(event) => onFilter({ ...filter, category: event.target.value || undefined })}>
            <option value="">{t('case.any_category')}</option>
            {categories.map((category) => <option key={category.code} value={category.code}>{named(category, i18n.language)}</option>)}
          </select>
          <span className="relative">
            <Search aria-hidden="true" size={15} className="absolute left-2.5 top-2.5 text-muted" />
            <input className="field w-56! min-h-[34px]! pl-8" type="search" aria-label={t('case.search')} placeholder={t('case.search_hint')} value={typed} onChange={(event) => setTyped(event.target.value)} />
          </span>
        </div>
      </header>
      <CaseTable filter={filter} key={`${filter.list}${filter.state ?? ''}${filter.category ?? ''}${filter.q ?? ''}`} />
    </section>
  );
}
