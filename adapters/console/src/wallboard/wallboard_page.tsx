// SPDX-License-Identifier: Apache-2.0
// Two views of the same figures: a wall that is read from five metres, and a table to act on.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { useReference, useWallboard } from '../api/queries';
import type { Wallboard } from '../api/types';
import { Approvals } from '../complaints/approvals';
import { lasting, named, phone, wordOf } from '../format';
import { useMe } from '../session';
import { RecordingState } from '../shell/call_recording';
import { useTick } from '../sla/ticker';
import { PresenceDot } from '../ui/presence_dot';
import { Failed, Loading } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { notify } from '../ui/toasts';
import { useShift } from './shift';

type Mode = 'wall' | 'table';
const modeKey = 'firsthand.wallboard';

export function WallboardPage() {
  const { t } = useTranslation();
  const board = useWallboard();
  const [mode, setMode] = useState<Mode>(localStorage.getItem(modeKey) === 'wall' ? 'wall' : 'table');
  const change = (next: Mode) => {
    setMode(next);
    localStorage.setItem(modeKey, next);
  };
  useShift(mode === 'wall');
  if (board.isPending) return <Loading rows={8} />;
  if (board.isLoadingError && !board.data) return <div className="panel h-full"><Failed error={board.error} retry={() => void board.refetch()} /></div>;
  return (
    <div className="h-full flex flex-col gap-3 min-h-0">
      <div className="flex items-center gap-3">
        <h1 className="text-lg">{t('wallboard.title')}</h1>
        <Tabs className="ml-auto flex gap-1.5" label={t('wallboard.mode')} names={['table', 'wall'] as const} value={mode} name={(name) => t(`wallboard.${name}`)} onChange={change} />
      </div>
      <Figures board={board.data} huge={mode === 'wall'} />
      {mode === 'table' && <Approvals />}
      <div className={`flex-1 min-h-0 grid gap-3 ${mode === 'wall' ? 'grid-cols-1' : 'grid-cols-[minmax(0,1.1fr)_minmax(0,1.2fr)] max-[1000px]:grid-cols-1'}`}>
        <Queues board={board.data} huge={mode === 'wall'} />
        {mode === 'table' && <Agents board={board.data} />}
      </div>
    </div>
  );
}

function Figures({ board, huge }: { board: Wallboard; huge: boolean }) {
  const { t } = useTranslation();
  const waiting = board.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const longest = board.queues.reduce((most, queue) => Math.max(most, queue.waiting > 0 ? queue.longest_wait_s : 0), 0);
  const answered = board.queues.reduce((sum, queue) => sum + queue.answered_today + queue.abandoned_today, 0);
  const inTime = board.queues.reduce((sum, queue) => sum + (queue.service_level ?? 0) * (queue.answered_today + queue.abandoned_today), 0);
  const level = answered > 0 ? inTime / answered : null;
  const count = (...presence: string[]) => board.agents.filter((agent) => presence.includes(agent.presence)).length;
  const figures: [string, string, string][] = [
    ['waiting', String(waiting), waiting > 5 ? 'text-late' : waiting > 0 ? 'text-risk' : 'text-ok'],
    ['longest', lasting(longest), longest > 120 ? 'text-late' : longest > 20 ? 'text-risk' : 'text-ok'],
    ['level', level === null ? '—' : `${Math.round(level * 100)}%`, level === null ? '' : level >= 0.8 ? 'text-ok' : level >= 0.6 ? 'text-risk' : 'text-late'],
    ['ready', String(count('available')), ''],
    ['talking', String(count('talking', 'offered')), ''],
    ['wrap_up', String(count('wrap_up')), ''],
  ];
  const small: [string, number, boolean][] = [
    ['cases', board.cases.open, false], ['due_soon', board.cases.due_soon, false], ['cases_overdue', board.cases.overdue, true],
    ['registered_today', board.cases.registered_today, false], ['callbacks_open', board.callbacks.open, false], ['callbacks_overdue', board.callbacks.overdue, true],
    ['reviews_open', board.review_actions.open, false], ['reviews_overdue', board.review_actions.overdue, true],
  ];
  return (
    <>
      <dl className="grid grid-cols-6 gap-3 max-[900px]:grid-cols-3">
        {figures.map(([name, value, look]) => (
          <div key={name} className="panel px-4 py-2.5 flex-col">
            <dt className={huge ? 'text-xl' : 'text-[15px] text-muted'}>{t(`wallboard.${name}`)}</dt>
            <dd className={`font-bold leading-none mt-1 ${huge ? 'text-[76px]' : 'text-[40px]'} ${look}`} data-figure={name}>{value}</dd>
          </div>
        ))}
      </dl>
      <dl className="panel flex-row! flex-wrap gap-x-8 gap-y-1 px-4 py-2">
        {small.map(([name, value, late]) => (
          <div key={name} className="flex items-baseline gap-2">
            <dt className="text-muted">{t(name.startsWith('callbacks') ? 'wallboard.callbacks' : name.startsWith('reviews') ? 'wallboard.reviews' : 'wallboard.cases')} · {t(`wallboard.${name === 'cases' ? 'cases_open' : name}`)}</dt>
            <dd className={`font-bold text-lg ${late && value > 0 ? 'text-late' : ''}`}>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Queues({ board, huge }: { board: Wallboard; huge: boolean }) {
  const { t, i18n } = useTranslation();
  const cell = huge ? 'py-3 text-2xl' : 'py-2';
  return (
    <section className="panel">
      <h2 className="panel-head">{t('wallboard.queues')}<span>{board.queues.length}</span></h2>
      <div className="overflow-auto" tabIndex={0} role="group" aria-label={t('wallboard.queues')}>
        <table className="w-full">
          <thead className="text-[13px] text-muted">
            <tr className="border-b border-line">
              <th className="px-3 py-2 text-left font-semibold">{t('wallboard.queue')}</th>
              {['waiting', 'longest', 'written', 'talking', 'answered', 'abandoned', 'level'].map((head) => <th key={head} className="px-2 py-1 text-right font-semibold leading-tight">{t(`wallboard.${head}`)}</th>)}
            </tr>
          </thead>
          <tbody>
            {board.queues.map((queue) => (
              <tr key={queue.code} className="border-b border-line">
                <th scope="row" className={`px-3 ${cell} text-left font-semibold whitespace-nowrap`}>{named(queue, i18n.language)}</th>
                <td className={`px-2 ${cell} text-right ${queue.waiting > 0 ? 'font-bold text-risk' : ''}`}>{queue.waiting}</td>
                <td className={`px-2 ${cell} text-right`}>{queue.waiting > 0 ? lasting(queue.longest_wait_s) : '—'}</td>
                <td className={`px-2 ${cell} text-right`}>{queue.written}</td>
                <td className={`px-2 ${cell} text-right`}>{queue.talking}</td>
                <td className={`px-2 ${cell} text-right`}>{queue.answered_today}</td>
                <td className={`px-2 ${cell} text-right`}>{queue.abandoned_today}</td>
                <td className={`px-3 ${cell} text-right`}>{queue.service_level === null ? '—' : `${Math.round(queue.service_level * 100)}%`}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {board.queues.length === 0 && <p className="text-muted p-3">{t('wallboard.no_queues')}</p>}
      </div>
    </section>
  );
}

function Agents({ board }: { board: Wallboard }) {
  const { t, i18n } = useTranslation();
  const reasons = useReference().data?.break_reasons;
  const order = ['talking', 'offered', 'wrap_up', 'available', 'not_responding', 'break', 'offline'];
  const agents = board.agents.toSorted((a, b) => order.indexOf(a.presence) - order.indexOf(b.presence) || a.user.name.localeCompare(b.user.name));
  return (
    <section className="panel">
      <h2 className="panel-head">{t('wallboard.agents')}<span>{agents.length}</span></h2>
      <div className="overflow-auto" tabIndex={0} role="group" aria-label={t('wallboard.agents')}>
        <table className="w-full">
          <thead className="text-[13px] text-muted sticky top-0 bg-panel">
            <tr className="border-b border-line text-left">
              <th className="px-3 py-2 font-semibold">{t('wallboard.agent')}</th>
              <th className="px-2 font-semibold">{t('wallboard.state')}</th>
              <th className="px-2 font-semibold text-right">{t('wallboard.since')}</th>
              <th className="px-2 font-semibold">{t('wallboard.call')}</th>
              <th className="px-2 font-semibold text-right">{t('wallboard.cases_open')}</th>
              <th className="px-3 font-semibold text-right">{t('wallboard.cases_overdue')}</th>
            </tr>
          </thead>
          <tbody>
            {agents.map((agent) => (
              <tr key={agent.user.id} className="border-b border-line h-10">
                <th scope="row" className="px-3 text-left font-semibold whitespace-nowrap">{agent.user.name} <span className="text-muted font-normal text-[13px]">{agent.extension}</span></th>
                <td className="px-2 whitespace-nowrap">
                  <span className="inline-flex items-center gap-2">
                    <PresenceDot presence={agent.presence} />
                    {t(`presence.${agent.presence}`)}
                    {agent.presence === 'break' && agent.reason && <span className="text-muted">{wordOf(reasons?.find((entry) => entry.code === agent.reason), i18n.language) || agent.reason}</span>}
                  </span>
                </td>
                <td className="px-2 text-right">{agent.presence === 'offline' ? '—' : <Since at={agent.since} />}</td>
                <td className="px-2 text-muted max-w-64">
                  <span className="flex items-center gap-1.5">
                    <span className="truncate">{agent.call ? `${agent.call.customer_name} ${phone(agent.call.number)}` : ''}</span>
                    {agent.call?.recording && <RecordingState call={agent.call} />}
                    {agent.in_hand > 0 && <span className="whitespace-nowrap">{t('wallboard.in_hand', { count: agent.in_hand })}</span>}
                    <Listen agent={agent} />
                  </span>
                </td>
                <td className="px-2 text-right">{agent.cases_open}</td>
                <td className={`px-3 text-right ${agent.cases_overdue > 0 ? 'font-bold text-late' : ''}`}>{agent.cases_overdue}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** A supervisor hears the call on his own telephone; whispering, the agent hears him and the customer does not. */
function Listen({ agent }: { agent: Wallboard['agents'][number] }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const call = agent.call;
  const send = useMutation({
    mutationFn: (mode: 'listen' | 'whisper' | 'stop') => post(`interactions/${call?.interaction_id ?? 0}/listen`, { mode }),
    onError: (error) => notify({ kind: 'error', error }),
    onSettled: () => client.invalidateQueries({ queryKey: ['wallboard'] }),
  });
  const talks = call !== null && (call.state === 'talking' || call.state === 'held') && call.direction === 'inbound' && call.agent?.id === agent.user.id;
  const mine = agent.listeners.find((one) => one.user.id === me.user.id)?.mode;
  if (me.user.role !== 'supervisor' || agent.user.id === me.user.id || (!talks && !mine)) return null;
  return (
    <span className="ml-auto flex gap-1" role="group" aria-label={t('listen.to', { name: agent.user.name })}>
      {(['listen', 'whisper'] as const).map((mode) => (
        <button key={mode} type="button" className="btn btn-small min-h-7!" aria-pressed={mine === mode} disabled={send.isPending || !talks} onClick={() => send.mutate(mode)}>{t(`listen.${mode}`)}</button>
      ))}
      {mine && <button type="button" className="btn btn-small min-h-7!" disabled={send.isPending} onClick={() => send.mutate('stop')}>{t('listen.stop')}</button>}
    </span>
  );
}

function Since({ at }: { at: string }) {
  const text = useTick((now) => lasting((now - Date.parse(at)) / 1000));
  return <>{text}</>;
}
