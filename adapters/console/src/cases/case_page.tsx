// SPDX-License-Identifier: Apache-2.0
import { Link, useParams } from '@tanstack/react-router';
import { ArrowUpRight, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { itemsOf } from '../api/lists';
import { useCase, useHistory, useReference } from '../api/queries';
import type { Case } from '../api/types';
import { categoryName, named, phone, stamp, wordOf } from '../format';
import { ComplaintPanel } from '../complaints/complaint_panel';
import { CasePromises } from '../promises/case_promises';
import { Looking } from '../looking/looking';
import { HistoryFile } from '../history/history_file';
import { Timeline } from '../history/timeline';
import { ClockExplained } from '../sla/clock_explanation';
import { Failed, Loaded, Loading } from '../ui/states';
import { CaseActions } from './case_actions';
import { CaseClocks, clockButtonId, clockPanelId, shownClocks } from './case_clocks';
import { CaseFacts } from './case_facts';
import { CaseRail } from './case_rail';
import { Composer } from './composer';
import { StateTag } from './state_tag';

export function CasePage() {
  const { number } = useParams({ from: '/cases/$number' });
  const found = useCase(number);
  if (found.isPending) return <div className="panel h-full"><Loading rows={10} /></div>;
  if (found.isLoadingError) return <div className="panel h-full"><Failed error={found.error} retry={() => void found.refetch()} /></div>;
  return <CaseView row={found.data} />;
}

function CaseView({ row }: { row: Case }) {
  const { t, i18n } = useTranslation();
  const history = useHistory(row.number);
  const reference = useReference().data;
  const entries = itemsOf(history.data);
  const [open, setOpen] = useState<number | null>(null);
  const clocks = shownClocks(row);
  const explained = clocks.find((clock) => clock.id === open);
  return (
    <div className="h-full grid grid-cols-[minmax(0,1fr)_340px] gap-3 max-[1000px]:grid-cols-1 max-[1000px]:h-auto">
      <section className="panel" aria-label={row.number}>
        <header className="px-4 pt-3 pb-2.5 border-b border-line flex flex-col gap-2">
          <div className="flex items-center gap-2.5 flex-wrap">
            <h1 className="text-lg tracking-wide">{row.number}</h1>
            <StateTag state={row.state} />
            {row.escalation_level > 0 && <span className="tag bg-risk-soft text-risk"><TriangleAlert aria-hidden="true" size={13} />{t('case.level', { level: row.escalation_level })}</span>}
            <span className="tag bg-quiet-soft text-quiet">{t(`severity.${row.severity}`)}</span>
            {row.cycle > 1 && <span className="tag bg-warn-soft text-warn">{t('case.cycle', { count: row.cycle })}</span>}
            {row.repeat_of !== '' && (
              <Link to="/cases/$number" params={{ number: row.repeat_of }} className="tag bg-warn-soft text-warn underline">{t('case.repeat_of', { number: row.repeat_of })}</Link>
            )}
            <Looking path={`cases/${row.number}`} className="ml-auto" />
          </div>
          <p className="flex items-baseline gap-x-3 flex-wrap">
            <Link to="/customers/$id" params={{ id: String(row.customer.id) }} className="font-bold text-[16px] link">{row.customer.name}<ArrowUpRight aria-hidden="true" size={14} className="inline" /></Link>
            <span>{phone(row.reach_number || row.customer.number)}</span>
            <span className="font-semibold">{categoryName(row, i18n.language)}</span>
            <span className="text-muted">{t('case.owned_by', { name: row.owner.name })}</span>
            {row.department && <span className="text-muted">{named(row.department, i18n.language)}</span>}
          </p>
          <CaseClocks clocks={clocks} open={open} onOpen={setOpen} />
          {row.pause && (
            <p className="banner bg-quiet-soft text-quiet">
              {t('case.paused', { reason: wordOf(reference?.pause_reasons.find((entry) => entry.code === row.pause!.reason), i18n.language) || row.pause.reason, until: stamp(row.pause.planned_until) })}
            </p>
          )}
          {row.hand_over_to && <p className="banner bg-warn-soft text-warn">{t('case.hand_over_open', { name: row.hand_over_to.name, reason: row.hand_over_reason })}</p>}
          <CasePromises row={row} />
          <CaseActions row={row} />
        </header>
        <div className="flex-1 min-h-0 overflow-auto px-4 py-3 flex flex-col gap-3" tabIndex={0} role="group" aria-label={t('timeline.title')}>
          {explained && (
            <ClockExplained
              id={clockPanelId} number={row.number} version={row.version} clock={explained} casePaused={row.pause !== null}
              onClose={() => {
                setOpen(null);
                document.getElementById(clockButtonId(explained.id))?.focus();
              }}
            />
          )}
          <div className="bg-sunken rounded-md px-3 py-2">
            <h2 className="text-[13px] text-muted">{t('case.text')}</h2>
            <p className="whitespace-pre-wrap break-words">{row.text}</p>
            {row.resolution !== '' && (
              <>
                <h2 className="text-[13px] text-muted mt-2">{t('case.resolution')}</h2>
                <p className="whitespace-pre-wrap break-words">{row.resolution}</p>
              </>
            )}
          </div>
          <div className="self-end"><HistoryFile of={`cases/${row.number}`} /></div>
          <Loaded of={history} rows={6}>
            <Timeline entries={entries} groups={['call', 'note', 'department', 'callback', 'clock', 'money', 'change', 'case']} />
          </Loaded>
          {history.hasNextPage && <button type="button" className="btn self-start" onClick={() => void history.fetchNextPage()}>{t('action.more')}</button>}
        </div>
        {row.can.note && <Composer number={row.number} />}
      </section>
      <div className="flex flex-col gap-3 min-h-0 overflow-auto" tabIndex={0} role="group" aria-label={t('case.rail')}>
        <CaseFacts row={row} />
        {row.kind === 'complaint' && <ComplaintPanel row={row} />}
        <CaseRail row={row} />
      </div>
    </div>
  );
}
