// SPDX-License-Identifier: Apache-2.0
// The complaint register: filters, the columns one wants, a page to print, and a file whose taking is noted.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { BookOpen, Columns3, Download, Printer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { itemsOf } from '../api/lists';
import { useReference } from '../api/queries';
import { categoryName, day as dayOf, named, wordOf } from '../format';
import { serverNow } from '../feed/state';
import { useMe } from '../session';
import { CaseLink } from '../ui/matter_link';
import { Empty, Loaded } from '../ui/states';
import { cell } from './cell';
import { type Column, columns, fileColumns, firstColumns, queryOf, type RegisterFilter, useClusters, useRegister } from './model';

const kept = 'firsthand.register.columns';
const dated: Column[] = ['received', 'regulator_due', 'letter', 'resolved'];
function keptColumns(): Column[] {
  try {
    const read = JSON.parse(localStorage.getItem(kept) ?? '[]') as string[];
    const known = columns.filter((column) => read.includes(column));
    return known.length > 0 ? known : firstColumns;
  } catch {
    return firstColumns;
  }
}

export function RegisterPage() {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  const navigate = useNavigate();
  const filter: RegisterFilter = useSearch({ from: '/register' });
  const reference = useReference().data;
  const may = useMe().can.includes('export_register');
  const found = useRegister(filter);
  const [shown, setShown] = useState<Column[]>(keptColumns);
  const [choosing, setChoosing] = useState(false);
  const show = (next: RegisterFilter) => void navigate({ to: '/register', search: { ...filter, ...next }, replace: true });
  const toggle = (column: Column) => {
    const next = columns.filter((each) => (each === column ? !shown.includes(each) : shown.includes(each)));
    if (next.length === 0) return;
    setShown(next);
    localStorage.setItem(kept, JSON.stringify(next));
  };
  // The paper has every complaint, not only those that were scrolled to.
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    if (!printing || found.isFetchingNextPage) return;
    if (found.hasNextPage && !found.isFetchNextPageError) {
      void found.fetchNextPage();
      return;
    }
    setPrinting(false);
    if (!found.hasNextPage) window.print();
  }, [printing, found]);
  const rows = itemsOf(found.data);
  const total = found.data?.pages[0]?.total ?? 0;
  const file = `/api/v1/register?${queryOf(filter, { format: 'csv', lang: language === 'en' ? 'en' : 'zh', columns: fileColumns(shown).join(',') })}`;
  const categoryGroups = reference?.category_groups ?? [];
  const chosenCategory = named(categoryGroups.find((each) => each.code === filter.category) ?? reference?.categories.find((each) => each.code === filter.category), language);
  const chosenRegulator = filter.regulator === 'any' ? t('register.any_regulator') : wordOf(reference?.regulators?.find((each) => each.code === filter.regulator), language);
  const day = (name: 'from' | 'to') => (
    <label className="flex items-center gap-1.5 text-[13px] font-semibold text-muted">
      {t(`register.${name}`)}
      <input type="date" className="field w-auto! min-h-[34px]! font-normal text-ink" value={filter[name] ?? ''} onChange={(event) => show({ [name]: event.target.value || undefined })} />
    </label>
  );
  return (
    <div className="h-full flex flex-col gap-3 min-h-0">
      <section className="panel flex-1" aria-label={t('register.title')}>
        <header className="no-print flex items-center gap-3 flex-wrap px-4 py-2.5 border-b border-line">
          <h1 className="text-lg mr-1">{t('register.title')}</h1>
          {day('from')}
          {day('to')}
          <select className="field w-auto! min-h-[34px]!" aria-label={t('complaint.category')} value={filter.category ?? ''} onChange={(event) => show({ category: event.target.value || undefined })}>
            <option value="">{t('register.all_categories')}</option>
            {categoryGroups.map((group) => <option key={group.code} value={group.code}>{named(group, language)}</option>)}
            {reference?.categories.filter((each) => each.kind === 'complaint').map((each) => <option key={each.code} value={each.code}>{[language === 'en' ? each.path_en : each.path_zh, named(each, language)].filter(Boolean).join(' › ')}</option>)}
          </select>
          <select className="field w-auto! min-h-[34px]!" aria-label={t('complaint.regulator')} value={filter.regulator ?? ''} onChange={(event) => show({ regulator: event.target.value || undefined })}>
            <option value="">{t('register.all_regulators')}</option>
            <option value="any">{t('register.any_regulator')}</option>
            {reference?.regulators?.map((each) => <option key={each.code} value={each.code}>{wordOf(each, language)}</option>)}
          </select>
          <span className="text-muted text-[14px]" role="status">{found.data ? t('register.count', { count: total }) : ''}</span>
          <span className="flex gap-1.5 ml-auto">
            <button type="button" className="btn btn-small" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}><Columns3 aria-hidden="true" size={15} />{t('register.columns')}</button>
            <button type="button" className="btn btn-small" disabled={printing || !found.data} onClick={() => setPrinting(true)}><Printer aria-hidden="true" size={15} />{t('complaint.print')}</button>
            {may && <a className="btn btn-small" href={file} download title={t('register.noted')}><Download aria-hidden="true" size={15} />{t('register.export')}</a>}
          </span>
        </header>
        {choosing && (
          <div className="no-print flex flex-wrap gap-1.5 px-4 py-2 border-b border-line" role="group" aria-label={t('register.columns')}>
            {columns.map((column) => <button key={column} type="button" className="chip chip-small" aria-pressed={shown.includes(column)} onClick={() => toggle(column)}>{t(`register_column.${column}`)}</button>)}
          </div>
        )}
        <Clusters />
        <Loaded of={found} rows={8} empty={rows.length === 0 && <Empty title={t('register.none')} icon={<BookOpen aria-hidden="true" size={30} />} />}>
          <div className="only-print px-4 py-2">
            <h1 className="text-lg">{t('register.title')}</h1>
            <p>{[`${filter.from ?? '…'} – ${filter.to ?? dayOf(new Date(serverNow()).toISOString())}`, chosenCategory, chosenRegulator, t('register.count', { count: total })].filter(Boolean).join(' · ')}</p>
          </div>
          <div className="flex-1 min-h-0 overflow-auto print-all" tabIndex={0} role="group" aria-label={t('register.rows')}>
            <table className="w-full text-left text-[14px]" data-register>
              <thead className="sticky top-0 bg-panel text-[13px] text-muted">
                <tr className="border-b border-line">{shown.map((column) => <th key={column} scope="col" className="px-2 py-2 first:pl-4 whitespace-nowrap">{t(`register_column.${column}`)}</th>)}</tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id} className="border-b border-line align-top" data-number={row.number}>
                    {shown.map((column) => (
                      <td key={column} className={`px-2 py-1.5 first:pl-4 ${column === 'description' || column === 'resolution' || column === 'root_cause_note' ? 'min-w-64 max-w-96 break-words' : column === 'category' ? 'min-w-40' : ''} ${column === 'days' || column === 'compensation' ? 'text-right whitespace-nowrap' : dated.includes(column) ? 'whitespace-nowrap' : ''}`}>
                        {column === 'number' || (column === 'repeat_of' && row.repeat_of !== '')
                          ? <CaseLink number={cell(row, column, i18n, reference)} className="link whitespace-nowrap" />
                          : column === 'safety' && row.safety ? <span className="tag bg-late-soft text-late">{cell(row, column, i18n, reference)}</span> : cell(row, column, i18n, reference)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
            {found.hasNextPage && (
              <div className="p-3 text-center no-print"><button type="button" className="btn" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('action.more')}</button></div>
            )}
          </div>
        </Loaded>
      </section>
    </div>
  );
}

/** The same matter from several customers: perhaps not their products but all products. */
function Clusters() {
  const { t, i18n } = useTranslation();
  const items = useClusters().data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <details className="no-print border-b border-line px-4 py-2" data-panel="clusters">
      <summary className="font-semibold">{t('register.clusters', { count: items.length })}</summary>
      <ul className="mt-2 grid grid-cols-2 gap-x-6 gap-y-1 max-[900px]:grid-cols-1 text-[14px]">
        {items.map((each) => (
          <li key={`${each.category} ${each.product}`} className="flex gap-2">
            <span className="flex-1">{categoryName(each, i18n.language)}{each.product !== '' && ` · ${each.product}`}</span>
            <strong>{t('register.cluster', { count: each.count, customers: each.customers })}</strong>
            <span className="text-muted">{t('register.before', { count: each.before })}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
