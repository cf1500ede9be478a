// SPDX-License-Identifier: Apache-2.0
// Before anything else: the open complaint, the promise that is overdue, and the case this may be about.
import { Link } from '@tanstack/react-router';
import { FileWarning, Link2, PhoneForwarded, PhoneMissed } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Pop } from '../api/types';
import { categoryName, stamp } from '../format';
import { KeyCap } from '../keys/key_cap';
import { SlaBadge } from '../sla/badge';

export function PopBanners({ pop, onAdd, canAdd, busy }: { pop: Pop; onAdd(): void; canAdd: boolean; busy: boolean }) {
  const { t, i18n } = useTranslation();
  const count = (kind: string): number => pop.customer.banner.find((entry) => entry.kind === kind)?.count ?? 0;
  const open = count('open_complaint') || pop.open_cases.length;
  const overdue = count('overdue_promise') || pop.overdue.length;
  const firstOpen = pop.open_cases[0];
  const firstOverdue = pop.overdue[0];
  const suggested = pop.suggested_case;
  const transfer = pop.call.transfer;
  return (
    <>
      {transfer && (transfer.state !== 'ended' || transfer.ended_why === 'queued') && (
        <div className="banner bg-accent-soft text-accent-text" data-banner="transfer">
          <PhoneForwarded aria-hidden="true" size={17} className="shrink-0" />
          <strong className="whitespace-nowrap">{t(transfer.state === 'returning' ? 'transfer.back_from' : transfer.how === 'consult' ? 'transfer.asked_by' : 'transfer.from', { name: transfer.state === 'returning' ? (transfer.to?.name ?? '') : transfer.from.name })}</strong>
          <span className="break-words">{transfer.note}</span>
        </div>
      )}
      {(open > 0 || overdue > 0) && (
        <div className="banner bg-late-soft text-late flex-wrap gap-y-1" data-banner="first" role="group" aria-label={t('banner.label')}>
          {open > 0 && (
            <span className="flex items-center gap-1.5 font-semibold min-w-0">
              <FileWarning aria-hidden="true" size={17} className="shrink-0" />
              {t('banner.open_complaint', { count: open })}
              {firstOpen && (
                <Link to="/cases/$number" params={{ number: firstOpen.number }} className="underline underline-offset-2 font-normal truncate">
                  {categoryName(firstOpen, i18n.language)} {firstOpen.number}
                </Link>
              )}
            </span>
          )}
          {overdue > 0 && (
            <span className="flex items-center gap-1.5 font-semibold">
              <PhoneMissed aria-hidden="true" size={17} className="shrink-0" />
              {t('banner.overdue_promise', { count: overdue })}
              {firstOverdue && <span className="font-normal">{t('banner.promised_for', { at: stamp(firstOverdue.due_at) })}</span>}
            </span>
          )}
        </div>
      )}
      {suggested && (
        <div className="banner bg-warn-soft text-warn" data-banner="same">
          <Link2 aria-hidden="true" size={17} className="shrink-0" />
          <strong className="whitespace-nowrap">{t('intake.same')}</strong>
          <span className="truncate flex-1">{categoryName(suggested, i18n.language)} {stamp(suggested.opened_at)}</span>
          {suggested.clock && <SlaBadge clock={suggested.clock} bare />}
          {canAdd && (
            <button type="button" className="btn btn-small min-h-8! text-ink" disabled={busy} onClick={onAdd}>
              {t('intake.add_to_case')}<KeyCap id="add_to_case" />
            </button>
          )}
        </div>
      )}
    </>
  );
}
