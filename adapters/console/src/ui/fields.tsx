// SPDX-License-Identifier: Apache-2.0
// A label over its input, as every form has it. The star says that it must be filled in; what is given as
// children of a line or of words stands under the input.
import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Caller, Reference } from '../api/types';

interface Labelled { id: string; label: ReactNode; star?: boolean; children?: ReactNode }
/** The attributes of the element itself, with a value instead of an event. */
type Input<E extends 'input' | 'textarea' | 'select', V = string> =
  Labelled & Omit<ComponentProps<E>, 'id' | 'value' | 'onChange' | 'children'> & { value: V; onChange(value: string): void };

export function Field({ id, label, star = false, children }: Labelled) {
  return (
    <div>
      <label className="label" htmlFor={id}>{label}{star && <span aria-hidden="true"> *</span>}</label>
      {children}
    </div>
  );
}

export function LineField({ id, label, star, children, onChange, ...input }: Input<'input'>) {
  return (
    <Field id={id} label={label} star={star}>
      <input id={id} className="field" {...input} onChange={(event) => onChange(event.target.value)} />
      {children}
    </Field>
  );
}

export function WordsField({ id, label, star, children, onChange, ...input }: Input<'textarea'>) {
  return (
    <Field id={id} label={label} star={star}>
      <textarea id={id} className="field" rows={3} {...input} onChange={(event) => onChange(event.target.value)} />
      {children}
    </Field>
  );
}

/** One of the options; `empty` is what no choice at all is called. */
export function ChoiceField({ id, label, star, empty, children, onChange, ...input }: Input<'select', string | number> & { empty?: string }) {
  return (
    <Field id={id} label={label} star={star}>
      <select id={id} className="field" {...input} onChange={(event) => onChange(event.target.value)}>
        {empty !== undefined && <option value="">{empty}</option>}
        {children}
      </select>
    </Field>
  );
}

/** One of the people, with what each of them is; `me` is told apart from the others. */
export function PersonField({ people, me, ...choice }: Omit<ComponentProps<typeof ChoiceField>, 'children'> & { people: Reference['users']; me?: number }) {
  const { t } = useTranslation();
  return (
    <ChoiceField {...choice}>
      {people.map((user) => <option key={user.id} value={user.id}>{user.name}{user.id === me && t('case.myself')} · {t(`role.${user.role}`)}</option>)}
    </ChoiceField>
  );
}

/** Who calls the customer about work that goes to a department. */
export function CallerField({ onChange, ...choice }: { id: string; value: Caller; onChange(caller: Caller): void }) {
  const { t } = useTranslation();
  return (
    <ChoiceField {...choice} label={t('caller_choice.label')} onChange={(value) => onChange(value === 'owner' ? 'owner' : 'department')}>
      {(['department', 'owner'] as const).map((caller) => <option key={caller} value={caller}>{t(`caller_choice.${caller}`)}</option>)}
    </ChoiceField>
  );
}
