// SPDX-License-Identifier: Apache-2.0
// Ringing is amber, talking is green, on hold is grey. Every button is one command with its key on it.
import { useNavigate } from '@tanstack/react-router';
import { Mail, Pause, Phone, PhoneForwarded, PhoneIncoming, PhoneOff, PhoneOutgoing, Play } from 'lucide-react';
import { Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import { answer, decline, hangUp, toggleHold } from '../desk/commands';
import { isWritten, useLive } from '../feed/state';
import { useTabs } from '../feed/tabs';
import { lasting, named, phone } from '../format';
import { KeyCap, showCombo } from '../keys/key_cap';
import { useCombo } from '../keys/own_keys';
import { useKeys } from '../keys/use_keys';
import { useTick } from '../sla/ticker';
import { later } from '../ui/later';
import { CallRecording } from './call_recording';

const TransferDialog = later(() => import('./transfer_dialog').then((module) => module.TransferDialog));

export function CallBar() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const call = useLive((live) => live.call);
  const offer = useLive((live) => live.offer);
  const queues = useReference().data?.queues;
  const ringing = offer !== null;
  const talking = call !== null && (call.state === 'talking' || call.state === 'held');
  // A PBX that routes by itself makes no offer: it rings, and only the telephone answers.
  const onPhone = !ringing && call?.state === 'offered' && call.direction === 'inbound';
  const written = call !== null && isWritten(call);
  const take = async () => {
    const number = written ? call.case_number : null;
    if (number === null) await navigate({ to: '/desk' });
    const taken = await answer();
    if (number !== null && taken) await navigate({ to: '/cases/$number', params: { number } });
  };
  useKeys({ answer: () => void take() }, ringing);
  // Accepted, and the customer's telephone rings: nothing to answer or to hold yet.
  const calling = call !== null && !ringing && call.virtual_hold === true && call.state === 'offered';
  const me = useLive((live) => live.desk?.user.id);
  const [giving, setGiving] = useState(false);
  const speaks = useTabs((tabs) => tabs.speaks);
  const holdKey = useCombo('hold');
  // While a colleague is consulted the strip below has the commands; whoever is consulted can only leave.
  const consult = call?.transfer?.how === 'consult' && call.transfer.state !== 'ended' ? call.transfer : null;
  const consulted = consult !== null && consult.to?.id === me;
  const plain = talking && consult === null;
  const transferable = plain && call.direction === 'inbound' && call.virtual_hold !== true;
  useKeys({ hold: () => void toggleHold() }, plain);
  useKeys({ hang_up: () => void hangUp() }, (talking && (plain || consulted)) || calling);
  useKeys({ transfer: () => setGiving(true) }, transferable);
  if (!call || (!ringing && !talking && !onPhone && !calling)) return null;

  const queue = named(queues?.find((entry) => entry.code === call.queue_code), i18n.language);
  const recorded = queues?.find((entry) => entry.code === call.queue_code)?.recording ?? 'off';
  const held = call.state === 'held';
  const rings = ringing || (onPhone && !calling);
  const Icon = written ? Mail : rings ? PhoneIncoming : call.direction === 'outbound' || call.virtual_hold ? PhoneOutgoing : Phone;
  const look = rings ? 'bg-warn-soft text-ink' : held && !consulted ? 'bg-quiet-soft' : 'bg-ok-soft';
  const asked = written ? t('call.written', { channel: t(`channel.${call.channel}`) }) : offer?.reason === 'consult' ? t('transfer.asked') : call.virtual_hold ? (call.direction === 'outbound' ? t('call.promise_due') : t('call.kept_place')) : t('call.ringing');
  const word = rings ? asked : calling ? t('call.calling_back') : consulted ? t('transfer.with', { name: consult.from.name }) : held ? t('call.held') : t('call.talking');
  return (
    <section aria-label={t('call.bar')} className={`flex items-center gap-2 rounded-lg px-2 h-[42px] min-w-0 ${look}`} data-call={ringing ? 'ringing' : onPhone ? 'on_phone' : call.state}>
      <Icon aria-hidden="true" size={18} className={`shrink-0 ${rings ? 'pulse' : ''}`} />
      <span className="font-semibold whitespace-nowrap" role={rings && speaks ? 'alert' : undefined}>{word}</span>
      <span className="font-bold whitespace-nowrap">{phone(call.number) || t('call.withheld')}</span>
      <span className="font-semibold truncate max-w-28">{call.customer_name}</span>
      <span className="text-muted text-[13px] truncate hidden min-[1200px]:inline">{queue}</span>
      <Timer key={`${call.interaction_id}${rings}`} from={rings ? null : call.answered_at} />
      {ringing ? (
        <>
          <button type="button" className="btn btn-primary" onClick={() => void take()}>
            <Icon aria-hidden="true" size={16} />{t(written ? 'call.take' : 'call.answer')}<KeyCap id="answer" />
          </button>
          <button type="button" className="btn" onClick={() => void decline()}>{t(written ? 'call.leave' : 'call.decline')}</button>
        </>
      ) : (talking || calling) && (
        <>
          {plain && <button type="button" className="btn btn-icon" title={`${held ? t('call.resume') : t('call.hold')} (${showCombo(holdKey)})`} onClick={() => void toggleHold()}>
            {held ? <Play aria-hidden="true" size={16} /> : <Pause aria-hidden="true" size={16} />}
            <span className="sr-only">{held ? t('call.resume') : t('call.hold')}</span><KeyCap id="hold" short />
          </button>}
          {talking && <CallRecording call={call} mode={recorded} />}
          {transferable && (
            <button type="button" className="btn" title={t('transfer.title')} onClick={() => setGiving(true)}>
              <PhoneForwarded aria-hidden="true" size={16} />{t('transfer.title')}<KeyCap id="transfer" />
            </button>
          )}
          {(plain || consulted || calling) && (
            <button type="button" className="btn btn-danger" onClick={() => void hangUp()}>
              <PhoneOff aria-hidden="true" size={16} />{t(consulted ? 'transfer.leave' : 'call.hang_up')}<KeyCap id="hang_up" short />
            </button>
          )}
          <Suspense fallback={null}>{giving && transferable && <TransferDialog call={call} onClose={() => setGiving(false)} />}</Suspense>
        </>
      )}
    </section>
  );
}

function Timer({ from }: { from: string | null }) {
  const start = useRef<number | null>(null);
  const text = useTick((now) => {
    start.current ??= from ? Date.parse(from) : now;
    return lasting((now - start.current) / 1000);
  });
  return <span className="whitespace-nowrap" aria-hidden="true">{text}</span>;
}
