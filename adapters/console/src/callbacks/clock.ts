// SPDX-License-Identifier: Apache-2.0
import type { Callback, Clock } from '../api/types';

/** A callback's own promise drawn as a clock. */
export const callbackClock = (callback: Callback): Clock => ({
  id: callback.id, kind: callback.kind === 'follow_up' ? 'follow_up' : 'callback', state: callback.state === 'cancelled' ? 'cancelled' : callback.state === 'kept' ? 'met' : callback.overdue ? 'breached' : 'running',
  started_at: callback.promised_at, due_at: callback.due_at, warn_at: null, breached_at: callback.overdue ? callback.due_at : null, ended_at: callback.state === 'open' ? null : callback.due_at,
  cycle: 1, policy: '', policy_version: 0, calendar: '', budget_kind: 'instant', budget_s: 0,
});
