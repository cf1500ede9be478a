// SPDX-License-Identifier: Apache-2.0
// The liaison's one screen: accept, call the customer back, or return what is not the department's.
import { Link, useSearch } from '@tanstack/react-router';
import { useMutation } from '@tanstack/react-query';
import { Check, Inbox as InboxIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Channels } from '../alerts/alert_list';
import { post } from '../api/client';
import { useStale } from '../api/lists';
import { useInbox } from '../api/queries';
import type { Case, Inbox, InboxRow } from '../api/types';
import { categoryName, named } from '../format';
import { useKeys } from '../keys/use_keys';
import { useList } from '../keys/use_list';
import { DispatchDialog } from '../promises/dispatch_dialog';
import { ChasedTag } from '../promises/dispatch_facts';
import { SlaBadge } from '../sla/badge';
import { Empty, Failed, Loading } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { notify } from '../ui/toasts';
import { CalledDialog, ReturnDialog } from './liaison_dialogs';
import { LiaisonDetail, waysOut } from './liaison_detail';

const tabs = ['to_accept', 'to_call', 'done'] as const;
type Tab = (typeof tabs)[number];

/** Which tab holds the case a mail links to. */
export function tabOf(inbox: Inbox, number: string): Tab | null {
  return tabs.find((tab) => inbox[tab].some((row) => row.case.number === number)) ?? null;
}

export function LiaisonPage() {
  const { t, i18n } = useTranslation();
  const stale = useStale('inbox', 'alerts', 'case', 'history', 'cases');
  const wanted = useSearch({ from: '/liaison' }).case;
  const inbox = useInbox();
  const [tab, setTab] = useState<Tab>('to_accept');
  const [checked, setChecked] = useState<ReadonlySet<number>>(new Set());
  const [dialog, setDialog] = useState<{ kind: 'called' | 'return' | 'dispute' | 'extend'; row: InboxRow } | null>(null);
  const rows = inbox.data?.[tab] ?? [];
  const cursor = useList(rows.map((row) => row.dispatch_id), () => false, 'inbox', dialog === null);
  const current = rows[cursor.at];

  // The link in a mail opens exactly its entry, once the inbox is here.
  const [followed, setFollowed] = useState('');
  useEffect(() => {
    if (!inbox.data || !wanted || followed === wanted) return;
    setFollowed(wanted);
    const found = tabOf(inbox.data, wanted);
    if (!found) return;
    setTab(found);
    cursor.choose(inbox.data[found].find((row) => row.case.number === wanted)!.dispatch_id);
  }, [inbox.data, wanted, followed, cursor]);

  const accept = useMutation({
    mutationFn: async (entries: InboxRow[]) => {
      // One after the other: each is its own promise, and a refusal of one must not hide the rest.
      for (const entry of entries) await post<Case>(`dispatches/${entry.dispatch_id}/accept`);
    },
    onSettled: () => {
      setChecked(new Set());
      stale();
    },
    onError: (error) => notify({ kind: 'error', error }),
  });
  const canAccept = tab === 'to_accept' && current !== undefined && !accept.isPending;
  const giveBack = (row: InboxRow) => {
    const { mayReturn, mayDispute } = waysOut(row);
    if (mayReturn || mayDispute) setDialog({ kind: mayReturn ? 'return' : 'dispute', row });
  };
  const canWork = current !== undefined && tab !== 'done';
  useKeys(
    {
      accept: () => (canAccept ? accept.mutate([current]) : false),
      called: () => (canWork ? setDialog({ kind: 'called', row: current }) : false),
      give_back: () => (canWork ? giveBack(current) : false),
      extend: () => (canWork && waysOut(current).mayExtend ? setDialog({ kind: 'extend', row: current }) : false),
    },
    dialog === null,
  );

  if (inbox.isPending) return <div className="panel h-full"><Loading rows={10} /></div>;
  if (inbox.isLoadingError) return <div className="panel h-full"><Failed error={inbox.error} retry={() => void inbox.refetch()} /></div>;
  const chosen = rows.filter((row) => checked.has(row.dispatch_id));
  return (
    <div className="h-full grid grid-cols-[minmax(0,580px)_minmax(0,1fr)] gap-3 max-[1000px]:grid-cols-1 max-[1000px]:h-auto">
      <section className="panel" aria-label={t('liaison.title')}>
        <header className="px-3 pt-3 pb-2.5 border-b border-line flex flex-col gap-2.5">
          <div className="flex items-center justify-between gap-2 min-h-8">
            <h1 className="text-lg">{t('liaison.title')} · {named(inbox.data.department, i18n.language)}</h1>
            {chosen.length > 0 ? (
              <button type="button" className="btn btn-small btn-primary" disabled={accept.isPending} onClick={() => accept.mutate(chosen)}><Check aria-hidden="true" size={14} />{t('liaison.accept_selected')} {chosen.length}</button>
            ) : tab === 'to_accept' && rows.length > 0 ? (
              <span className="text-[13px] text-muted">{t('liaison.selected', { count: 0 })}</span>
            ) : null}
          </div>
          <Tabs
            label={t('liaison.tabs')} names={tabs} value={tab} name={(name) => <>{t(`liaison.${name}`)}<span>{inbox.data.counts[name]}</span></>}
            onChange={(name) => {
              setTab(name);
              setChecked(new Set());
            }}
          >
            {inbox.data.counts.review_actions > 0 && <Link to="/review-actions" search={{ list: 'department' }} className="tab" data-review-actions={inbox.data.counts.review_actions}>{t('liaison.review_actions')}<span>{inbox.data.counts.review_actions}</span></Link>}
          </Tabs>
        </header>
        {rows.length === 0 ? (
          <Empty title={t(`liaison.none_${tab}`)} icon={<InboxIcon aria-hidden="true" size={30} />}>{t('liaison.none_hint')}</Empty>
        ) : (
          <ul className="flex-1 min-h-0 overflow-auto" aria-label={t(`liaison.${tab}`)} tabIndex={0} data-list="" onKeyDown={cursor.onKeyDown}>
            {rows.map((row, index) => (
              <li key={row.dispatch_id} id={`inbox-${row.dispatch_id}`} className={`flex items-start gap-2.5 px-3 py-2 border-b border-line hover:bg-accent-soft/60 ${index === cursor.at ? 'bg-accent-soft' : ''}`} data-case={row.case.number}>
                {tab === 'to_accept' && (
                  <input
                    type="checkbox" className="size-6 mt-1.5 shrink-0 accent-(--accent)" aria-label={t('liaison.select', { number: row.case.number })} checked={checked.has(row.dispatch_id)}
                    onChange={(event) => {
                      const next = new Set(checked);
                      if (event.target.checked) next.add(row.dispatch_id);
                      else next.delete(row.dispatch_id);
                      setChecked(next);
                    }}
                  />
                )}
                <button type="button" className="flex-1 min-w-0 text-left" aria-current={index === cursor.at} onClick={() => cursor.choose(row.dispatch_id)}>
                  <span className="block font-semibold truncate">{row.case.customer.name} · {categoryName(row.case, i18n.language)}</span>
                  <span className="block text-[13.5px] text-muted truncate">{row.case.number} · {t('liaison.owner', { name: row.case.owner.name })}</span>
                </button>
                <span className="flex flex-col items-end gap-1">
                  {row.case.clock && <SlaBadge clock={row.case.clock} />}
                  {tab !== 'done' && <ChasedTag chases={row.dispatch.chases} />}
                  {row.alerts[0] && <Channels channels={row.alerts[0].channels} />}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="panel p-4 gap-3 overflow-auto" aria-label={t('callback.detail')} tabIndex={0}>
        {current ? (
          <LiaisonDetail key={current.dispatch_id} row={current} done={tab === 'done'} accepting={accept.isPending} onAccept={canAccept ? () => accept.mutate([current]) : null} onCalled={() => setDialog({ kind: 'called', row: current })} onReturn={() => giveBack(current)} onExtend={() => setDialog({ kind: 'extend', row: current })} />
        ) : (
          <Empty title={t('liaison.choose')} />
        )}
      </section>
      {/* The row as it was when the dialog opened: nothing that arrives meanwhile changes whom it is about. */}
      {dialog?.kind === 'called' && <CalledDialog row={dialog.row} onClose={() => setDialog(null)} />}
      {(dialog?.kind === 'dispute' || dialog?.kind === 'extend') && <DispatchDialog verb={dialog.kind} number={dialog.row.case.number} dispatch={dialog.row.dispatch} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'return' && <ReturnDialog row={dialog.row} onClose={() => setDialog(null)} />}
    </div>
  );
}
