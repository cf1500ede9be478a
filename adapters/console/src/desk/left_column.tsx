// SPDX-License-Identifier: Apache-2.0
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../api/queries';
import type { CaseRow } from '../api/types';
import { callbackClock } from '../callbacks/clock';
import { CaseLinkRow } from '../cases/case_link_row';
import { categoryName, phone } from '../format';
import { SlaBadge } from '../sla/badge';
import { Failed, Loading } from '../ui/states';
import { finishWritten } from './commands';
import { dropDraft, useDrafts, worthKeeping, type Draft } from './drafts';

/** What is due first is first; what has no running clock is last. */
const byTimeLeft = (rows: CaseRow[]): CaseRow[] => rows.toSorted((a, b) => (a.clock?.due_at ?? '9').localeCompare(b.clock?.due_at ?? '9'));

export function LeftColumn({ onResume, current }: { onResume(draft: Draft): void; current: string }) {
  const { t, i18n } = useTranslation();
  const desk = useDesk();
  const drafts = Object.values(useDrafts((store) => store.entries)).filter((draft) => worthKeeping(draft) && !draft.kept && draft.key !== current);
  const mine = byTimeLeft(desk.data?.my_cases ?? []);
  const callbacks = desk.data?.callbacks ?? [];
  const inHand = desk.data?.in_hand ?? [];
  return (
    <aside className="flex flex-col gap-3 min-h-0" data-pane="left" tabIndex={-1} aria-label={t('desk.left')}>
      {drafts.length > 0 && (
        <section className="panel shrink-0">
          <h2 className="panel-head text-warn">{t('desk.drafts')}<span>{drafts.length}</span></h2>
          <div className="max-h-36 overflow-auto">
            {drafts.map((draft) => (
              <div key={draft.key} className="flex items-center gap-2 px-3 py-1.5 border-b border-line">
                <span className="truncate flex-1">{draft.customer_name || phone(draft.number)}</span>
                <button type="button" className="btn btn-small" onClick={() => onResume(draft)}>{t('desk.resume_draft')}</button>
                <button type="button" className="btn btn-small btn-quiet" onClick={() => dropDraft(draft.key)}>{t('action.discard')}</button>
              </div>
            ))}
          </div>
        </section>
      )}
      {inHand.length > 0 && (
        <section className="panel shrink-0" data-in-hand={inHand.length}>
          <h2 className="panel-head">{t('desk.in_hand')}<span>{inHand.length}</span></h2>
          <div className="max-h-44 overflow-auto" tabIndex={0} role="group" aria-label={t('desk.in_hand')}>
            {inHand.map((letter) => (
              <div key={letter.interaction_id} className="flex items-center gap-2 pr-3 border-b border-line [&_.row]:border-b-0">
                <span className="min-w-0 flex-1"><CaseLinkRow row={letter.case} /></span>
                <button type="button" className="btn btn-small" onClick={() => void finishWritten(letter.interaction_id)}>{t('desk.written_done')}</button>
              </div>
            ))}
          </div>
        </section>
      )}
      <section className="panel flex-[3]">
        <h2 className="panel-head">{t('desk.my_cases')}<span>{mine.length}</span></h2>
        <div className="overflow-auto" tabIndex={0} role="group" aria-label={t('desk.my_cases')}>
          {desk.isPending && <Loading rows={5} />}
          {desk.isLoadingError && <Failed error={desk.error} retry={() => void desk.refetch()} />}
          {desk.isSuccess && mine.length === 0 && <p className="text-muted p-3">{t('desk.no_cases')}</p>}
          {mine.map((row) => <CaseLinkRow key={row.id} row={row} />)}
        </div>
      </section>
      <section className="panel flex-[2]">
        <h2 className="panel-head">{t('desk.callbacks')}<span>{callbacks.length}</span></h2>
        <div className="overflow-auto" tabIndex={0} role="group" aria-label={t('desk.callbacks')}>
          {desk.isSuccess && callbacks.length === 0 && <p className="text-muted p-3">{t('desk.no_callbacks')}</p>}
          {callbacks.map((callback) => (
            <Link key={callback.id} to="/callbacks" search={{ callback: callback.id }} className="row">
              <span className="flex items-center justify-between gap-2">
                <span className="font-semibold truncate">{callback.customer.name}</span>
                <SlaBadge clock={callbackClock(callback)} />
              </span>
              <span className="flex text-muted text-[13.5px] whitespace-nowrap">
                <span className="truncate">{callback.case_number ? categoryName(callback, i18n.language) : t(`callback_kind.${callback.kind}`)}</span>
                {callback.case_number && <span>&nbsp;· {callback.case_number}</span>}
              </span>
            </Link>
          ))}
        </div>
      </section>
    </aside>
  );
}
