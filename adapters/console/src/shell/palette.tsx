// SPDX-License-Identifier: Apache-2.0
// One box: any part of a number, a name, its pinyin or initials, a device, the words of a case. The server says
// where it found them, best first; the part that matched is marked.
import { useNavigate } from '@tanstack/react-router';
import { FileText, History, Search, UserRound } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askable, useSearch } from '../api/queries';
import type { SearchMatch } from '../api/types';
import { categoryName } from '../format';
import { composing } from '../keys/registry';
import { Dialog } from '../ui/dialog';

interface Found { id: string; kind: 'case' | 'customer' | 'recent'; title: string; hint: string; match?: SearchMatch; go: { to: string; label: string } }
const recentKey = 'firsthand.recent';

function readRecent(): Found[] {
  try {
    return JSON.parse(localStorage.getItem(recentKey) ?? '[]') as Found[];
  } catch {
    return [];
  }
}

export function Palette({ open, onClose }: { open: boolean; onClose(): void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog open={open} onClose={onClose} title={t('search.title')} focus={input}>
      <Finder input={input} onClose={onClose} />
    </Dialog>
  );
}

function Finder({ input, onClose }: { input: React.RefObject<HTMLInputElement | null>; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setWanted(typed.trim()), 100);
    return () => clearTimeout(timer);
  }, [typed]);
  const enough = askable(wanted);
  const search = useSearch(wanted);
  const found = useMemo<Found[]>(() => {
    if (!enough) return readRecent().map((entry) => ({ ...entry, kind: 'recent' }));
    const cases = (search.data?.cases ?? []).map<Found>(({ case: row, match }) => ({
      id: row.number, kind: 'case', title: `${row.number} · ${row.customer.name}`, match,
      hint: `${categoryName(row, i18n.language)} · ${t(`case_state.${row.state}`)}`, go: { to: `/cases/${row.number}`, label: row.number },
    }));
    const people = (search.data?.customers ?? []).map<Found>(({ customer: row, match }) => ({
      id: `c${row.id}`, kind: 'customer', title: row.name, match,
      hint: row.numbers.map((entry) => entry.number).join('  '), go: { to: `/customers/${row.id}`, label: row.name },
    }));
    return cases[0]?.match?.field === 'number' ? [...cases, ...people] : [...people, ...cases];
  }, [enough, search.data, i18n.language, t]);

  const choose = (entry: Found) => {
    const { match: _, ...kept } = entry;
    const recent = [kept, ...readRecent().filter((old) => old.id !== entry.id)].slice(0, 10);
    localStorage.setItem(recentKey, JSON.stringify(recent));
    onClose();
    void navigate({ to: entry.go.to });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (composing(event)) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (found.length > 0) setAt((old) => (old + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length);
    } else if (event.key === 'Enter' && found[at]) {
      event.preventDefault();
      choose(found[at]);
    }
  };
  const icons = { case: FileText, customer: UserRound, recent: History };
  return (
    <>
      <div className="relative">
        <Search aria-hidden="true" size={17} className="absolute left-3 top-2.5 text-muted" />
        <input
          ref={input} className="field pl-9" role="combobox" aria-expanded={found.length > 0} aria-controls="found" aria-autocomplete="list"
          aria-activedescendant={found[at] ? `found-${at}` : undefined} aria-label={t('search.placeholder')} placeholder={t('search.placeholder')}
          value={typed} onKeyDown={onKeyDown}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
        />
      </div>
      <ul id="found" role="listbox" aria-label={t('search.results')} className="mt-2 min-h-24 max-h-96 overflow-auto">
        {found.map((entry, index) => {
          const Icon = icons[entry.kind];
          return (
            <li key={`${entry.kind}${entry.id}`} id={`found-${index}`} role="option" aria-selected={index === at} className={`menu-item ${index === at ? 'bg-accent-soft' : ''}`} onClick={() => choose(entry)}>
              <Icon aria-hidden="true" size={16} className="shrink-0 text-muted" />
              <span className="font-semibold whitespace-nowrap"><Title entry={entry} /></span>
              <span className="text-muted truncate"><Place match={entry.match} />{entry.hint}</span>
            </li>
          );
        })}
      </ul>
      {found.length === 0 && <p className="text-muted px-2" role="status">{enough ? (search.isFetching ? t('search.busy') : t('search.nothing')) : t('search.hint')}</p>}
    </>
  );
}

/** What was found in the title is marked there. */
function Title({ entry: { title, match } }: { entry: Found }) {
  const at = match && match.hit !== '' && ['name', 'number'].includes(match.field) ? title.indexOf(match.hit) : -1;
  if (at < 0 || !match) return title;
  return <>{title.slice(0, at)}<mark className="bg-transparent text-accent-text font-bold underline">{match.hit}</mark>{title.slice(at + match.hit.length)}</>;
}

/** What was found elsewhere is shown with a few words around it. */
function Place({ match }: { match: SearchMatch | undefined }) {
  if (!match || match.hit === '' || ['name', 'number'].includes(match.field)) return null;
  return <>{match.before}<mark className="bg-transparent text-accent-text font-bold underline">{match.hit}</mark>{match.after}{' · '}</>;
}
