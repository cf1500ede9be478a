// SPDX-License-Identifier: Apache-2.0
// What customers said when they were asked, by owner, category or office.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { named } from '../format';
import { serverNow } from '../feed/state';
import { Empty, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { type SatisfactionBy, type SatisfactionRow, useSatisfaction } from './queries';

const ways: SatisfactionBy[] = ['owner', 'category', 'office'];
const spans = [7, 30, 90] as const;
const percent = (share: number | null): string => (share === null ? '—' : `${Math.round(share * 100)}%`);
const mean = (value: number | null): string => (value === null ? '—' : value.toFixed(1));
const midnight = (days: number): string => {
  const day = new Date(serverNow() - days * 86_400_000);
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
};

export function SatisfactionPanel() {
  const { t, i18n } = useTranslation();
  const [by, setBy] = useState<SatisfactionBy>('owner');
  const [days, setDays] = useState<(typeof spans)[number]>(30);
  const found = useSatisfaction(by, midnight(days));
  const cells = (row: SatisfactionRow) => (
    <>
      <td className="px-2 py-1.5 text-right">{row.asked}</td>
      <td className="px-2 text-right">{row.answered}</td>
      <td className={`px-2 text-right ${row.share !== null && row.share < 0.7 ? 'font-bold text-late' : ''}`}>{percent(row.share)}</td>
      <td className="px-3 text-right">{mean(row.mean)}</td>
    </>
  );
  return (
    <section className="panel" aria-label={t('satisfaction.title')} data-panel="satisfaction">
      <header className="px-3 pt-3 pb-2.5 border-b border-line flex flex-col gap-2.5">
        <h2 className="text-lg">{t('satisfaction.title')}</h2>
        <div className="flex gap-1.5 flex-wrap">
          <Tabs className="flex gap-1.5" label={t('satisfaction.by')} names={ways} value={by} name={(way) => t(`satisfaction.by_${way}`)} onChange={setBy} />
          <Tabs className="flex gap-1.5 ml-auto" label={t('satisfaction.span')} names={spans} value={days} name={(span) => t('satisfaction.days', { count: span })} onChange={setDays} />
        </div>
      </header>
      <Loaded of={found} empty={found.data?.total.asked === 0 && <Empty title={t('satisfaction.none')} />}>
        {({ items, total }) => (
          <div className="overflow-auto" tabIndex={0} role="group" aria-label={t('satisfaction.title')}>
            <table className="w-full text-[14px]">
              <thead className="text-[13px] text-muted">
                <tr className="border-b border-line">
                  <th className="px-3 py-2 text-left font-semibold">{t(`satisfaction.by_${by}`)}</th>
                  {['asked', 'answered', 'share', 'mean'].map((head) => <th key={head} className="px-2 text-right font-semibold">{t(`satisfaction.${head}`)}</th>)}
                </tr>
              </thead>
              <tbody>
                {items.map((row) => (
                  <tr key={row.code} className="border-b border-line">
                    <th scope="row" className="px-3 text-left font-semibold">{named(row, i18n.language) || t('satisfaction.nowhere')}</th>
                    {cells(row)}
                  </tr>
                ))}
              </tbody>
              <tfoot>
                <tr className="font-bold"><th scope="row" className="px-3 text-left">{t('satisfaction.total')}</th>{cells(total)}</tr>
              </tfoot>
            </table>
          </div>
        )}
      </Loaded>
    </section>
  );
}
