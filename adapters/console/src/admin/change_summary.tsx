// SPDX-License-Identifier: Apache-2.0
// What a change of the rules or of a calendar would do to the cases and their clocks, in one line.
import { useTranslation } from 'react-i18next';
import { localeOf } from '../format';
import type { RulesPreview } from './policies/queries';

export function ChangeSummary({ of }: { of: RulesPreview }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(localeOf(i18n.language));
  const counts = {
    total: number.format(of.clocks_total), moved: number.format(of.clocks_moved), late: number.format(of.clocks_late), dropped: number.format(of.clocks_dropped),
    begun: number.format(of.clocks_begun), cases: number.format(of.cases_moved), cases_late: number.format(of.cases_late),
  };
  const colour = of.clocks_late > 0 ? 'bg-late-soft text-late' : of.clocks_moved + of.clocks_begun > 0 ? 'bg-warn-soft text-warn' : 'bg-ok-soft text-ok';
  return (
    <p role="status" data-preview="" className={`banner font-semibold ${colour}`}>
      {of.cases_moved > 0 && `${t('policies.preview_cases', counts)} `}
      {of.clocks_moved === 0 ? t('policies.preview_none', counts) : t('policies.preview', counts)}
      {of.clocks_dropped > 0 && ` ${t('policies.preview_dropped', counts)}`}
      {of.clocks_begun > 0 && ` ${t('policies.preview_begun', counts)}`}
    </p>
  );
}
