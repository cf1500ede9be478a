// SPDX-License-Identifier: Apache-2.0
// Who is who: people in companies with their roles, and what customers are to each other. What has ended
// stays to be read. The list says the same as the picture beside it.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerCard } from '../api/types';
import { day } from '../format';
import { CommandDialog } from '../ui/dialog';
import { ChoiceField, LineField } from '../ui/fields';
import { CustomerLink } from '../ui/matter_link';
import { Failed, Loading } from '../ui/states';
import { CustomerPicker } from './customer_picker';
import { LineSection } from './line_section';
import { NetworkPicture } from './network_picture';
import { type NamedCustomer, relationshipKinds, roleKinds, useRecord, useRecordCommand } from './record';

export function PeoplePanel({ customer, editable }: { customer: CustomerCard; editable: boolean }) {
  const { t } = useTranslation();
  const record = useRecord(customer.id);
  const [adding, setAdding] = useState<'role' | 'relationship' | null>(null);
  const command = useRecordCommand();
  if (record.isPending) return <Loading />;
  if (record.isLoadingError) return <Failed error={record.error} retry={() => void record.refetch()} />;
  const { roles, relationships, shared_numbers: shared } = record.data;
  const named = (other: NamedCustomer) => <CustomerLink customer={other} className="link font-semibold" />;
  const end = (what: 'company-roles' | 'relationships', id: number) => command.mutate({ path: `${what}/${id}/end` });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-5 max-[1200px]:grid-cols-1">
      <div className="flex flex-col gap-5 min-w-0">
        <LineSection title={t('record.roles')} none={t('record.no_roles')} add={editable && t('record.add_role')} onAdd={() => setAdding('role')}>
          {roles.map((role) => {
            const other = role.company.id === customer.id ? role.person : role.company;
            return (
              <Line key={role.id} other={other} from={role.from} until={role.until} busy={command.isPending} onEnd={editable && (() => end('company-roles', role.id))}>
                {named(other)}
                <span className="tag bg-quiet-soft text-quiet">{t(`company_role.${role.role}`)}</span>
                <span>{role.title}</span>
              </Line>
            );
          })}
        </LineSection>
        <LineSection title={t('record.relationships')} none={t('record.no_relationships')} add={editable && t('record.add_relationship')} onAdd={() => setAdding('relationship')}>
          {relationships.map((link) => {
            const forward = link.customer.id === customer.id;
            const other = forward ? link.other : link.customer;
            return (
              <Line key={link.id} other={other} from={link.from} until={link.until} busy={command.isPending} onEnd={editable && (() => end('relationships', link.id))}>
                <span>{forward ? t(`relationship_of.${link.kind}`) : t(`relationship_back.${link.kind}`)}</span>
                {named(other)}
                <span className="text-muted">{link.note}</span>
              </Line>
            );
          })}
        </LineSection>
        {shared.length > 0 && (
          <section aria-label={t('record.shared_numbers')}>
            <h3 className="text-[15px] mb-1">{t('record.shared_numbers')}</h3>
            <ul>
              {shared.map((entry) => (
                <li key={entry.number} className="flex gap-2 flex-wrap">{entry.number}{entry.others.map((other) => <CustomerLink key={other.id} customer={other} className="link font-semibold" />)}</li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <NetworkPicture customer={customer.id} />
      {adding === 'role' && <AddRole customer={customer} onClose={() => setAdding(null)} />}
      {adding === 'relationship' && <AddRelationship customer={customer} onClose={() => setAdding(null)} />}
    </div>
  );
}

interface LineProps { other: NamedCustomer; from: string; until: string | null; busy: boolean; onEnd: false | (() => void); children: ReactNode }

/** What somebody is to somebody, since when, and the way to end it. */
function Line({ other, from, until, busy, onEnd, children }: LineProps) {
  const { t } = useTranslation();
  return (
    <li className={`flex items-center gap-2 min-h-9 flex-wrap ${until ? 'text-muted' : ''}`}>
      {children}
      <span className="text-muted text-[13px]">{until ? t('record.from_until', { from: day(from), until: day(until) }) : t('record.since', { from: day(from) })}</span>
      {onEnd && !until && <button type="button" className="btn btn-small ml-auto" disabled={busy} aria-label={t('record.end_of', { name: other.name })} onClick={onEnd}>{t('record.end')}</button>}
    </li>
  );
}

function AddRole({ customer, onClose }: { customer: CustomerCard; onClose(): void }) {
  const { t } = useTranslation();
  const command = useRecordCommand();
  const [other, setOther] = useState<CustomerCard | null>(null);
  const [role, setRole] = useState<string>('contact');
  const [title, setTitle] = useState('');
  const company = customer.kind === 'company';
  const add = () => {
    const [company_id, person_id] = company ? [customer.id, other!.id] : [other!.id, customer.id];
    command.mutate({ path: 'company-roles', body: { company_id, person_id, role, title: title.trim() } }, { onSuccess: onClose });
  };
  return (
    <CommandDialog title={t('record.add_role')} command={command} ready={other !== null} onConfirm={add} onClose={onClose}>
      <CustomerPicker label={company ? t('record.person') : t('record.company')} kind={company ? 'person' : 'company'} except={customer.id} value={other} onPick={setOther} />
      <ChoiceField id="role-kind" label={t('record.role')} value={role} onChange={setRole}>
        {roleKinds.map((kind) => <option key={kind} value={kind}>{t(`company_role.${kind}`)}</option>)}
      </ChoiceField>
      <LineField id="role-title" label={t('record.job_title')} value={title} onChange={setTitle} maxLength={100} />
    </CommandDialog>
  );
}

function AddRelationship({ customer, onClose }: { customer: CustomerCard; onClose(): void }) {
  const { t } = useTranslation();
  const command = useRecordCommand();
  const [other, setOther] = useState<CustomerCard | null>(null);
  const [choice, setChoice] = useState('of.household');
  const [note, setNote] = useState('');
  const add = () => {
    const [way, kind] = choice.split('.');
    const [customer_id, other_id] = way === 'of' ? [customer.id, other!.id] : [other!.id, customer.id];
    command.mutate({ path: 'relationships', body: { customer_id, other_id, kind, note: note.trim() } }, { onSuccess: onClose });
  };
  return (
    <CommandDialog title={t('record.add_relationship')} command={command} ready={other !== null} onConfirm={add} onClose={onClose}>
      <p><strong>{customer.name}</strong></p>
      <ChoiceField id="relationship-kind" label={t('record.is')} value={choice} onChange={setChoice}>
        {relationshipKinds.map((kind) => <option key={kind} value={`of.${kind}`}>{t(`relationship_of.${kind}`)} …</option>)}
        {relationshipKinds.filter((kind) => kind !== 'household').map((kind) => <option key={kind} value={`back.${kind}`}>{t(`relationship_back.${kind}`)} …</option>)}
      </ChoiceField>
      <CustomerPicker label={t('record.other')} except={customer.id} value={other} onPick={setOther} />
      <LineField id="relationship-note" label={t('record.note')} value={note} onChange={setNote} maxLength={200} />
    </CommandDialog>
  );
}
