// SPDX-License-Identifier: Apache-2.0
// One account: whose customer this is and until when, what may be done with it, and how it came about.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { stamp } from '../format';
import { useLive } from '../feed/state';
import { KeyCap } from '../keys/key_cap';
import type { KeyId } from '../keys/table';
import { useKeys } from '../keys/use_keys';
import { SlaBadge } from '../sla/badge';
import { FactList } from '../ui/facts';
import { ErrorLine, Loaded } from '../ui/states';
import { notify } from '../ui/toasts';
import { AccountDialog } from './account_dialog';
import { type AccountFile, type AccountRow, type AccountVerb, useAccount, useAccountCommand } from './accounts';

const keyOf: Record<AccountVerb, KeyId> = { claim: 'account_claim', follow_up: 'account_follow_up', release: 'account_release', assign: 'account_assign', extend: 'account_extend' };
const verbs: AccountVerb[] = ['claim', 'follow_up', 'assign', 'extend', 'release'];

/** `keys`: the account is what the page is about, so its keys answer. */
export function AccountPanel({ customer, keys }: { customer: { id: number; name: string }; keys: boolean }) {
  const file = useAccount(customer.id);
  return <Loaded of={file} rows={4}>{(found) => <Account customer={customer} file={found} keys={keys} />}</Loaded>;
}

function Account({ customer, file, keys }: { customer: { id: number; name: string }; file: AccountFile; keys: boolean }) {
  const { t } = useTranslation();
  const lost = useLive((live) => live.link === 'lost');
  const [open, setOpen] = useState<Exclude<AccountVerb, 'claim'> | null>(null);
  const claim = useAccountCommand(customer.id);
  const { account, can } = file;
  const act = (verb: AccountVerb): boolean | void => {
    if (!can[verb] || lost || claim.isPending) return false;
    if (verb !== 'claim') return setOpen(verb);
    claim.mutate({ verb, body: { version: account?.version } }, { onSuccess: () => notify({ kind: 'done', text: t('account.done_claim') }) });
  };
  useKeys(Object.fromEntries(verbs.map((verb) => [keyOf[verb], () => act(verb)])), keys && open === null);
  const offered = verbs.filter((verb) => can[verb]);
  return (
    <>
      <div className="flex items-center justify-between gap-2 flex-wrap">
        <p className="font-semibold">{holder(account, t)}</p>
        {account?.clock && <SlaBadge clock={account.clock} />}
      </div>
      {account?.hindrance && <Hindrance account={account} />}
      {offered.length > 0 && (
        <div className="flex flex-wrap gap-1.5" role="group" aria-label={t('account.actions')}>
          {offered.map((verb, index) => (
            <button key={verb} type="button" className={`btn btn-small min-h-8! ${index === 0 ? 'btn-primary' : ''}`} disabled={lost || claim.isPending} onClick={() => act(verb)} data-verb={verb}>
              {t(`account.${verb}`)}{keys && <KeyCap id={keyOf[verb]} />}
            </button>
          ))}
        </div>
      )}
      <ErrorLine error={claim.error} />
      {account && <Facts account={account} />}
      {file.ledger.length > 0 && <Ledger ledger={file.ledger} />}
      {open && <AccountDialog customer={customer} account={account} verb={open} onClose={() => setOpen(null)} />}
    </>
  );
}

const holder = (account: AccountRow | null, t: (key: string, values?: Record<string, string>) => string): string => {
  if (!account) return t('account.nobodys');
  return account.state === 'held' ? t('account.held_by', { who: account.owner?.name ?? '' }) : t('account.in_pool');
};

export function Hindrance({ account }: { account: AccountRow }) {
  const { t } = useTranslation();
  const hindrance = account.hindrance!;
  return <p className="banner bg-quiet-soft text-quiet" data-hindrance={hindrance.code}>{t(`hindrance.${hindrance.code}`, { date: hindrance.until ? stamp(hindrance.until) : '', defaultValue: hindrance.sentence })}</p>;
}

function Facts({ account }: { account: AccountRow }) {
  const { t } = useTranslation();
  const entered = account.entered_for ? t('account.entered_for', { by: account.entered_by?.name ?? '', whom: account.entered_for.name }) : (account.entered_by?.name ?? '');
  const facts: [string, string][] = [
    ['since', stamp(account.since)],
    ['previous_owner', account.previous_owner?.name ?? ''],
    ['developer', account.developer?.name ?? ''],
    ['entered_by', entered],
    ['followed_up_at', account.followed_up_at ? stamp(account.followed_up_at) : ''],
    ['last_contact_at', account.last_contact_at ? stamp(account.last_contact_at) : ''],
    ['hold_until', account.clock?.due_at ? stamp(account.clock.due_at) : ''],
    ['granted', account.clock?.policy_version === 0 ? t('account.by_supervisor') : ''],
  ];
  return (
    <FactList facts={facts.map(([name, value]) => [t(`account.${name}`), value])} />
  );
}

function Ledger({ ledger }: { ledger: AccountFile['ledger'] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3 className="text-[14px] text-muted mb-1">{t('account.ledger')}</h3>
      <ol className="flex flex-col gap-1 text-[14px]" data-ledger="">
        {ledger.map((entry, index) => (
          <li key={`${entry.at}${index}`}>
            <span className="text-muted">{stamp(entry.at)} · </span>
            {t(`account_how.${entry.how}`, { owner: entry.owner?.name ?? '', previous: entry.previous_owner?.name ?? '', by: entry.by?.name ?? '' })}
            {entry.reason !== '' && <span className="text-muted"> · {entry.reason}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
