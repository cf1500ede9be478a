// SPDX-License-Identifier: Apache-2.0
// A complaint may be written down after the customer said it: its clocks start when it was said.
import type { Case, Instant } from '../api/types';

type Taken = Pick<Case, 'opened_at' | 'ownership'>;

/** When somebody became its owner for the first time. */
export const takenIn = (row: Taken): Instant =>
  row.ownership.map((entry) => entry.at).reduce((first, at) => (Date.parse(at) < Date.parse(first) ? at : first), row.ownership[0]?.at ?? row.opened_at);

/** When the customer said it, if that was earlier. */
export const saidBefore = (row: Taken): Instant | null => (Date.parse(takenIn(row)) - Date.parse(row.opened_at) >= 60_000 ? row.opened_at : null);
