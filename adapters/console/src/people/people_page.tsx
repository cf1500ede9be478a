// SPDX-License-Identifier: Apache-2.0
// Everybody with what they carry: who is there, who is away and who stands in, the way into the departure
// procedure, and for the administrator the accounts themselves.
import { Link } from '@tanstack/react-router';
import { CalendarOff, Pencil, UserMinus, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserRef } from '../api/types';
import { named, stamp } from '../format';
import { useMe } from '../session';
import { PresenceDot } from '../ui/presence_dot';
import { Empty, Loaded } from '../ui/states';
import { AbsenceDialog } from './absence_dialog';
import { EditAccountDialog, NewAccountDialog } from './account_dialog';
import { type Person, usePeople } from './people';

export function PeoplePage() {
  const { t } = useTranslation();
  const people = usePeople();
  const [typed, setTyped] = useState('');
  const [away, setAway] = useState<UserRef | null>(null);
  const [account, setAccount] = useState<number | 'new' | null>(null);
  const administers = useMe().can.includes('administer_people');
  const wanted = typed.trim().toLowerCase();
  const rows = (people.data?.items ?? []).filter((person) => `${person.name} ${person.login} ${person.office}`.toLowerCase().includes(wanted));
  return (
    <section className="panel h-full" aria-label={t('people.title')}>
      <header className="flex items-center gap-3 flex-wrap px-4 py-2.5 border-b border-line">
        <h1 className="text-lg mr-1">{t('people.title')}</h1>
        <span className="text-muted">{t('people.count', { count: rows.filter((person) => person.left_at === null).length })}</span>
        <input className="field w-56! min-h-[34px]! ml-auto" type="search" aria-label={t('people.search')} placeholder={t('people.search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        {administers && <button type="button" className="btn btn-primary" onClick={() => setAccount('new')}><UserPlus aria-hidden="true" size={16} />{t('people.new')}</button>}
      </header>
      <Loaded of={people} rows={10} empty={rows.length === 0 && <Empty title={t('people.none')} />}>
        <div className="flex-1 min-h-0 overflow-auto" tabIndex={0} role="group" aria-label={t('people.list')}>
          <table className="w-full text-left">
            <thead className="sticky top-0 bg-panel text-[13px] text-muted">
              <tr className="border-b border-line">
                <th scope="col" className="px-4 py-2">{t('people.name')}</th>
                <th scope="col" className="px-2 py-2">{t('people.presence')}</th>
                <th scope="col" className="px-2 py-2 text-right">{t('people.open_cases')}</th>
                <th scope="col" className="px-2 py-2 text-right">{t('people.callbacks')}</th>
                <th scope="col" className="px-2 py-2 text-right">{t('people.accounts')}</th>
                <th scope="col" className="px-2 py-2 text-right">{t('people.review_actions')}</th>
                <th scope="col" className="px-2 py-2">{t('people.absence')}</th>
                <th scope="col" className="px-4 py-2"><span className="sr">{t('people.actions')}</span></th>
              </tr>
            </thead>
            <tbody>{rows.map((person) => <Row key={person.id} person={person} onAway={() => setAway({ id: person.id, name: person.name })} onEdit={administers ? () => setAccount(person.id) : null} />)}</tbody>
          </table>
        </div>
      </Loaded>
      {account === 'new' && <NewAccountDialog onClose={() => setAccount(null)} />}
      {typeof account === 'number' && <EditAccountDialog id={account} onClose={() => setAccount(null)} />}
      {away && <AbsenceDialog user={away} onClose={() => setAway(null)} />}
    </section>
  );
}

function Row({ person, onAway, onEdit }: { person: Person; onAway(): void; onEdit: (() => void) | null }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const left = person.left_at !== null;
  const count = (value: number) => <td className="px-2 py-2 text-right tabular-nums">{value > 0 ? value : <span className="text-muted">0</span>}</td>;
  return (
    <tr className="border-b border-line align-top" data-person={person.login} data-left={left || undefined}>
      <td className="px-4 py-2">
        <span className="font-semibold">{person.name}</span>
        <span className="block text-muted text-[13px]">{t(`role.${person.role}`)}{person.department && ` · ${named(person.department, i18n.language)}`}{person.department_head && ` · ${t('people.head')}`}</span>
      </td>
      <td className="px-2 py-2 whitespace-nowrap">
        {left ? <span className="tag bg-quiet-soft text-quiet">{person.departed ? t('people.left', { at: stamp(person.left_at!) }) : t('people.locked', { at: stamp(person.left_at!) })}</span> : (
          <span className="inline-flex items-center gap-1.5"><PresenceDot presence={person.presence} />{t(`presence.${person.presence}`)}</span>
        )}
      </td>
      {count(person.load.open_cases)}{count(person.load.callbacks)}{count(person.load.accounts)}{count(person.load.review_actions)}
      <td className="px-2 py-2 text-[14px]">
        {!left && person.absence && (
          <>
            <span className={`tag ${person.absence.state === 'now' ? 'bg-warn-soft text-warn' : 'bg-accent-soft text-accent-text'}`}>{t(`absence.state_${person.absence.state}`)}</span>{' '}
            {stamp(person.absence.from)} – {person.absence.until ? stamp(person.absence.until) : t('absence.open_end')}
            <span className="block text-muted text-[13px]">
              {person.stood_in_by.length > 0 ? [person.name, ...person.stood_in_by.map((deputy) => deputy.name)].join(' → ') : person.absence.deputy ? t('absence.stands_in', { name: person.absence.deputy.name }) : t('absence.nobody')}
            </span>
          </>
        )}
      </td>
      <td className="px-4 py-2 text-right whitespace-nowrap">
        <span className="inline-flex gap-1.5">
          {onEdit && <button type="button" className="btn btn-small" onClick={onEdit}><Pencil aria-hidden="true" size={14} />{t('action.edit')}<span className="sr"> {person.name}</span></button>}
          {!left && <button type="button" className="btn btn-small" onClick={onAway}><CalendarOff aria-hidden="true" size={14} />{t('people.away')}<span className="sr"> {person.name}</span></button>}
          {!left && me.can.includes('let_go') && person.id !== me.user.id && (
            <Link to="/people/departure" search={{ user: person.id }} className="btn btn-small"><UserMinus aria-hidden="true" size={14} />{t('people.depart')}<span className="sr"> {person.name}</span></Link>
          )}
        </span>
      </td>
    </tr>
  );
}
