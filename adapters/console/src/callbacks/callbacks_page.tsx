// SPDX-License-Identifier: Apache-2.0
// Whom to call: overdue first. Enter dials; a digit records how it went.
import { useSearch } from '@tanstack/react-router';
import { Phone, PhoneOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCallbacks } from '../api/queries';
import type { Callback, Outcome } from '../api/types';
import { ContactHours } from '../customers/contact_hours';
import { categoryName, named, stamp } from '../format';
import { useLive } from '../feed/state';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { useList } from '../keys/use_list';
import { useMe } from '../session';
import { SlaBadge } from '../sla/badge';
import { usePromise } from '../sla/use_promise';
import { CaseLink, CustomerLink } from '../ui/matter_link';
import { Empty, ErrorLine, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { notify } from '../ui/toasts';
import { callbackClock } from './clock';
import { type Manage, ManageDialog } from './manage';
import { CalledNumber, inWords, OutcomeDialog, outcomesOf, useDial } from './outcome';

const lists = ['overdue', 'today', 'week', 'all'] as const;

export function CallbacksPage() {
  const { t, i18n } = useTranslation();
  const wanted = useSearch({ from: '/callbacks' }).callback;
  const [chosen, setList] = useState<(typeof lists)[number] | null>(wanted ? 'all' : null);
  // What is overdue comes first; without any the day does.
  const overdue = useCallbacks('overdue');
  const late = overdue.data?.items.length ?? 0;
  const list = chosen ?? (late > 0 ? 'overdue' : 'today');
  const callbacks = useCallbacks(list);
  const rows = (callbacks.data?.items ?? []).filter((row) => row.state === 'open');
  const dial = useDial();
  const call = (callback: Callback) => callback.number !== '' && dial.mutate(callback.id, { onSuccess: () => notify({ kind: 'done', text: t('callback.dialling') }) });
  // Who came for one callback is not put before another, which Enter would dial, until they move on.
  const [passed, setPassed] = useState<number>();
  const pass = () => setPassed(wanted);
  const missing = wanted !== passed && callbacks.isSuccess && !rows.some((row) => row.id === wanted);
  const cursor = useList(
    rows.map((row) => row.id),
    (at) => !missing && call(rows[at]!),
    (at) => {
      pass();
      document.getElementById(`callback-${rows[at]!.id}`)?.scrollIntoView({ block: 'nearest' });
    },
  );
  const current = missing ? undefined : rows[cursor.at];
  const choose = (id: number) => {
    pass();
    cursor.choose(id);
  };
  useEffect(() => {
    if (wanted && rows.some((row) => row.id === wanted)) choose(wanted);
  }, [wanted, rows.length]); // eslint-disable-line react-hooks/exhaustive-deps
  const when = usePromise();
  return (
    <div className="h-full grid grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)] gap-3 max-[900px]:grid-cols-1 max-[900px]:h-auto">
      <section className="panel" aria-label={t('callback.title')}>
        <header className="px-3 pt-3 pb-2.5 border-b border-line flex flex-col gap-2.5">
          <h1 className="text-lg">{t('callback.title')}</h1>
          <Tabs label={t('callback.lists')} names={lists} value={list} name={(name) => <>{t(`callback.list_${name}`)}{name === 'overdue' && late > 0 && <span className="text-late">{late}</span>}</>} onChange={setList} />
        </header>
        <Loaded of={overdue.isPending ? overdue : callbacks} empty={rows.length === 0 && <Empty title={t('callback.none')} icon={<PhoneOff aria-hidden="true" size={30} />}>{t('callback.none_hint')}</Empty>}>
          <div role="listbox" aria-label={t('callback.title')} tabIndex={0} aria-activedescendant={current ? `callback-${current.id}` : undefined} className="flex-1 min-h-0 overflow-auto outline-offset-[-2px]" onKeyDown={cursor.onKeyDown} data-list="">
            {rows.map((row) => (
              <div key={row.id} id={`callback-${row.id}`} role="option" aria-selected={row.id === current?.id} className="row" onClick={() => choose(row.id)}>
                <span className="flex items-center justify-between gap-2">
                  <span className="font-semibold truncate">{row.customer.name} · {row.case_number ? categoryName(row, i18n.language) : t(`callback_kind.${row.kind}`)}</span>
                  <SlaBadge clock={callbackClock(row)} bare />
                </span>
                <span className="flex items-center justify-between gap-2 text-muted text-[13.5px]">
                  <span className="truncate">{when(row.due_at)} · {t('callback.by', { who: row.caller === 'department' ? named(row.department, i18n.language) : (row.user?.name ?? '') })}</span>
                  {row.attempts > 0 && <span className="whitespace-nowrap">{t('callback.attempts', { count: row.attempts })}{row.next_try_at && ` · ${t('callback.next_try', { at: when(row.next_try_at) })}`}</span>}
                </span>
              </div>
            ))}
          </div>
        </Loaded>
      </section>
      <section className="panel p-4 gap-3 overflow-auto" aria-label={t('callback.detail')} tabIndex={0}>
        {current ? <Detail key={current.id} callback={current} onDial={() => call(current)} dialling={dial.isPending} error={dial.error} /> : <Empty title={t(missing ? 'callback.gone' : 'callback.choose')} />}
      </section>
    </div>
  );
}

function Detail({ callback, onDial, dialling, error }: { callback: Callback; onDial(): void; dialling: boolean; error: unknown }) {
  const { t, i18n } = useTranslation();
  const [recording, setRecording] = useState<Outcome | null>(null);
  const [managing, setManaging] = useState<Manage | null>(null);
  const { id: me, role } = useMe().user;
  const follow = callback.kind === 'follow_up';
  const cancels = role === 'supervisor' || (role === 'agent' && !follow && callback.case_number !== null);
  const talking = useLive((live) => live.call?.callback_id === callback.id && live.call.state !== 'ended');
  useKeys(Object.fromEntries(outcomesOf(callback).map((outcome) => [`outcome_${outcome}`, () => setRecording(outcome)])), recording === null && managing === null);
  return (
    <>
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-lg"><CustomerLink customer={callback.customer} className="hover:underline" /> · {t(`callback_kind.${callback.kind}`)}</h2>
          <p className="text-muted"><CalledNumber of={callback} />{callback.case_number && <> · <CaseLink number={callback.case_number} /> · {categoryName(callback, i18n.language)}</>}</p>
        </div>
        <SlaBadge clock={callbackClock(callback)} />
      </div>
      <p className="text-muted">{t('callback.window', { from: stamp(callback.window_from), at: stamp(callback.due_at) })} · {t('callback.by', { who: callback.user?.name ?? named(callback.department, i18n.language) })}{callback.user?.id === me && t('case.myself')}</p>
      {callback.contact_from && <p><ContactHours of={callback} /></p>}
      {callback.next_try_at && <p data-next-try={callback.next_try_at}>{t('callback.next_try', { at: stamp(callback.next_try_at) })}</p>}
      {follow && <p className="banner bg-accent-soft text-accent-text">{t('callback.follow_up_hint')}</p>}
      {talking && <p className="banner bg-ok-soft text-ok">{t('callback.call_now')}</p>}
      <div className="flex flex-wrap gap-2">
        {callback.number !== '' && <button type="button" className="btn btn-primary" disabled={dialling || talking} onClick={onDial}><Phone aria-hidden="true" size={16} />{t('callback.dial')}<KeyCap id="open" /></button>}
        {outcomesOf(callback).map((outcome) => (
          <button key={outcome} type="button" className="btn" onClick={() => setRecording(outcome)}>{t(`outcome.${outcome}`, inWords(callback))}<KeyCap id={`outcome_${outcome}`} /></button>
        ))}
        <button type="button" className="btn" data-manage="reschedule" onClick={() => setManaging('reschedule')}>{t('callback.reschedule')}</button>
        <button type="button" className="btn" data-manage="assign" onClick={() => setManaging('assign')}>{t('callback.assign')}</button>
        {cancels && <button type="button" className="btn" data-manage="cancel" onClick={() => setManaging('cancel')}>{t('callback.cancel')}</button>}
      </div>
      <ErrorLine error={error} />
      {callback.last_text !== '' && (
        <div className="bg-sunken rounded-md px-3 py-2">
          <h3 className="text-[13px] text-muted">{t('callback.last')}</h3>
          <p className="whitespace-pre-wrap break-words">{callback.last_text}</p>
        </div>
      )}
      {callback.tries.length > 0 && (
        <ol className="flex flex-col gap-1 text-[14px]">
          {callback.tries.map((entry) => (
            <li key={entry.number} className="text-muted">{stamp(entry.at)} · {entry.by?.name} · <span className="text-ink">{t(`outcome.${entry.outcome}`, inWords(callback))}</span>{entry.note && ` · ${entry.note}`}</li>
          ))}
        </ol>
      )}
      {recording && <OutcomeDialog callback={callback} first={recording} onClose={() => setRecording(null)} />}
      {managing && <ManageDialog kind={managing} callback={callback} onClose={() => setManaging(null)} />}
    </>
  );
}
