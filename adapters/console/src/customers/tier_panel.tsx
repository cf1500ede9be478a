// SPDX-License-Identifier: Apache-2.0
// Why this tier: what went into the score, with points and weights, and every score before.
import { useTranslation } from 'react-i18next';
import type { CustomerCard } from '../api/types';
import { money, stamp } from '../format';
import { ErrorLine, Failed, Loading } from '../ui/states';
import { useRecordCommand, useTierScores } from './record';

export function TierPanel({ customer, scorable }: { customer: CustomerCard; scorable: boolean }) {
  const { t, i18n } = useTranslation();
  const scores = useTierScores(customer.id);
  const command = useRecordCommand();
  if (scores.isPending) return <Loading />;
  if (scores.isLoadingError) return <Failed error={scores.error} retry={() => void scores.refetch()} />;
  const [newest, ...earlier] = scores.data.items;
  const amount = (input: string, value: number): string => (input === 'revenue' ? money(value, i18n.language) : t(`tier_unit.${input}`, { value }));
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-3 flex-wrap">
        <p>{newest ? t('tier_why.now', { tier: t(`tier.${customer.tier}`), score: newest.score }) : t('tier_why.never')}</p>
        {scorable && (
          <button type="button" className="btn btn-small" disabled={command.isPending} onClick={() => command.mutate({ path: `customers/${customer.id}/tier/score` })}>{t('tier_why.score')}</button>
        )}
      </div>
      <ErrorLine error={command.error} />
      {newest && (
        <>
          <table className="w-full max-w-3xl border-collapse" aria-label={t('tier_why.title')}>
            <thead className="text-[13px] text-muted text-left">
              <tr className="border-b border-line">
                <th className="py-1 pr-3 font-semibold">{t('tier_why.input')}</th>
                <th className="px-3 font-semibold text-right">{t('tier_why.value')}</th>
                <th className="px-3 font-semibold text-right">{t('tier_why.full')}</th>
                <th className="px-3 font-semibold text-right">{t('tier_why.points')}</th>
                <th className="px-3 font-semibold text-right">{t('tier_why.weight')}</th>
              </tr>
            </thead>
            <tbody>
              {newest.why.inputs.map((line) => (
                <tr key={line.input} className="border-b border-line">
                  <th className="py-1 pr-3 text-left font-normal">{t(`tier_input.${line.input}`)}</th>
                  <td className="px-3 text-right">{amount(line.input, line.value)}</td>
                  <td className="px-3 text-right text-muted">{amount(line.input, line.full)}</td>
                  <td className="px-3 text-right font-semibold">{line.points}</td>
                  <td className="px-3 text-right">{line.weight}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="text-muted text-[13px]">{t('tier_why.thresholds', { ...newest.why.thresholds, version: newest.rule_version })}</p>
          <section aria-label={t('tier_why.history')}>
            <h3 className="text-[15px] mb-1">{t('tier_why.history')}</h3>
            <ol>
              {[newest, ...earlier].map((score) => (
                <li key={score.at} className="flex gap-3 min-h-8 items-center">
                  <time dateTime={score.at} className="text-muted">{stamp(score.at)}</time>
                  <span className="font-semibold">{score.score}</span>
                  <span>{score.previous === score.tier ? t(`tier.${score.tier}`) : t('tier_why.changed', { from: t(`tier.${score.previous}`), to: t(`tier.${score.tier}`) })}</span>
                  <span className="text-muted">{score.by?.name ?? t('timeline.engine')}</span>
                </li>
              ))}
            </ol>
          </section>
        </>
      )}
    </div>
  );
}
