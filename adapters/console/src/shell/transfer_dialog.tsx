// SPDX-License-Identifier: Apache-2.0
// To whom the call goes: a colleague who can be rung now, or a queue; at once, or after a word with him.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/client';
import type { Call, TransferTargets } from '../api/types';
import { takeCall } from '../desk/commands';
import { named } from '../format';
import { usePromise } from '../sla/use_promise';
import { CommandDialog } from '../ui/dialog';
import { PresenceDot } from '../ui/presence_dot';
import { Tabs } from '../ui/tabs';

export function TransferDialog({ call, onClose }: { call: Call; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const when = usePromise();
  const targets = useQuery({ queryKey: ['transfer-targets'], queryFn: ({ signal }) => get<TransferTargets>('transfer-targets', signal), refetchInterval: 3000, staleTime: 0 });
  const [kind, setKind] = useState<'colleague' | 'queue'>('colleague');
  const [typed, setTyped] = useState('');
  const [to, setTo] = useState(0);
  const [queue, setQueue] = useState('');
  const [how, setHow] = useState<'blind' | 'consult'>('blind');
  const [note, setNote] = useState('');
  const wish = kind === 'colleague' ? { to, how, note } : { queue, how: 'blind', note };
  const send = useMutation({
    mutationFn: () => post<Call>(`interactions/${call.interaction_id}/transfer`, wish),
    onSuccess: (told) => {
      takeCall(told);
      onClose();
    },
  });
  const wanted = typed.trim().toLowerCase();
  const colleagues = useMemo(
    () => (targets.data?.colleagues ?? []).filter((one) => wanted === '' || [one.user.name, one.extension, ...one.skills].some((word) => word.toLowerCase().includes(wanted))),
    [targets.data, wanted],
  );
  const queues = targets.data?.queues ?? [];
  const rung = targets.data?.colleagues.find((one) => one.user.id === to)?.can_be_rung ?? false;
  const open = queues.some((one) => one.code === queue && !one.closed);
  const closed = (opens_at: string | null) => (opens_at ? t('transfer.closed_until', { at: when(opens_at) }) : t('transfer.closed'));
  const ready = kind === 'colleague' ? rung : open;
  return (
    <CommandDialog title={t('transfer.title')} confirm={t(kind === 'colleague' && how === 'consult' ? 'transfer.consult' : 'transfer.now')} command={send} ready={ready} onConfirm={() => send.mutate()} onClose={onClose}>
      <Tabs label={t('transfer.whom')} names={['colleague', 'queue'] as const} value={kind} name={(name) => t(`transfer.${name}`)} onChange={setKind} />
      {kind === 'colleague' ? (
        <>
          <input className="field" autoFocus aria-label={t('transfer.find')} placeholder={t('transfer.find')} value={typed} onChange={(event) => setTyped(event.target.value)} />
          <ul className="border border-line rounded-md max-h-64 overflow-auto" aria-label={t('transfer.colleague')}>
            {colleagues.map((one) => (
              <li key={one.user.id} className="border-b border-line last:border-b-0">
                <label className={`flex items-center gap-2.5 px-3 py-1.5 ${one.can_be_rung ? 'cursor-pointer' : 'text-muted'}`} data-colleague={one.user.id}>
                  <input type="radio" name="colleague" checked={to === one.user.id} disabled={!one.can_be_rung} onChange={() => setTo(one.user.id)} />
                  <PresenceDot presence={one.presence} />
                  <span className="font-semibold whitespace-nowrap">{one.user.name}</span>
                  <span className="text-[13px] whitespace-nowrap">{t(`presence.${one.presence}`)}</span>
                  <span className="text-muted text-[13px] truncate ml-auto">{[one.extension, ...one.skills, ...one.languages].join(' · ')}</span>
                </label>
              </li>
            ))}
            {targets.data && colleagues.length === 0 && <li className="px-3 py-2 text-muted">{t('transfer.nobody')}</li>}
          </ul>
          <fieldset className="flex gap-5 flex-wrap">
            <legend className="sr">{t('transfer.how')}</legend>
            {(['blind', 'consult'] as const).map((way) => (
              <label key={way} className="flex items-center gap-2 cursor-pointer">
                <input type="radio" name="how" value={way} checked={how === way} onChange={() => setHow(way)} />
                {t(`transfer.${way}_hint`)}
              </label>
            ))}
          </fieldset>
        </>
      ) : (
        <ul className="border border-line rounded-md max-h-64 overflow-auto" aria-label={t('transfer.queue')}>
          {queues.map((one) => (
            <li key={one.code} className="border-b border-line last:border-b-0">
              <label className={`flex items-center gap-2.5 px-3 py-1.5 ${one.closed ? 'text-muted' : 'cursor-pointer'}`} data-queue={one.code}>
                <input type="radio" name="queue" checked={queue === one.code} disabled={one.closed} onChange={() => setQueue(one.code)} />
                <span className="font-semibold">{named(one, i18n.language)}</span>
                <span className="text-muted text-[13px] ml-auto">{one.closed ? closed(one.opens_at) : t('transfer.queue_facts', { waiting: one.waiting, ready: one.ready })}</span>
              </label>
            </li>
          ))}
        </ul>
      )}
      <label className="flex flex-col gap-1">
        <span className="text-[13px] text-muted">{t('transfer.note')}</span>
        <input className="field" maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
    </CommandDialog>
  );
}
