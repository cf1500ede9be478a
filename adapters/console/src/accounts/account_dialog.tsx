// SPDX-License-Identifier: Apache-2.0
// A few words about an account, and it moves: to somebody, into the pool, to a later day, or the owner has
// been in touch.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import { serverNow } from '../feed/state';
import { localInput } from '../format';
import { CommandDialog } from '../ui/dialog';
import { ChoiceField, LineField, PersonField, WordsField } from '../ui/fields';
import { notify } from '../ui/toasts';
import { type AccountRow, type AccountVerb, holds, useAccountCommand } from './accounts';

const day = 86_400_000;
const channels = ['field_visit', 'walk_in', 'email'] as const;

export function AccountDialog({ customer, account, verb, onClose }: { customer: { id: number; name: string }; account: AccountRow | null; verb: Exclude<AccountVerb, 'claim'>; onClose(): void }) {
  const { t } = useTranslation();
  const reference = useReference().data;
  const command = useAccountCommand(customer.id);
  const [text, setText] = useState('');
  const [person, setPerson] = useState('');
  const [channel, setChannel] = useState<(typeof channels)[number]>('field_visit');
  const earliest = Math.max(serverNow(), Date.parse(account?.clock?.due_at ?? '') || 0);
  const [until, setUntil] = useState(() => localInput(earliest + 30 * day));
  const people = (reference?.users ?? []).filter((user) => holds(user.role) && user.id !== account?.owner?.id);
  const words = text.trim();
  const ready = words !== '' && (verb !== 'assign' || person !== '') && (verb !== 'extend' || until !== '');
  const body = () => {
    switch (verb) {
      case 'assign': return { to: Number(person), reason: words };
      case 'extend': return { until: new Date(until).toISOString(), reason: words };
      case 'release': return { reason: words };
      case 'follow_up': return { channel, text: words };
    }
  };
  const done = () => {
    notify({ kind: 'done', text: t(`account.done_${verb}`) });
    onClose();
  };
  return (
    <CommandDialog title={t('account.dialog_title', { verb: t(`account.${verb}`), name: customer.name })} command={command} ready={ready} confirm={t(`account.${verb}`)} onConfirm={() => command.mutate({ verb, body: body() }, { onSuccess: done })} onClose={onClose}>
      <p className="text-muted">{t(`account.hint_${verb}`)}</p>
      {verb === 'assign' && <PersonField id="account-to" label={t('account.to')} people={people} value={person} empty={t('action.choose')} onChange={setPerson} />}
      {verb === 'extend' && <LineField id="account-until" label={t('account.until')} value={until} onChange={setUntil} type="datetime-local" min={localInput(earliest)} max={localInput(serverNow() + 366 * day)} />}
      {verb === 'follow_up' && (
        <ChoiceField id="account-channel" label={t('account.channel')} value={channel} onChange={(next) => setChannel(next as typeof channel)}>
          {channels.map((each) => <option key={each} value={each}>{t(`account.channel_${each}`)}</option>)}
        </ChoiceField>
      )}
      <WordsField id="account-text" label={t(verb === 'follow_up' ? 'account.text' : 'account.reason')} star value={text} onChange={setText} maxLength={500} />
    </CommandDialog>
  );
}
