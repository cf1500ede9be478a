// SPDX-License-Identifier: Apache-2.0
// A new customer, and whose it is from then on: one's own, or a colleague's for whom it is entered. While number,
// mail or name are typed, those who may be meant are shown beside them; who is known all the same is made a
// second one only when that is said.
import { Link, useNavigate } from '@tanstack/react-router';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds } from '../accounts/accounts';
import { ApiError, post } from '../api/client';
import { useStale } from '../api/lists';
import { useReference } from '../api/queries';
import type { CustomerCard } from '../api/types';
import { useMe } from '../session';
import { CommandDialog } from '../ui/dialog';
import { ChoiceField, LineField } from '../ui/fields';
import { type KnownCustomer, useKnown } from './record';

const empty = { kind: 'person', name: '', numbers: '', email: '', address: '', product: '' };

export function CreateCustomer({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const stale = useStale('customers');
  const me = useMe().user;
  const colleagues = (useReference().data?.users ?? []).filter((user) => user.id !== me.id && holds(user.role));
  const [form, setForm] = useState(empty);
  const [whose, setWhose] = useState(holds(me.role) ? me.id : 0);
  const [asked, setAsked] = useState({ number: '', email: '', name: '' });
  const [although, setAlthough] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setAsked({ number: form.numbers, email: form.email, name: form.name }), 150);
    return () => clearTimeout(timer);
  }, [form.numbers, form.email, form.name]);
  const create = useMutation({
    mutationFn: () => post<CustomerCard>('customers', { ...Object.fromEntries(Object.entries(form).filter(([, value]) => value.trim() !== '')), although_known: although, ...(whose === 0 ? {} : whose === me.id ? { account_owner: whose } : { entered_for: whose }) }),
    onSuccess: (made) => {
      stale();
      onClose();
      void navigate({ to: '/customers/$id', params: { id: String(made.id) } });
    },
  });
  const duplicate = create.error instanceof ApiError && create.error.code === 'duplicate_customer' ? create.error : null;
  const refused = (duplicate?.body.candidates ?? []) as KnownCustomer[];
  const known = useKnown(asked);
  const alike = refused.length > 0 ? refused : known.fetchStatus === 'idle' && known.data === undefined ? [] : (known.data?.items ?? []);
  return (
    <CommandDialog title={t('create_customer.title')} command={create} error={duplicate ? null : create.error} ready={form.name.trim() !== ''} confirm={t('create_customer.confirm')} onConfirm={() => create.mutate()} onClose={onClose}>
      <fieldset className="flex gap-4">
        <legend className="label">{t('create_customer.kind')}</legend>
        {(['person', 'company'] as const).map((kind) => (
          <label key={kind} className="flex items-center gap-2 min-h-8">
            <input type="radio" name="customer-kind" className="size-5 accent-(--accent)" checked={form.kind === kind} onChange={() => setForm({ ...form, kind })} />
            {t(`customer_kind.${kind}`)}
          </label>
        ))}
      </fieldset>
      {(['numbers', 'name', 'email', 'address', 'product'] as const).map((field) => (
        <LineField key={field} id={`create-${field}`} label={t(`customer.${field}`)} star={field === 'name'} value={form[field]} onChange={(next) => setForm({ ...form, [field]: next })} type={field === 'email' ? 'email' : 'text'} autoComplete="off" />
      ))}
      <ChoiceField id="create-whose" label={t('create_customer.whose')} value={whose} onChange={(next) => setWhose(Number(next))}>
        <option value={0}>{t('create_customer.nobodys')}</option>
        {holds(me.role) && <option value={me.id}>{t('create_customer.mine')}</option>}
        {colleagues.map((user) => <option key={user.id} value={user.id}>{t('create_customer.entered_for', { name: user.name })}</option>)}
      </ChoiceField>
      <div role="status" aria-live="polite">
        {alike.length > 0 && (
          <div className="banner bg-warn-soft text-warn flex-col items-start!" data-known={alike.length}>
            <strong>{t('create_customer.known')}</strong>
            <ul className="flex flex-col gap-0.5">
              {alike.map((one) => (
                <li key={one.customer.id} className="flex gap-2 flex-wrap">
                  <Link to="/customers/$id" params={{ id: String(one.customer.id) }} className="underline font-semibold" onClick={onClose}>{one.customer.name}</Link>
                  <span>{one.number}</span><span>{t(`known_why.${one.why}`)}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      {duplicate && <p role="alert" className="error">{t('error.duplicate_customer')}</p>}
      {(duplicate || although) && (
        <label className="flex items-center gap-2 min-h-8">
          <input type="checkbox" className="size-5 accent-(--accent)" checked={although} onChange={(event) => setAlthough(event.target.checked)} />
          {t('create_customer.although')}
        </label>
      )}
    </CommandDialog>
  );
}
