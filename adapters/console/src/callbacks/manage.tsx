// SPDX-License-Identifier: Apache-2.0
// Who calls, when and at which number, and when nobody has to: the dialogs around one promised call.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { useStale } from '../api/lists';
import { useCustomer, useReference } from '../api/queries';
import type { Callback } from '../api/types';
import { AskedField } from '../customers/contact_hours';
import { localInput, phone } from '../format';
import { serverNow } from '../feed/state';
import { useMe } from '../session';
import { CommandDialog } from '../ui/dialog';
import { ChoiceField, LineField, PersonField, WordsField } from '../ui/fields';

export type Manage = 'reschedule' | 'assign' | 'cancel' | 'unreachable';

const useCallbackCommand = (onClose: () => void) =>
  useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => post<unknown>(path, body),
    onSuccess: onClose,
    onSettled: useStale('callbacks', 'desk', 'case', 'history', 'inbox', 'cases'),
  });

interface Props { callback: Callback; onClose(): void }

export function ManageDialog({ kind, callback, onClose }: Props & { kind: Manage }) {
  switch (kind) {
    case 'reschedule': return <Reschedule callback={callback} onClose={onClose} />;
    case 'assign': return <Assign callback={callback} onClose={onClose} />;
    case 'cancel':
    case 'unreachable': return <CallOff callback={callback} unreachable={kind === 'unreachable'} onClose={onClose} />;
  }
}

const other = 'other';

function Reschedule({ callback, onClose }: Props) {
  const { t } = useTranslation();
  const command = useCallbackCommand(onClose);
  const numbers = useCustomer(callback.customer.id).data?.numbers ?? [];
  const soon = Math.max(serverNow(), Date.parse(callback.due_at)) + 3_600_000;
  const [from, setFrom] = useState('');
  const [at, setAt] = useState(() => localInput(soon));
  const [number, setNumber] = useState('');
  const [written, setWritten] = useState('');
  const [asked, setAsked] = useState(false);
  const called = number === other ? written.trim() : number;
  const ready = at !== '' && (number !== other || written.trim() !== '');
  const send = () => command.mutate({
    path: `callbacks/${callback.id}/reschedule`,
    body: { at: new Date(at).toISOString(), ...(from ? { from: new Date(from).toISOString() } : {}), ...(called ? { number: called } : {}), ...(asked ? { customer_asked: true } : {}) },
  });
  return (
    <CommandDialog title={callback.state === 'exhausted' ? t('callback.again') : t('callback.reschedule')} command={command} ready={ready} confirm={t('action.save')} onConfirm={send} onClose={onClose}>
      <div className="grid grid-cols-2 gap-3">
        <LineField id="window-from" label={t('callback.window_from')} value={from} onChange={setFrom} type="datetime-local" min={localInput(serverNow())} />
        <LineField id="new-time" label={t('callback.new_time')} star value={at} onChange={setAt} type="datetime-local" min={localInput(serverNow())} />
      </div>
      <AskedField of={callback} id="callback-asked" asked={asked} onAsked={setAsked} />
      <ChoiceField id="callback-number" label={t('callback.number')} value={number} empty={callback.number === '' ? t('callback.no_number') : `${phone(callback.number)} · ${t('callback.same_number')}`} onChange={setNumber}>
        {numbers.filter((entry) => entry.number !== callback.number).map((entry) => <option key={entry.number} value={entry.number}>{phone(entry.number)} {entry.label}</option>)}
        <option value={other}>{t('callback.other_number')}</option>
      </ChoiceField>
      {number === other && <LineField id="callback-written" label={t('callback.other_number')} star value={written} onChange={setWritten} type="tel" />}
    </CommandDialog>
  );
}

function Assign({ callback, onClose }: Props) {
  const { t } = useTranslation();
  const me = useMe().user;
  const command = useCallbackCommand(onClose);
  const [to, setTo] = useState('');
  const code = callback.department?.code ?? null;
  const people = (useReference().data?.users ?? []).filter((user) => user.id !== callback.user?.id && user.role !== 'administrator' && (me.role !== 'liaison' || user.department_code === code));
  return (
    <CommandDialog title={t('callback.assign')} command={command} ready={to !== ''} confirm={t('action.save')} onConfirm={() => command.mutate({ path: `callbacks/${callback.id}/assign`, body: { to: Number(to) } })} onClose={onClose}>
      <p className="text-muted">{t('callback.assign_hint')}</p>
      <PersonField id="callback-person" label={t('callback.who')} people={people} me={me.id} value={to} empty={t('action.choose')} onChange={setTo} />
    </CommandDialog>
  );
}

/** Of a case it ends the case: the supervisor agrees that everything has been tried. */
function CallOff({ callback, unreachable, onClose }: Props & { unreachable: boolean }) {
  const { t } = useTranslation();
  const command = useCallbackCommand(onClose);
  const [reason, setReason] = useState('');
  const words = reason.trim();
  const send = () => command.mutate(
    unreachable && callback.case_number
      ? { path: `cases/${callback.case_number}/resolve`, body: { resolution: words } }
      : { path: `callbacks/${callback.id}/cancel`, body: { reason: words } },
  );
  return (
    <CommandDialog title={unreachable ? t('callback.unreachable') : t('callback.cancel')} command={command} ready={words !== ''} onConfirm={send} onClose={onClose}>
      <p className="text-muted">{unreachable ? t('callback.unreachable_hint') : t('callback.cancel_hint')}</p>
      <WordsField id="callback-reason" label={t('case.reason')} star value={reason} onChange={setReason} />
    </CommandDialog>
  );
}
