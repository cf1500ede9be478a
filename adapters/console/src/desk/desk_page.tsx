// SPDX-License-Identifier: Apache-2.0
// The agent's one screen. Idle: what is mine and what is due. Ringing, talking and after the call: the
// customer at the right, the intake in the middle, painted from the ring message without a fetch.
import { Link } from '@tanstack/react-router';
import { Mail, PhoneCall, PhoneOutgoing } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCase } from '../api/queries';
import type { Call } from '../api/types';
import { isWritten, useLive } from '../feed/state';
import { phone } from '../format';
import { useCombo } from '../keys/own_keys';
import { isEditable } from '../keys/registry';
import { useKeys } from '../keys/use_keys';
import { useMe } from '../session';
import { CustomerPanel } from './customer_panel';
import { interactionKey, loadDrafts, useDrafts } from './drafts';
import { Intake } from './intake';
import { LeftColumn } from './left_column';
import { endManual, type Manual, resumeDraft, useManualIntake } from './manual';
import { RegisteredPanel } from './registered_panel';
import { WrapUpStrip } from './wrap_up_strip';

export function DeskPage() {
  const { t } = useTranslation();
  const me = useMe();
  loadDrafts(me.user.id);
  const livePop = useLive((live) => live.pop);
  const call = useLive((live) => live.call);
  const registered = useLive((live) => live.registered);
  const wrapUp = useLive((live) => live.desk?.presence === 'wrap_up');
  const manual = useManualIntake((store) => store.manual);
  // A live call always wins the screen; the manual intake waits behind it with its draft.
  const shown: Manual | null = livePop
    ? { pop: livePop, key: interactionKey(livePop.call.interaction_id), interactionId: livePop.call.interaction_id }
    : manual;
  const pop = shown?.pop ?? null;
  const answered = livePop !== null && call?.interaction_id === livePop.call.interaction_id && (call.state === 'talking' || call.state === 'held');
  const [another, setAnother] = useState(0);
  const category = useRef<HTMLInputElement>(null);
  const key = shown ? (another > 0 ? `${shown.key}.${another}` : shown.key) : '';
  const kept = useDrafts((drafts) => drafts.entries[key]?.kept ?? false);
  const [done, setDone] = useState<{ key: string; number: string | null } | null>(null);
  const number = another === 0 && shown?.interactionId ? registered[shown.interactionId]?.number : undefined;
  const finished = done?.key === key ? done : number !== undefined ? { key, number } : kept ? { key, number: null } : null;
  useEffect(() => setAnother(0), [shown?.key]);

  const inCall = answered ? livePop.call.interaction_id : 0;
  useEffect(() => {
    if (inCall === 0) return;
    // Answering moves to the category, but never out of a field somebody is typing in.
    if (!isEditable(document.activeElement)) category.current?.focus();
  }, [inCall]);
  useKeys({ panes: () => cyclePanes() });

  if (!shown || !pop) {
    return (
      <div className="h-full grid grid-cols-[320px_minmax(0,1fr)] gap-3 max-[1000px]:grid-cols-1 max-[1000px]:h-auto">
        <h1 className="sr">{t('nav.desk')}</h1>
        <LeftColumn onResume={resumeDraft} current={key} />
        <section className="panel p-3" data-pane="middle" tabIndex={-1} aria-label={t('desk.waiting')}>
          <WrapUpStrip />
          <Waiting quiet={wrapUp} />
        </section>
      </div>
    );
  }
  return (
    <div className="h-full grid grid-cols-[250px_minmax(0,1fr)_330px] gap-3 max-[1000px]:grid-cols-1 max-[1000px]:h-auto">
      <LeftColumn onResume={resumeDraft} current={key} />
      {livePop && isWritten(livePop.call) ? (
        <section className="panel p-3" data-pane="middle" tabIndex={-1} aria-label={t('desk.written')}>
          <WrapUpStrip />
          <Letter call={livePop.call} />
        </section>
      ) : livePop?.call.direction === 'outbound' ? (
        <section className="panel p-3" data-pane="middle" tabIndex={-1} aria-label={t('call.promise_due')}>
          <WrapUpStrip />
          <Outbound call={livePop.call} />
        </section>
      ) : finished ? (
        <RegisteredPanel number={finished.number} pop={pop} onAnother={() => setAnother((old) => old + 1)} onLeave={livePop ? null : endManual} />
      ) : (
        <Intake
          key={key} pop={pop} draftKey={key} interactionId={shown.interactionId} categoryRef={category} onLeave={livePop ? null : endManual}
          onRegistered={(filed) => setDone({ key, number: filed })}
        />
      )}
      <CustomerPanel pop={pop} live={livePop !== null} />
    </div>
  );
}

function Waiting({ quiet }: { quiet: boolean }) {
  const { t } = useTranslation();
  const presence = useLive((live) => live.desk?.presence ?? 'offline');
  const over = useLive((live) => live.desk?.presence === 'offline' && live.desk.reason === 'shift_over');
  const readyKey = useCombo('presence_available');
  const call = useLive((live) => (live.call?.direction === 'outbound' && live.call.state !== 'ended' ? live.call : null));
  if (call) return <Outbound call={call} />;
  const away = presence === 'offline' || presence === 'break' || presence === 'not_responding';
  return (
    <div className="m-auto text-center flex flex-col items-center gap-2">
      <PhoneCall aria-hidden="true" size={52} strokeWidth={1.6} className={away || quiet ? 'text-muted' : 'text-accent'} />
      <p className="text-xl font-bold mt-2">{over ? t('desk.shift_over') : away ? t('desk.away') : t('desk.waiting')}</p>
      <p className="text-muted">{over ? t('desk.shift_over_hint', { key: readyKey }) : away ? t('desk.away_hint', { key: readyKey }) : t('desk.waiting_hint')}</p>
    </div>
  );
}

/** My own call to a customer: the case is one click away, the outcome is recorded there. */
function Outbound({ call }: { call: Call }) {
  const { t } = useTranslation();
  return (
    <div className="m-auto text-center flex flex-col items-center gap-3">
      <PhoneOutgoing aria-hidden="true" size={52} strokeWidth={1.6} className="text-accent" />
      <p className="text-xl font-bold">{t('desk.outbound', { name: call.customer_name || phone(call.number) })}</p>
      <div className="flex gap-2">
        {call.case_number && <Link to="/cases/$number" params={{ number: call.case_number }} className="btn">{t('intake.open_case')}</Link>}
        {call.callback_id !== null && <Link to="/callbacks" search={{ callback: call.callback_id }} className="btn btn-primary">{t('desk.record_outcome')}</Link>}
      </div>
    </div>
  );
}

/** Something written that I am asked to take: what the customer wrote, before I say yes. */
function Letter({ call }: { call: Call }) {
  const { t } = useTranslation();
  const row = useCase(call.case_number ?? '').data;
  const takeKey = useCombo('answer');
  return (
    <article tabIndex={0} className="m-auto max-w-[60ch] max-h-full overflow-auto flex flex-col gap-3" data-letter={call.interaction_id}>
      <Mail aria-hidden="true" size={44} strokeWidth={1.6} className="text-accent" />
      <h2 className="text-xl font-bold">{t('desk.written_from', { name: call.customer_name || phone(call.number) })}</h2>
      {row && <p className="whitespace-pre-wrap break-words">{row.text}</p>}
      <p className="text-muted">{t('desk.written_hint', { key: takeKey })}</p>
    </article>
  );
}

function cyclePanes(): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')];
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(at + 1) % panes.length];
  const inside = next?.querySelector<HTMLElement>('input:not([disabled]), a[href], button:not([disabled])');
  (inside ?? next)?.focus();
}
