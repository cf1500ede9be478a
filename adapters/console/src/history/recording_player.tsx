// SPDX-License-Identifier: Apache-2.0
// A recorded part of a call where the history tells of it: to hear, and for how long it is kept. Who presses play
// is in the history.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, put } from '../api/client';
import type { Recording } from '../api/types';
import { lasting, stamp } from '../format';
import { CommandDialog } from '../ui/dialog';
import { LineField } from '../ui/fields';

export function RecordingPlayer({ id }: { id: number }) {
  const { t } = useTranslation();
  const [holding, setHolding] = useState(false);
  const { data: recording } = useQuery({ queryKey: ['recording', id], queryFn: ({ signal }) => get<Recording>(`recordings/${id}`, signal) });
  if (!recording) return null;
  if (recording.state === 'deleted') {
    return <p className="text-muted" data-recording="deleted">{t(`recording.deleted_${recording.deleted_why || 'retention'}`, { date: recording.deleted_at ? stamp(recording.deleted_at) : '' })}</p>;
  }
  if (recording.state !== 'kept') return null;
  const held = recording.hold_reason !== '';
  return (
    <div className="mt-1 flex flex-wrap items-center gap-2" data-recording="kept">
      {recording.may_hear
        ? <audio controls preload="none" className="h-9 max-w-full" aria-label={t('recording.player', { time: lasting(recording.seconds) })} src={`/api/v1/recordings/${id}/audio`} />
        : <span className="text-muted">{t('recording.not_allowed')}</span>}
      <span className="text-[13px] text-muted">
        {held ? t('recording.held', { reason: recording.hold_reason }) : t('recording.until', { date: recording.keep_until ? stamp(recording.keep_until) : '' })}
      </span>
      {recording.may_hold && (
        <button type="button" className="btn btn-small" onClick={() => setHolding(true)}>
          <ShieldCheck aria-hidden="true" size={14} />{t(held ? 'recording.end_hold' : 'recording.hold')}
        </button>
      )}
      {holding && <HoldDialog recording={recording} onClose={() => setHolding(false)} />}
    </div>
  );
}

/** With a reason it is kept beyond its time; without one its time counts again. */
function HoldDialog({ recording, onClose }: { recording: Recording; onClose(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const held = recording.hold_reason !== '';
  const hold = useMutation({
    mutationFn: () => put<Recording>(`recordings/${recording.id}/hold`, { reason: held ? '' : reason.trim() }),
    onSuccess: (answer) => {
      client.setQueryData(['recording', recording.id], answer);
      onClose();
    },
  });
  return (
    <CommandDialog title={t(held ? 'recording.end_hold' : 'recording.hold')} command={hold} ready={held || reason.trim() !== ''} onConfirm={() => hold.mutate()} onClose={onClose}>
      <p>{t(held ? 'recording.end_hold_hint' : 'recording.hold_hint')}</p>
      {!held && <LineField id="recording-hold-reason" label={t('recording.reason')} value={reason} onChange={setReason} />}
    </CommandDialog>
  );
}
