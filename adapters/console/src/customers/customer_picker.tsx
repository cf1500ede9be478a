// SPDX-License-Identifier: Apache-2.0
// Finds another customer by number or name and takes one: the first with Enter, any with a click.
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomers } from '../api/queries';
import type { CustomerCard } from '../api/types';
import { composing } from '../keys/registry';
import { LineField } from '../ui/fields';

interface Props { label: string; except: number; kind?: 'person' | 'company'; value: CustomerCard | null; onPick(found: CustomerCard | null): void }

export function CustomerPicker({ label, except, kind, value, onPick }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const found = useCustomers(typed.trim(), 8);
  const rows = typed.trim().length < 1 ? [] : (found.data?.items ?? []).filter((row) => row.id !== except && (!kind || row.kind === kind));
  if (value) {
    return (
      <div>
        <span className="label">{label}</span>
        <p className="flex items-center gap-3 min-h-9">
          <strong>{value.name}</strong><span className="text-muted">{value.numbers[0]?.number}</span>
          <button type="button" className="btn btn-small ml-auto" onClick={() => onPick(null)}>{t('record.choose_again')}</button>
        </p>
      </div>
    );
  }
  return (
    <LineField
      id={id} label={label} value={typed} onChange={setTyped} type="search" autoComplete="off" placeholder={t('customer.find_hint')}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.ctrlKey || composing(event)) return;
        event.preventDefault();
        if (rows[0]) onPick(rows[0]);
      }}
    >
      <ul className="mt-1 flex flex-col gap-0.5" aria-label={t('record.found')}>
        {rows.map((row) => (
          <li key={row.id}>
            <button type="button" className="w-full text-left px-2 min-h-8 rounded hover:bg-accent-soft flex gap-3" onClick={() => onPick(row)}>
              <span className="font-semibold">{row.name}</span>
              <span className="text-muted">{row.numbers[0]?.number}</span>
              <span className="text-muted ml-auto">{t(`customer_kind.${row.kind}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </LineField>
  );
}
