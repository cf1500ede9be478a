// SPDX-License-Identifier: Apache-2.0
// The customer's whole record: who, how to reach, what is open, and everything that happened.
import { useNavigate, useParams } from '@tanstack/react-router';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Eye, FilePlus2, FileWarning, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, patch, post } from '../api/client';
import { itemsOf, useStale } from '../api/lists';
import { useCustomer, useCustomerTimeline } from '../api/queries';
import type { CustomerCard } from '../api/types';
import { AccountPanel } from '../accounts/account_panel';
import { CustomerHead } from '../desk/customer_panel';
import { startManual } from '../desk/manual';
import { MoneyPanel } from '../facts/money_panel';
import { phone } from '../format';
import { type Group, kindsOf } from '../history/sentence';
import { Timeline } from '../history/timeline';
import { KeyCap } from '../keys/key_cap';
import { Looking } from '../looking/looking';
import { useKeys } from '../keys/use_keys';
import { useMe, useRole } from '../session';
import { CommandDialog } from '../ui/dialog';
import { FactList } from '../ui/facts';
import { ChoiceField, LineField } from '../ui/fields';
import { CaseLink } from '../ui/matter_link';
import { ErrorLine, Failed, Loading } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { CustomerPapers } from './customer_papers';
import { MergePanel } from './merge_panel';
import { PeoplePanel } from './people_panel';
import { TierPanel } from './tier_panel';

export function CustomerPage() {
  const { id } = useParams({ from: '/customers/$id' });
  const customer = useCustomer(Number(id));
  if (customer.isPending) return <div className="panel h-full"><Loading rows={10} /></div>;
  if (customer.isLoadingError) return <div className="panel h-full"><Failed error={customer.error} retry={() => void customer.refetch()} /></div>;
  return <CustomerView customer={customer.data} />;
}

const tabs = ['timeline', 'people', 'merges', 'tier', 'money'] as const;
type Tab = (typeof tabs)[number];

function CustomerView({ customer }: { customer: CustomerCard }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const role = useRole();
  const can = useMe().can;
  const [editing, setEditing] = useState(false);
  const [tab, setTab] = useState<Tab>('timeline');
  useKeys({ customer_timeline: () => setTab('timeline'), customer_people: () => setTab('people'), customer_merges: () => setTab('merges'), customer_tier: () => setTab('tier'), customer_money: () => setTab('money') });
  const facts: [string, string][] = [
    [t('customer.kind'), t(`customer_kind.${customer.kind}`)],
    [t('customer.email'), customer.email],
    [t('customer.address'), customer.address],
    [t('customer.product'), customer.product],
    [t('customer.language'), t(`customer.lang_${customer.language}`, { defaultValue: customer.language })],
    [t('customer.tier'), t(`tier.${customer.tier}`)],
  ];
  return (
    <div className="h-full grid grid-cols-[360px_minmax(0,1fr)] gap-3 max-[1000px]:grid-cols-1 max-[1000px]:h-auto">
      <section className="panel p-4 gap-3.5 overflow-auto" aria-label={t('customer.panel')} tabIndex={0}>
        <CustomerHead customer={customer} link={false} />
        <Looking path={`customers/${customer.id}`} />
        <FirstOfAll customer={customer} />
        <div className="flex gap-2 flex-wrap">
          {role === 'agent' && (
            <button
              type="button" className="btn btn-primary"
              onClick={() => {
                startManual(customer);
                void navigate({ to: '/desk' });
              }}
            >
              <FilePlus2 aria-hidden="true" size={16} />{t('customer.register')}
            </button>
          )}
          {can.includes('edit_customer') && <button type="button" className="btn" onClick={() => setEditing(true)}><Pencil aria-hidden="true" size={15} />{t('action.edit')}</button>}
        </div>
        <section>
          <h2 className="text-[15px] mb-1">{t('customer.numbers')}</h2>
          <ul className="flex flex-col gap-1">
            {customer.numbers.map((entry, index) => <NumberLine key={`${entry.number}${index}`} customer={customer.id} index={index} number={entry.number} label={entry.label} />)}
          </ul>
          <p className="text-[13px] text-muted mt-1">{t('customer.reveal_hint')}</p>
        </section>
        <section>
          <h2 className="text-[15px] mb-1">{t('customer.facts')}</h2>
          <FactList facts={facts} />
        </section>
        <section className="flex flex-col gap-2" aria-label={t('account.title')} data-account="">
          <h2 className="text-[15px]">{t('account.title')}</h2>
          <AccountPanel customer={customer} keys={false} />
        </section>
        <CustomerPapers customer={customer} />
      </section>
      <section className="panel" aria-label={t(`customer_tab.${tab}`)}>
        <Tabs
          className="panel-head justify-start! gap-1.5" label={t('customer_tab.label')} names={tabs} value={tab} onChange={setTab}
          name={(name) => <>{name === 'merges' && (customer.merged_records ?? 0) > 0 ? t('customer_tab.merges_count', { count: customer.merged_records ?? 0 }) : t(`customer_tab.${name}`)}<KeyCap id={`customer_${name}`} /></>}
        />
        <div className="flex-1 min-h-0 overflow-auto p-4" tabIndex={0} role="group" aria-label={t(`customer_tab.${tab}`)}>
          {tab === 'timeline' && <CustomerTimeline customer={customer.id} />}
          {tab === 'people' && <PeoplePanel customer={customer} editable={can.includes('edit_customer')} />}
          {tab === 'merges' && <MergePanel customer={customer} editable={can.includes('merge_customers')} />}
          {tab === 'money' && <MoneyPanel customer={customer.id} />}
          {tab === 'tier' && <TierPanel customer={customer} scorable={can.includes('score_tier')} />}
        </div>
      </section>
      {editing && <EditCustomer customer={customer} onClose={() => setEditing(false)} />}
    </div>
  );
}

/** Whoever is about to visit or call reads this before anything else. */
function FirstOfAll({ customer }: { customer: CustomerCard }) {
  const { t } = useTranslation();
  const first = customer.banner.filter((entry) => entry.kind === 'open_complaint' || entry.kind === 'overdue_promise');
  if (first.length === 0) return null;
  return (
    <div className="banner bg-late-soft text-late flex-wrap gap-x-4 gap-y-1 font-semibold" data-banner="first" role="group" aria-label={t('banner.label')}>
      {first.map((entry) => <span key={entry.kind} className="flex items-center gap-1.5"><FileWarning aria-hidden="true" size={16} className="shrink-0" />{t(`banner.${entry.kind}`, { count: entry.count })}</span>)}
    </div>
  );
}

function CustomerTimeline({ customer }: { customer: number }) {
  const { t } = useTranslation();
  const [group, setGroup] = useState<Group | 'all'>('all');
  const timeline = useCustomerTimeline(customer, true, kindsOf(group));
  const entries = itemsOf(timeline.data);
  if (timeline.isLoadingError) return <Failed error={timeline.error} retry={() => void timeline.refetch()} />;
  return (
    <>
      <Timeline entries={entries} groups={['call', 'case', 'callback', 'department', 'note', 'clock', 'money', 'change']} linkCases onGroup={setGroup} />
      {timeline.isPending && <Loading />}
      {timeline.hasNextPage && <button type="button" className="btn mt-2" onClick={() => void timeline.fetchNextPage()}>{t('action.more')}</button>}
    </>
  );
}

function NumberLine({ customer, index, number, label }: { customer: number; index: number; number: string; label: string }) {
  const { t } = useTranslation();
  const reveal = useMutation({ mutationFn: () => post<{ number: string }>(`customers/${customer}/reveal`, { number_index: index }) });
  const masked = number.includes('*') && !reveal.data;
  return (
    <li className="flex items-center gap-3 min-h-8">
      <span className="font-semibold">{phone(reveal.data?.number ?? number)}</span>
      <span className="text-muted text-[13px]">{label}</span>
      {masked && <button type="button" className="btn btn-small ml-auto" disabled={reveal.isPending} onClick={() => reveal.mutate()}><Eye aria-hidden="true" size={14} />{t('customer.reveal')}</button>}
      <ErrorLine error={reveal.error} />
    </li>
  );
}

/** What stands on the record; a wrong number is marked here and goes when somebody has said so twice. */
function NumbersField({ numbers, removed, sure, onRemoved, onSure }: { numbers: CustomerCard['numbers']; removed: ReadonlySet<number>; sure: boolean; onRemoved(places: ReadonlySet<number>): void; onSure(sure: boolean): void }) {
  const { t } = useTranslation();
  if (numbers.length === 0) return null;
  const toggle = (place: number) => {
    const next = new Set(removed);
    if (!next.delete(place)) next.add(place);
    onRemoved(next);
  };
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="label">{t('customer.remove_numbers')}</legend>
      <ul className="flex flex-col gap-1">
        {numbers.map((entry, place) => (
          <li key={`${entry.number}${place}`} className="flex items-center gap-3 min-h-8" data-number={place}>
            <span className={removed.has(place) ? 'line-through text-muted' : 'font-semibold'}>{phone(entry.number)}</span>
            <span className="text-muted text-[13px]">{entry.label}</span>
            <button type="button" className="btn btn-small ml-auto" aria-pressed={removed.has(place)} aria-label={`${t(removed.has(place) ? 'customer.keep_number' : 'customer.remove_number')} ${phone(entry.number)}`} onClick={() => toggle(place)}>{t(removed.has(place) ? 'customer.keep_number' : 'customer.remove_number')}</button>
          </li>
        ))}
      </ul>
      {removed.size > 0 && (
        <div className="banner bg-warn-soft text-warn flex-col items-start">
          <p>{t('customer.remove_hint')}</p>
          <label className="flex items-center gap-2 min-h-8">
            <input type="checkbox" className="size-5 accent-(--accent)" checked={sure} onChange={(event) => onSure(event.target.checked)} />
            {t('customer.remove_sure', { count: removed.size })}
          </label>
        </div>
      )}
    </fieldset>
  );
}

/** The engine names the case whose callback goes there: from here one gets to it. */
function NumberInUse({ error }: { error: unknown }) {
  const number = error instanceof ApiError && error.code === 'number_in_use' ? /GD\d+/.exec(error.detail)?.[0] : undefined;
  if (number === undefined) return null;
  return <CaseLink number={number} />;
}

function EditCustomer({ customer, onClose }: { customer: CustomerCard; onClose(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const stale = useStale('customers', ['timeline', customer.id]);
  const [base, setBase] = useState(customer);
  const [form, setForm] = useState({ name: customer.name, email: customer.email, address: customer.address, product: customer.product, language: customer.language, kind: customer.kind, do_not_call: customer.do_not_call, potential: customer.potential, contact_from: customer.contact_from ?? '', contact_until: customer.contact_until ?? '' });
  const [numbers, setNumbers] = useState('');
  const [removed, setRemoved] = useState<ReadonlySet<number>>(new Set());
  const [sure, setSure] = useState(false);
  const [conflict, setConflict] = useState(false);
  const save = useMutation({
    mutationFn: () => {
      const changed: Record<string, unknown> = Object.fromEntries(Object.entries(form).filter(([key, value]) => (base[key as keyof typeof form] ?? '') !== (value ?? '')));
      // The two are one fact: what stays is said along with what changes.
      if ('contact_from' in changed || 'contact_until' in changed) Object.assign(changed, { contact_from: form.contact_from, contact_until: form.contact_until });
      if (numbers.trim() !== '') changed.numbers_added = numbers.trim();
      if (removed.size > 0) changed.numbers_removed = [...removed];
      return patch<CustomerCard>(`customers/${customer.id}`, changed, base.version);
    },
    onSuccess: (saved) => {
      client.setQueryData(['customer', customer.id], saved);
      stale();
      onClose();
    },
    onError: (error) => {
      const current = error instanceof ApiError && error.status === 412 ? (error.body.current as CustomerCard | undefined) : undefined;
      if (!current) return;
      // What was typed stays; only what this person did not touch follows the other one.
      setForm((mine) => Object.fromEntries(Object.entries(mine).map(([key, value]) => [key, (value ?? '') === (base[key as keyof typeof form] ?? '') ? (current[key as keyof typeof form] ?? (key === 'potential' ? null : '')) : value])) as typeof form);
      // Places count in the list that was shown; in another one they mean other numbers.
      setRemoved(new Set());
      setSure(false);
      setBase(current);
      setConflict(true);
    },
  });
  return (
    <CommandDialog title={t('customer.edit')} command={save} error={conflict ? null : save.error} ready={form.name.trim() !== '' && (removed.size === 0 || sure) && (form.potential !== null || base.potential === null)} confirm={t('action.save')} onConfirm={() => save.mutate()} onClose={onClose}>
      {(['name', 'email', 'address', 'product'] as const).map((field) => (
        <LineField key={field} id={`customer-${field}`} label={t(`customer.${field}`)} value={form[field]} onChange={(next) => setForm({ ...form, [field]: next })} type={field === 'email' ? 'email' : 'text'} />
      ))}
      <NumbersField numbers={base.numbers} removed={removed} sure={sure} onSure={setSure} onRemoved={(next) => { setRemoved(next); setSure(false); }} />
      <NumberInUse error={save.error} />
      <LineField id="customer-numbers" label={t('customer.add_numbers')} value={numbers} onChange={setNumbers} />
      <LineField id="customer-potential" label={t('customer.potential')} type="number" min={0} max={100} step={1} value={String(form.potential ?? '')} onChange={(next) => setForm({ ...form, potential: next === '' ? null : Number(next) })} />
      <fieldset className="grid grid-cols-2 gap-3">
        <legend className="sr-only">{t('contact_hours.title')}</legend>
        <LineField id="customer-contact-from" label={t('contact_hours.from')} type="time" value={form.contact_from} onChange={(next) => setForm({ ...form, contact_from: next })} />
        <LineField id="customer-contact-until" label={t('contact_hours.until')} type="time" value={form.contact_until} onChange={(next) => setForm({ ...form, contact_until: next })} />
      </fieldset>
      <ChoiceField id="customer-kind" label={t('customer.kind')} value={form.kind} onChange={(next) => setForm({ ...form, kind: next as CustomerCard['kind'] })}>
        <option value="person">{t('customer_kind.person')}</option>
        <option value="company">{t('customer_kind.company')}</option>
      </ChoiceField>
      <ChoiceField id="customer-language" label={t('customer.language')} value={form.language} onChange={(language) => setForm({ ...form, language })}>
        <option value="zh">{t('customer.lang_zh')}</option>
        <option value="en">{t('customer.lang_en')}</option>
      </ChoiceField>
      <label className="flex items-center gap-2 min-h-8">
        <input type="checkbox" className="size-5 accent-(--accent)" checked={form.do_not_call} onChange={(event) => setForm({ ...form, do_not_call: event.target.checked })} />
        {t('customer.do_not_call')}
      </label>
      {conflict && <p role="alert" className="banner bg-warn-soft text-warn">{t('customer.conflict')}</p>}
    </CommandDialog>
  );
}
