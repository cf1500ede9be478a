// SPDX-License-Identifier: Apache-2.0
// A refusal at the field that it is about: under the input, tied to it for who listens to the screen.
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { useErrorText } from './states';

export interface FieldErrors<F extends string> {
  /** For the input itself. */
  input(field: F): { 'aria-invalid'?: true; 'aria-describedby'?: string };
  /** What stands under it. */
  under(field: F): ReactNode;
  wrong(field: F): boolean;
  /** What belongs to none of the fields. */
  rest: unknown;
}

export function useFieldErrors<F extends string>(prefix: string, fields: readonly F[], error: unknown): FieldErrors<F> {
  const text = useErrorText();
  // A list's item is its field's: skills[1].
  const named = error instanceof ApiError ? error.field.replace(/\[.*$/, '') : '';
  const at = fields.find((field) => field === named);
  const id = (field: F) => `${prefix}-${field}-error`;
  return {
    input: (field) => (field === at ? { 'aria-invalid': true, 'aria-describedby': id(field) } : {}),
    under: (field) => field === at && <p id={id(field)} role="alert" className="error">{text(error)}</p>,
    wrong: (field) => field === at,
    rest: at === undefined ? error : null,
  };
}
