// SPDX-License-Identifier: Apache-2.0
// The small inputs of the policy and ladder editors.
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type BudgetKind, budgetKinds, budgetOf, budgetParts, toggled } from './model';

export function TextField({ label, value, onChange, mono = false }: { label: string; value: string; onChange(value: string): void; mono?: boolean }) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label className="label" htmlFor={id}>{label}</label>
      <input id={id} className={`field ${mono ? 'font-mono' : ''}`} value={value} maxLength={200} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

export function SelectField({ label, value, choices, onChange, hidden = false }: { label: string; value: string; choices: { value: string; label: string }[]; onChange(value: string): void; hidden?: boolean }) {
  const id = useId();
  const known = choices.some((choice) => choice.value === value);
  return (
    <div className="min-w-0">
      {!hidden && <label className="label" htmlFor={id}>{label}</label>}
      <select id={id} className="field" aria-label={hidden ? label : undefined} value={value} onChange={(event) => onChange(event.target.value)}>
        {!known && <option value={value}>{value}</option>}
        {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
      </select>
    </div>
  );
}

export function BudgetField({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const { t } = useTranslation();
  const { amount, kind } = budgetParts(value);
  return (
    <div className="flex gap-1.5" role="group" aria-label={label}>
      <input className="field w-20! shrink-0" aria-label={`${label}: ${t('policies.amount')}`} value={amount} placeholder={kind === 'working_days' ? '3' : '1h 30m'} onChange={(event) => onChange(budgetOf(event.target.value, kind))} />
      <select className="field" aria-label={`${label}: ${t('policies.counted')}`} value={kind} onChange={(event) => onChange(budgetOf(amount, event.target.value as BudgetKind))}>
        {budgetKinds.map((each) => <option key={each} value={each}>{t(`budget_kind.${each}`)}</option>)}
      </select>
    </div>
  );
}

/** Any of a few, as pressable chips. */
export function Toggles<T extends string | number>({ label, values, choices, onChange }: { label: string; values: readonly T[]; choices: { value: T; label: ReactNode; always?: string }[]; onChange(values: T[]): void }) {
  const strange = values.filter((value) => !choices.some((choice) => choice.value === value));
  return (
    <div className="flex gap-1 flex-wrap" role="group" aria-label={label}>
      {[...choices, ...strange.map((value) => ({ value, label: String(value) as ReactNode, always: undefined }))].map((choice) => (
        <button key={choice.value} type="button" className="chip chip-small" aria-pressed={choice.always !== undefined || values.includes(choice.value)} disabled={choice.always !== undefined} title={choice.always} onClick={() => onChange(toggled(values, choice.value))}>{choice.label}</button>
      ))}
    </div>
  );
}
