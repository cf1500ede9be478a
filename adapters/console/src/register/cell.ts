// SPDX-License-Identifier: Apache-2.0
// One cell of the register in the language of the screen.
import type { i18n as I18n } from 'i18next';
import type { Named, Reference } from '../api/types';
import { categoryName, day as dayOf, money, wordOf } from '../format';
import type { Column, RegisterRow } from './model';

// With its year: a register goes over several.
const day = (at: string | null): string => (at ? dayOf(at) : '');

export function cell(row: RegisterRow, column: Column, i18n: I18n, reference: Reference | undefined): string {
  const language = i18n.language;
  const named = (list: Named[] | undefined, code: string): string => wordOf(list?.find((entry) => entry.code === code), language) || code;
  const yes = (value: boolean | null): string => (value === null ? '' : i18n.t(value ? 'complaint.yes' : 'complaint.no'));
  switch (column) {
    case 'number': return row.number;
    case 'received': return day(row.received_at);
    case 'channel': return i18n.t(`channel.${row.channel}`, { defaultValue: row.channel });
    case 'customer': return row.customer.name;
    case 'phone': return row.customer.number;
    case 'product': return row.product;
    case 'category': return categoryName(row, language);
    case 'severity': return i18n.t(`severity.${row.severity}`);
    case 'safety': return yes(row.safety);
    case 'description': return row.text;
    case 'remedy_sought': return named(reference?.remedies, row.remedy_sought);
    case 'remedy_offered': return named(reference?.remedies, row.remedy_offered);
    case 'remedy_answer': return row.remedy_offered === '' ? '' : i18n.t(`complaint.answer_${row.remedy_answer}`);
    case 'compensation': return row.compensation_cents > 0 ? money(row.compensation_cents, language, row.currency) : '';
    case 'root_cause': return named(reference?.root_causes, row.root_cause);
    case 'root_cause_note': return row.root_cause_note;
    case 'justified': return yes(row.justified);
    case 'systemic': return yes(row.systemic);
    case 'regulator': return named(reference?.regulators, row.regulator);
    case 'reference': return row.regulator_reference;
    case 'regulator_due': return day(row.regulator_due_at);
    case 'letter': return day(row.letter_at);
    case 'resolved': return day(row.resolved_at);
    case 'days': return String(row.days);
    case 'state': return i18n.t(`case_state.${row.state}`);
    case 'resolution': return row.resolution;
    case 'repeat_of': return row.repeat_of;
    case 'owner': return row.owner.name;
  }
}
