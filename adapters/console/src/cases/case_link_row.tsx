// SPDX-License-Identifier: Apache-2.0
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseRow } from '../api/types';
import { categoryName } from '../format';
import { SlaBadge } from '../sla/badge';

export const CaseLinkRow = memo(function CaseLinkRow({ row }: { row: CaseRow }) {
  const { t, i18n } = useTranslation();
  return (
    <Link to="/cases/$number" params={{ number: row.number }} className="row">
      <span className="flex items-center justify-between gap-2">
        <span className="font-semibold truncate">{row.customer.name}</span>
        {row.clock && <SlaBadge clock={row.clock} />}
      </span>
      <span className="flex text-muted text-[13.5px] whitespace-nowrap"><span className="truncate">{categoryName(row, i18n.language)}</span><span>&nbsp;· {row.number}</span>{row.to_verify && <span className="tag bg-warn-soft text-warn ml-auto mt-0.5 text-[12.5px]">{t('case.to_verify')}</span>}</span>
    </Link>
  );
});
