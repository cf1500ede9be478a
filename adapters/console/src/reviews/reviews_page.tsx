// SPDX-License-Identifier: Apache-2.0
// What reviews have given people to do: whose it is, by when, and what came of it.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Check, ClipboardCheck, PencilLine, Plus, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { named, stamp } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { useList } from '../keys/use_list';
import { useMe } from '../session';
import { SlaBadge } from '../sla/badge';
import { usePromise } from '../sla/use_promise';
import { CaseLink } from '../ui/matter_link';
import { Empty, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { notify } from '../ui/toasts';
import { AgreeDialog, ChangeDialog, EndDialog } from './dialogs';
import { type List, lists, type ReviewAction, useReviewAction, useReviewActions } from './queries';

type Open = { kind: 'agree' } | { kind: 'change' | 'done' | 'cancelled'; action: ReviewAction };

export function ReviewsPage() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const search = useSearch({ from: '/review-actions' });
  const mayAgree = me.can.includes('edit_review_action');
  const list: List = lists.find((name) => name === search.list) ?? (mayAgree ? 'open' : 'mine');
  const actions = useReviewActions(list);
  const rows = actions.data?.items ?? [];
  const [dialog, setDialog] = useState<Open | null>(null);
  const cursor = useList(rows.map((row) => row.id), () => false, 'action', dialog === null);
  // A link may name an action that is not in this list.
  const wanted = search.action ?? null;
  const linked = useReviewAction(wanted !== null && actions.data && !rows.some((row) => row.id === wanted) ? wanted : null);
  useEffect(() => {
    if (wanted !== null && rows.some((row) => row.id === wanted)) cursor.choose(wanted);
  }, [wanted, rows.length]); // eslint-disable-line react-hooks/exhaustive-deps
  const current = linked.data && linked.data.id === wanted ? linked.data : rows[cursor.at];
  const open = (kind: 'change' | 'done' | 'cancelled', may: boolean | undefined) => (current && may ? setDialog({ kind, action: current }) : false);
  useKeys({
    review_done: () => open('done', current?.can.finish),
    review_change: () => open('change', current?.can.edit),
    review_agree: () => (mayAgree ? setDialog({ kind: 'agree' }) : false),
  }, dialog === null);
  const go = (next: { list?: string; action?: number }) => void navigate({ to: '/review-actions', search: next });
  const done = (action: ReviewAction) => {
    setDialog(null);
    notify({ kind: 'done', text: t('reviews.saved') });
    go({ list, action: action.id });
  };
  const close = () => setDialog(null);
  const when = usePromise();
  return (
    <div className="h-full grid grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)] gap-3 max-[900px]:grid-cols-1 max-[900px]:h-auto">
      <section className="panel" aria-label={t('reviews.title')}>
        <header className="px-3 pt-3 pb-2.5 border-b border-line flex flex-col gap-2.5">
          <div className="flex items-center justify-between gap-2 min-h-8">
            <h1 className="text-lg">{t('reviews.title')}</h1>
            {mayAgree && <button type="button" className="btn btn-small btn-primary" onClick={() => setDialog({ kind: 'agree' })}><Plus aria-hidden="true" size={15} />{t('reviews.agree')}<KeyCap id="review_agree" /></button>}
          </div>
          <Tabs label={t('reviews.lists')} names={lists} value={list} name={(name) => t(`reviews.list_${name}`)} onChange={(name) => go({ list: name })} />
        </header>
        <Loaded of={actions} empty={rows.length === 0 && <Empty title={t('reviews.none')} icon={<ClipboardCheck aria-hidden="true" size={30} />}>{t('reviews.none_hint')}</Empty>}>
          <div role="listbox" aria-label={t('reviews.title')} tabIndex={0} aria-activedescendant={current ? `action-${current.id}` : undefined} className="flex-1 min-h-0 overflow-auto outline-offset-[-2px]" onKeyDown={cursor.onKeyDown} data-list="">
            {rows.map((row) => (
              <div key={row.id} id={`action-${row.id}`} role="option" aria-selected={row.id === current?.id} className="row" data-state={row.state} onClick={() => { cursor.choose(row.id); go({ list, action: row.id }); }}>
                <span className="flex items-center justify-between gap-2">
                  <span className="font-semibold truncate">{row.title}</span>
                  {row.state === 'open' && row.clock ? <SlaBadge clock={row.clock} bare /> : <StateTag action={row} />}
                </span>
                <span className="flex items-center justify-between gap-2 text-muted text-[13.5px]">
                  <span className="truncate">{row.assignee?.name ?? t('reviews.liaisons')}{row.department && ` · ${named(row.department, i18n.language)}`}</span>
                  <span className="whitespace-nowrap">{when(row.due_at)}</span>
                </span>
              </div>
            ))}
          </div>
        </Loaded>
      </section>
      <section className="panel p-4 gap-3 overflow-auto" aria-label={t('reviews.detail')} tabIndex={0}>
        {current ? <Detail action={current} onOpen={(kind) => setDialog({ kind, action: current })} /> : <Empty title={t('reviews.choose')} />}
      </section>
      {/* The action as it was when the dialog opened: what arrives meanwhile does not change what is being answered. */}
      {dialog?.kind === 'agree' && <AgreeDialog onClose={close} onDone={done} />}
      {dialog?.kind === 'change' && <ChangeDialog action={dialog.action} onClose={close} onDone={done} />}
      {(dialog?.kind === 'done' || dialog?.kind === 'cancelled') && <EndDialog action={dialog.action} how={dialog.kind} onClose={close} onDone={done} />}
    </div>
  );
}

function StateTag({ action }: { action: ReviewAction }) {
  const { t } = useTranslation();
  const look = action.state === 'done' ? 'bg-ok-soft text-ok' : action.late ? 'bg-late-soft text-late' : 'bg-sunken text-muted';
  return <span className={`tag ${look}`}>{t(`review_state.${action.state}`)}</span>;
}

function Detail({ action, onOpen }: { action: ReviewAction; onOpen(kind: 'change' | 'done' | 'cancelled'): void }) {
  const { t, i18n } = useTranslation();
  const facts: [string, string][] = [
    ['whose', [action.assignee?.name ?? t('reviews.liaisons'), named(action.department, i18n.language)].filter((word) => word !== '').join(' · ')],
    ['due', stamp(action.due_at)],
    ['agreed', `${action.by?.name ?? ''} ${stamp(action.agreed_at)}`.trim()],
    ...(action.ended_at ? [['ended', `${action.ended_by?.name ?? ''} ${stamp(action.ended_at)}`.trim()] as [string, string]] : []),
  ];
  return (
    <>
      <div className="flex items-start justify-between gap-3">
        <h2 className="text-lg min-w-0 break-words">{action.title}</h2>
        {action.clock && action.state === 'open' ? <SlaBadge clock={action.clock} /> : <StateTag action={action} />}
      </div>
      {action.text !== '' && <p className="whitespace-pre-wrap break-words">{action.text}</p>}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {facts.map(([name, value]) => <div key={name} className="contents"><dt className="text-muted">{t(`reviews.${name}`)}</dt><dd>{value}</dd></div>)}
        {action.case_number && <div className="contents"><dt className="text-muted">{t('reviews.from_case')}</dt><dd><CaseLink number={action.case_number} /></dd></div>}
      </dl>
      {action.result !== '' && (
        <div className="bg-sunken rounded-md px-3 py-2">
          <h3 className="text-[13px] text-muted">{t(action.state === 'done' ? 'reviews.result' : 'reviews.cancel_reason')}</h3>
          <p className="whitespace-pre-wrap break-words">{action.result}</p>
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        {action.can.finish && <button type="button" className="btn btn-primary" onClick={() => onOpen('done')}><Check aria-hidden="true" size={16} />{t('reviews.finish')}<KeyCap id="review_done" /></button>}
        {action.can.edit && <button type="button" className="btn" onClick={() => onOpen('change')}><PencilLine aria-hidden="true" size={16} />{t('reviews.change')}<KeyCap id="review_change" /></button>}
        {action.can.cancel && <button type="button" className="btn" onClick={() => onOpen('cancelled')}><X aria-hidden="true" size={16} />{t('reviews.cancel')}</button>}
      </div>
    </>
  );
}
