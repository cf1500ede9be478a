// SPDX-License-Identifier: Apache-2.0
// Policies and ladders as their documents have them, and what the editors do to them. Pure.

export type Document = 'policies' | 'ladders';
export const conditionKeys = ['kinds', 'categories', 'severities', 'tiers', 'channels', 'offices', 'arrivals'] as const;
export type ConditionKey = (typeof conditionKeys)[number];
export type Conditions = Partial<Record<ConditionKey, (string | number)[]>>;

export interface PolicyClock { kind: string; budget: string; out_of_hours?: string; calendar: string; ladder: string }
export type Scope = 'cases' | 'customers' | 'reviews';
export interface Policy { code: string; name_zh: string; name_en: string; scope?: Scope; when?: Conditions; clock: PolicyClock[] }
export interface PolicyTree { policy: Policy[] }
export interface Step {
  name: string; at: string; recipients: string[]; channels: string[];
  needs_acknowledgement?: boolean; if_unacknowledged?: boolean; escalate?: number;
}
export interface Ladder { code: string; name_zh: string; name_en: string; step: Step[] }
export interface LadderTree { ladder: Ladder[] }
export interface Trees { policies: PolicyTree; ladders: LadderTree }

/** What the clocks of a policy hang on; a document of before there were scopes is of cases. */
export const scopes: Scope[] = ['cases', 'customers', 'reviews'];
export const clockKindsOf: Record<Scope, string[]> = {
  cases: ['acknowledgement', 'first_response', 'callback', 'follow_up', 'progress_update', 'dispatch', 'resolution', 'final_response'],
  customers: ['callback', 'pool_hold'],
  reviews: ['review_action'],
};
export const conditionsOf: Record<Scope, readonly ConditionKey[]> = {
  cases: conditionKeys, customers: ['tiers', 'offices', 'arrivals'], reviews: ['offices', 'arrivals'],
};
/** The same policy of another scope: what does not belong there goes. */
export function inScope(policy: Policy, scope: Scope, spare: PolicyClock): Policy {
  const when = Object.fromEntries(Object.entries(policy.when ?? {}).filter(([key]) => conditionsOf[scope].includes(key as ConditionKey)));
  const clock = policy.clock.filter((row) => clockKindsOf[scope].includes(row.kind));
  return { ...policy, scope, when, clock: clock.length > 0 ? clock : [{ ...spare, kind: clockKindsOf[scope][0]! }] };
}
export const caseKinds = ['complaint', 'inquiry', 'service_request'];
export const tiers = ['standard', 'silver', 'gold', 'key'];
export const channels = ['call', 'web', 'email', 'walk_in', 'field_visit', 'api'];
export const arrivals = ['in_hours', 'out_of_hours'];
export const recipientRoles = ['owner', 'handler', 'liaison', 'department_head', 'back_line', 'supervisor', 'manager'];
export const alertChannels = ['console', 'email', 'webhook'];

// ------------------------------------------------------------------------------- budgets
export type BudgetKind = 'working' | 'calendar' | 'working_days';
export const budgetKinds: BudgetKind[] = ['working', 'calendar', 'working_days'];
/** "2h working" → 2h, working; "3 working days" → 3, working_days. */
export function budgetParts(budget: string): { amount: string; kind: BudgetKind } {
  const days = /^\s*(\d*)\s*working days?\s*$/.exec(budget);
  if (days) return { amount: days[1]!, kind: 'working_days' };
  const time = /^\s*(.*?)\s*(working|calendar)\s*$/.exec(budget);
  return time ? { amount: time[1]!, kind: time[2] as BudgetKind } : { amount: budget.trim(), kind: 'working' };
}
export function budgetOf(amount: string, kind: BudgetKind): string {
  if (kind === 'working_days') return `${amount.trim()} working ${amount.trim() === '1' ? 'day' : 'days'}`;
  return `${amount.trim()} ${kind}`;
}

// ------------------------------------------------------------------------------- lists
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  if (to < 0 || to >= list.length) return [...list];
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
export const replaced = <T>(list: readonly T[], at: number, item: T): T[] => list.map((old, index) => (index === at ? item : old));
export const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, index) => index !== at);
export const toggled = <T>(list: readonly T[], item: T): T[] => (list.includes(item) ? list.filter((old) => old !== item) : [...list, item]);

/** "policy", "policy-2" ...: the first that is free. */
export function freeCode(taken: readonly string[], wish: string): string {
  if (!taken.includes(wish)) return wish;
  for (let number = 2; ; number += 1) if (!taken.includes(`${wish}-${number}`)) return `${wish}-${number}`;
}

/** Empty conditions and absent options are left out, so that the saved text says only what matters. */
export function tidyPolicies(tree: PolicyTree): PolicyTree {
  return {
    policy: tree.policy.map(({ when, scope, ...rest }) => {
      const policy = scope && scope !== 'cases' ? { ...rest, scope } : rest;
      const kept = Object.fromEntries(Object.entries(when ?? {}).filter(([, values]) => values.length > 0));
      const clock = policy.clock.map(({ out_of_hours, ...row }) => (out_of_hours ? { ...row, out_of_hours } : row));
      return Object.keys(kept).length > 0 ? { ...policy, when: kept, clock } : { ...policy, clock };
    }),
  };
}
export function tidyLadders(tree: LadderTree): LadderTree {
  return {
    ladder: tree.ladder.map((ladder) => ({
      ...ladder,
      step: ladder.step.map(({ needs_acknowledgement, if_unacknowledged, escalate, ...step }) => ({
        ...step,
        ...(needs_acknowledgement ? { needs_acknowledgement } : {}),
        ...(if_unacknowledged ? { if_unacknowledged } : {}),
        ...(escalate ? { escalate } : {}),
      })),
    })),
  };
}
export function bodyOf<D extends Document>(document: D, tree: Trees[D]): string {
  const tidy = document === 'policies' ? tidyPolicies(tree as PolicyTree) : tidyLadders(tree as LadderTree);
  return JSON.stringify(tidy, null, 2);
}
