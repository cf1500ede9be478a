// SPDX-License-Identifier: Apache-2.0
// A customer's money: what was invoiced, received, is due and overdue, and the facts that it comes from. None of
// it is typed here.
import { useTranslation } from 'react-i18next';
import { money as amount } from '../format';
import { Empty, Failed, Loading } from '../ui/states';
import { useMoney } from './model';

export function MoneyPanel({ customer }: { customer: number }) {
  const { t, i18n } = useTranslation();
  const found = useMoney(customer);
  if (found.isPending) return <Loading />;
  if (found.isLoadingError) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const money = found.data;
  const figures = [
    ['invoiced', money.invoiced_cents, ''], ['received', money.received_cents, ''],
    ['due', money.due_cents, money.due_cents > 0 ? 'text-warn' : ''], ['overdue', money.overdue_cents, money.overdue_cents > 0 ? 'text-late' : ''],
    ['fees_due', money.fees_due_cents, money.fees_due_cents > 0 ? 'text-warn' : ''],
  ] as const;
  if (money.facts_total === 0) return <Empty title={t('money.none')}><p>{t('money.none_hint')}</p></Empty>;
  return (
    <div className="flex flex-col gap-4" data-money>
      <dl className="grid grid-cols-5 gap-2 max-[1100px]:grid-cols-3">
        {figures.map(([name, cents, look]) => (
          <div key={name} className="border border-line rounded-md px-3 py-2">
            <dt className="text-muted text-[13px]">{t(`money.${name}`)}</dt>
            <dd className={`text-lg font-semibold ${look}`} data-figure={name}>{amount(cents, i18n.language)}</dd>
          </div>
        ))}
      </dl>
      <p className="text-muted text-[13px]">
        {money.references.map((each) => t('money.reference', { source: each.source, id: each.external_id })).join(' · ')}
        {money.contract_ends_on && ` · ${t('money.contract_ends', { date: money.contract_ends_on })}`}
      </p>
      <table className="w-full text-left text-[14px]" aria-label={t('money.facts')}>
        <thead className="text-[13px] text-muted">
          <tr className="border-b border-line">
            <th scope="col" className="py-1 pr-3">{t('money.on')}</th><th scope="col" className="px-2">{t('money.kind')}</th><th scope="col" className="px-2">{t('money.number')}</th>
            <th scope="col" className="px-2">{t('money.title')}</th><th scope="col" className="px-2 text-right">{t('money.amount')}</th><th scope="col" className="px-2 text-right">{t('money.open')}</th><th scope="col" className="px-2">{t('money.until')}</th>
          </tr>
        </thead>
        <tbody>
          {money.facts.map((fact) => (
            <tr key={fact.id} className="border-b border-line">
              <td className="py-1 pr-3 whitespace-nowrap">{fact.on_date}</td>
              <td className="px-2">{t(`fact_kind.${fact.kind}`)}</td>
              <td className="px-2">{fact.external_id}{fact.settles !== '' && <span className="text-muted"> → {fact.settles}</span>}</td>
              <td className="px-2">{fact.title}</td>
              <td className="px-2 text-right whitespace-nowrap">{amount(fact.amount_cents, i18n.language)}</td>
              <td className={`px-2 text-right whitespace-nowrap ${fact.overdue ? 'text-late font-semibold' : ''}`}>{fact.open_cents > 0 ? amount(fact.open_cents, i18n.language) : ''}</td>
              <td className="px-2 whitespace-nowrap">{fact.due_on ?? fact.ends_on ?? ''}{fact.overdue && <span className="tag bg-late-soft text-late ml-1.5">{t('money.overdue')}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {money.facts_total > money.facts.length && <p className="text-muted">{t('money.more', { count: money.facts_total - money.facts.length })}</p>}
    </div>
  );
}
