// SPDX-License-Identifier: Apache-2.0
// An intake without a live call: from a customer's page, or a draft taken up again.
import { create } from 'zustand';
import type { CustomerCard, Pop } from '../api/types';
import type { Draft } from './drafts';

export interface Manual { pop: Pop; key: string; interactionId: number | null }
export const useManualIntake = create<{ manual: Manual | null }>(() => ({ manual: null }));

function popOf(customer: CustomerCard, number: string, interaction: number): Pop {
  const call: Pop['call'] = {
    interaction_id: interaction, state: 'ended', direction: 'inbound', number, customer_id: customer.id, customer_name: customer.name,
    queue_code: '', answered_at: null, channel: 'call', callback_id: null, case_number: null, agent: null, transfer: null, recording: null,
  };
  return { customer, open_cases: [], overdue: [], suggested_case: null, timeline: [], number, queue_code: '', call };
}

export function startManual(customer: CustomerCard): void {
  const number = customer.numbers[0]?.number ?? '';
  useManualIntake.setState({ manual: { pop: popOf(customer, number, 0), key: `c${customer.id}`, interactionId: null } });
}

/** Only what the draft itself kept is shown; the customer's record is one click away. */
export function resumeDraft(draft: Draft): void {
  const customer: CustomerCard = {
    id: draft.customer_id ?? 0, kind: 'person', name: draft.customer_name, tier: 'standard', language: 'zh',
    numbers: [{ number: draft.number, label: '' }], email: '', address: '', product: draft.intake.product,
    provisional: draft.intake.name !== '', do_not_call: false, potential: null, contact_from: null, contact_until: null, unpaid_balance_cents: 0,
    created_at: new Date(draft.saved_at).toISOString(), version: 0, open_cases: 0, calls: 0, visits: 0, calls_30d: 0, banner: [],
  };
  useManualIntake.setState({ manual: { pop: popOf(customer, draft.number, draft.interaction_id ?? 0), key: draft.key, interactionId: draft.interaction_id } });
}

export const endManual = (): void => useManualIntake.setState({ manual: null });
