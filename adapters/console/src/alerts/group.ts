// SPDX-License-Identifier: Apache-2.0
// One step of one clock reaches several people, each with an alert of their own. A screen shows the step once:
// mine when it is addressed to me, and who else was told.
import type { Alert } from '../api/types';

export interface AlertGroup { alert: Alert; mine: boolean; others: string[] }

export function groupAlerts(alerts: Alert[], me: number): AlertGroup[] {
  const groups = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const key = `${alert.clock_id} ${alert.step}`;
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups.values()].map((same) => {
    const own = same.find((alert) => alert.recipient?.id === me);
    const alert = own ?? same.find((entry) => entry.acknowledged_at !== null) ?? same[0]!;
    const others = same.filter((entry) => entry !== alert || !own).flatMap((entry) => (entry.recipient && entry.recipient.id !== me ? [entry.recipient.name] : []));
    return { alert, mine: own !== undefined || alert.recipient === undefined, others: [...new Set(others)] };
  });
}
