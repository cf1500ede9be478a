// SPDX-License-Identifier: Apache-2.0
// For those who watch over promises: disputes to settle, departments that need chasing, requests for more time,
// customers nobody could reach, and what customers say afterwards.
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCallbacks } from '../api/queries';
import type { Callback } from '../api/types';
import { type Manage, ManageDialog } from '../callbacks/manage';
import { categoryName, named, phone, stamp } from '../format';
import { useList } from '../keys/use_list';
import { useRole } from '../session';
import { SlaBadge } from '../sla/badge';
import { CaseLink } from '../ui/matter_link';
import { Empty, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { DispatchDialog, type DispatchVerb } from './dispatch_dialog';
import { DispatchFacts } from './dispatch_facts';
import { type DispatchListName, type DispatchRow, useDispatches } from './queries';
import { SatisfactionPanel } from './satisfaction_panel';

const lists = ['disputed', 'extension', 'chased', 'exhausted'] as const;
type ListName = (typeof lists)[number];

export function PromisesPage() {
  const { t } = useTranslation();
  const supervises = useRole() === 'supervisor';
  const [list, setList] = useState<ListName>('disputed');
  const dispatches = { disputed: useDispatches('disputed'), extension: useDispatches('extension'), chased: useDispatches('chased') };
  const exhausted = useCallbacks('exhausted');
  const counts: Record<ListName, number | undefined> = {
    disputed: dispatches.disputed.data?.items.length, extension: dispatches.extension.data?.items.length,
    chased: dispatches.chased.data?.items.length, exhausted: exhausted.data?.items.length,
  };
  const shown = list === 'exhausted' ? exhausted : dispatches[list];
  return (
    <div className="h-full grid grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)] gap-3 max-[1000px]:grid-cols-1 max-[1000px]:h-auto">
      <section className="panel" aria-label={t('promise.title')}>
        <header className="px-3 pt-3 pb-2.5 border-b border-line flex flex-col gap-2.5">
          <h1 className="text-lg">{t('promise.title')}</h1>
          <Tabs label={t('promise.lists')} names={lists} value={list} name={(name) => <>{t(`promise.list_${name}`)}<span>{counts[name] ?? ''}</span></>} onChange={setList} />
        </header>
        <Loaded<unknown> of={shown}>
          {list === 'exhausted' ? (
            <Exhausted rows={exhausted.data?.items ?? []} decides={supervises} />
          ) : (
            <Dispatches key={list} list={list} rows={dispatches[list].data?.items ?? []} decides={supervises} />
          )}
        </Loaded>
      </section>
      <SatisfactionPanel />
    </div>
  );
}

const verbsOf: Record<DispatchListName, DispatchVerb[]> = { disputed: ['uphold', 'refuse_dispute'], extension: ['grant', 'refuse_extension'], chased: ['chase'] };

function Dispatches({ list, rows, decides }: { list: DispatchListName; rows: DispatchRow[]; decides: boolean }) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState<{ verb: DispatchVerb; row: DispatchRow } | null>(null);
  const first = verbsOf[list][0]!;
  const cursor = useList(rows.map((row) => row.dispatch.id), (at) => decides && setOpen({ verb: first, row: rows[at]! }), 'dispatch', open === null);
  if (rows.length === 0) return <Empty title={t(`promise.none_${list}`)} icon={<ShieldCheck aria-hidden="true" size={30} />} />;
  return (
    <>
      <ul className="flex-1 min-h-0 overflow-auto" aria-label={t(`promise.list_${list}`)} tabIndex={0} data-list="" onKeyDown={cursor.onKeyDown}>
        {rows.map((row, index) => (
          <li key={row.dispatch.id} id={`dispatch-${row.dispatch.id}`} data-case={row.case.number} className={`px-3 py-2 border-b border-line text-[14px] flex flex-col gap-1 ${index === cursor.at ? 'bg-accent-soft' : ''}`}>
            <span className="flex items-center justify-between gap-2">
              <span className="font-semibold truncate">{row.case.customer.name} · {categoryName(row.case, i18n.language)}</span>
              {row.case.clock && <SlaBadge clock={row.case.clock} />}
            </span>
            <span className="text-muted text-[13.5px]">
              <CaseLink number={row.case.number} /> · {named(row.dispatch.department, i18n.language)} · {t('liaison.owner', { name: row.case.owner.name })}
            </span>
            <DispatchFacts dispatch={row.dispatch} />
            {decides && (
              <span className="flex gap-1.5 flex-wrap">
                {verbsOf[list].map((verb) => <button key={verb} type="button" className="btn btn-small" data-verb={verb} onClick={() => setOpen({ verb, row })}>{t(`promise.verb_${verb}`)}</button>)}
              </span>
            )}
          </li>
        ))}
      </ul>
      {open && <DispatchDialog verb={open.verb} number={open.row.case.number} dispatch={open.row.dispatch} onClose={() => setOpen(null)} />}
    </>
  );
}

function Exhausted({ rows, decides }: { rows: Callback[]; decides: boolean }) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState<{ kind: Manage; callback: Callback } | null>(null);
  const cursor = useList(rows.map((row) => row.id), (at) => decides && setOpen({ kind: 'reschedule', callback: rows[at]! }), 'exhausted', open === null);
  if (rows.length === 0) return <Empty title={t('promise.none_exhausted')} icon={<ShieldCheck aria-hidden="true" size={30} />} />;
  return (
    <>
      <ul className="flex-1 min-h-0 overflow-auto" aria-label={t('promise.list_exhausted')} tabIndex={0} data-list="" onKeyDown={cursor.onKeyDown}>
        {rows.map((row, index) => (
          <li key={row.id} id={`exhausted-${row.id}`} data-callback={row.id} className={`px-3 py-2 border-b border-line text-[14px] flex flex-col gap-1 ${index === cursor.at ? 'bg-accent-soft' : ''}`}>
            <span className="font-semibold">{row.customer.name} · {row.case_number ? categoryName(row, i18n.language) : t(`callback_kind.${row.kind}`)}</span>
            <span className="text-muted text-[13.5px]">
              {row.case_number && <><CaseLink number={row.case_number} /> · </>}{phone(row.number)} · {row.user?.name ?? named(row.department, i18n.language)}
            </span>
            {row.tries.map((entry) => <span key={entry.number} className="text-muted text-[13px]">{stamp(entry.at)} · {entry.by?.name} · {t(`outcome.${entry.outcome}`)}{entry.note && ` · ${entry.note}`}</span>)}
            {decides && (
              <span className="flex gap-1.5 flex-wrap">
                <button type="button" className="btn btn-small" data-verb="again" onClick={() => setOpen({ kind: 'reschedule', callback: row })}>{t('callback.again')}</button>
                <button type="button" className="btn btn-small" data-verb="unreachable" onClick={() => setOpen({ kind: 'unreachable', callback: row })}>{t('callback.unreachable')}</button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {open && <ManageDialog kind={open.kind} callback={open.callback} onClose={() => setOpen(null)} />}
    </>
  );
}
