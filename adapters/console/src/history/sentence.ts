// SPDX-License-Identifier: Apache-2.0
// One sentence per kind of history, in both languages. When a fact the sentence needs is missing, the plain
// form is used, so a thin entry still reads as a sentence and never shows a hole.
import type { i18n as I18n } from 'i18next';
import type { HistoryEntry, Reference } from '../api/types';
import { lasting, money, named, phone, stamp, wordOf } from '../format';

export type Group = 'call' | 'case' | 'note' | 'department' | 'callback' | 'clock' | 'money' | 'change';

export const groupOf: Record<string, Group> = {
  call_arrived: 'call', offer_made: 'call', offer_accepted: 'call', offer_declined: 'call', offer_missed: 'call', offer_withdrawn: 'call', place_kept: 'call', written_in_line: 'call', written_taken: 'call', written_done: 'call',
  call_answered: 'call', call_held: 'call', call_resumed: 'call', call_ended: 'call', call_abandoned: 'call', call_released: 'call', call_transferred: 'call', call_requeued: 'call', transfer_not_taken: 'call',
  consult_asked: 'call', consult_begun: 'call', consult_ended: 'call', conference_begun: 'call', call_listened: 'call', listening_ended: 'call',
  recording_asked: 'call', recording_begun: 'call', recording_paused: 'call', recording_resumed: 'call', recording_ended: 'call', recording_kept: 'call', recording_lost: 'call',
  recording_heard: 'call', recording_held: 'call', recording_hold_ended: 'call', recording_deleted: 'call',
  case_registered: 'case', resolved: 'case', closed: 'case', reopened: 'case', told: 'case', contact_added: 'case',
  ownership: 'change', hand_over_offered: 'change', hand_over_accepted: 'change', hand_over_declined: 'change', reassigned: 'change', cases_reassigned: 'change', hand_over_withdrawn: 'change', handler_changed: 'change', person_departed: 'change',
  edited: 'change', presence: 'change', number_revealed: 'change', number_removed: 'change', customer_created: 'change', late_event: 'change',
  history_exported: 'change', customer_erased: 'change', legal_hold: 'change', legal_hold_ended: 'change',
  dispatched: 'department', dispatch_accepted: 'department', dispatch_returned: 'department', dispatch_answered: 'department', dispatch_cancelled: 'department', dispatch_reopened: 'department',
  dispatch_chased: 'department', dispatch_disputed: 'department', dispute_settled: 'department', extension_asked: 'department', extension_granted: 'department',
  extension_refused: 'department', told_verified: 'case', told_rejected: 'case',
  callback_promised: 'callback', callback_dialled: 'callback', callback_in_line: 'callback', callback_attempt: 'callback', callback_kept: 'callback', callback_exhausted: 'callback',
  callback_cancelled: 'callback', callback_rescheduled: 'callback', follow_up_scheduled: 'callback',
  callback_assigned: 'callback', callback_promised_again: 'callback', callback_given_up: 'callback',
  clock_started: 'clock', clock_recomputed: 'clock', clock_warned: 'clock', clock_breached: 'clock', clock_met: 'clock', clock_cancelled: 'clock',
  alert_sent: 'clock', alert_acknowledged: 'clock', notice_resent: 'clock', escalated: 'clock', paused: 'clock', unpaused: 'clock',
  complaint_record_edited: 'change', compensation_granted: 'money', compensation_proposed: 'money', compensation_approved: 'money', compensation_refused: 'money',
  compensation_withdrawn: 'money', final_response_sent: 'case', repeat_linked: 'change', repeat_unlinked: 'change',
  company_role_begun: 'change', company_role_ended: 'change', relationship_begun: 'change', relationship_ended: 'change',
  customers_merged: 'change', customers_unmerged: 'change', case_relinked: 'change', caller_named: 'change', tier_changed: 'change',
  account: 'change', account_followed_up: 'call',
  review_action_agreed: 'change', review_action_changed: 'change', review_action_done: 'change', review_action_cancelled: 'change',
  facts_imported: 'money',
  note: 'note',
};
export const kindsOf = (group: Group | 'all'): string => (group === 'all' ? '' : Object.keys(groupOf).filter((kind) => groupOf[kind] === group).join(','));
export const historyKinds = Object.keys(groupOf);

type Data = Record<string, unknown>;
const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (value && typeof value === 'object' && 'name' in value) return String((value as { name: unknown }).name);
  return '';
};
const first = (data: Data, ...names: string[]): string => {
  for (const name of names) {
    const found = text(data[name]);
    if (found !== '') return found;
  }
  return '';
};

/** warn_80, climb_1h …: the ladder names its steps, people read what kind of step it is. */
export const stepOf = (step: string): string => step.replace(/_.*$/, '');

/** The newest business records of an import: what, when, how much. */
function recordsOf(value: unknown, language: string, kind: (word: string) => string): string {
  const list = Array.isArray(value) ? (value as Data[]) : [];
  const one = (fact: Data) => [kind(text(fact.kind)), text(fact.external_id), text(fact.on_date), Number(fact.amount_cents) === 0 ? '' : money(Number(fact.amount_cents), language)];
  return list.map((fact) => one(fact).filter((part) => part !== '').join(' ')).join(language === 'en' ? ', ' : '、');
}

/** Everything a sentence may need, already in words. Empty means unknown. */
function facts(entry: HistoryEntry, i18n: I18n, reference: Reference | undefined): Record<string, string> {
  const { data, kind } = entry;
  const language = i18n.language;
  const word = (space: string, value: string): string => (value === '' ? '' : i18n.t(`${space}.${value}`, { defaultValue: value }));
  const person = (...names: string[]): string => {
    const value = first(data, ...names);
    return /^\d+$/.test(value) ? (reference?.users.find((user) => user.id === Number(value))?.name ?? '') : value;
  };
  const department = (...names: string[]): string => {
    const value = data[names.find((name) => data[name] !== undefined && data[name] !== null) ?? ''];
    if (value && typeof value === 'object' && 'name_zh' in value) return named(value as { name_zh: string; name_en: string }, language);
    const known = reference?.departments.find((entry) => entry.code === text(value) || String(entry.id) === text(value));
    return known ? named(known, language) : text(value);
  };
  const at = (...names: string[]): string => {
    const value = first(data, ...names);
    return Number.isNaN(Date.parse(value)) ? '' : stamp(value);
  };
  const seconds = first(data, 'talk_s', 'duration_s', 'seconds', 'wait_s', 'waited_s');
  const category = reference?.categories.find((known) => known.code === first(data, 'category'));
  const queue = reference?.queues.find((known) => known.code === first(data, 'queue', 'queue_code'));
  const reasonCode = first(data, 'reason');
  const pause = wordOf(reference?.pause_reasons.find((known) => known.code === reasonCode), language);
  return {
    agent: person('agent', 'agent_name', 'agent_id', 'user', 'user_id'),
    recipients: Array.isArray(data.recipients) ? data.recipients.map((id) => reference?.users.find((user) => user.id === id)?.name ?? '').filter((name) => name !== '').join(language === 'en' ? ', ' : '、') : '',
    handler: person('handler'),
    assignee: person('assignee') || department('department'),
    title: first(data, 'title'),
    owner: person('owner', 'owner_name', 'owner_id', 'new_owner'),
    previous: person('previous_owner'),
    to: person('to', 'to_name', 'to_id', 'recipient', 'recipient_name', 'recipient_id', 'owner', 'owner_id'),
    giver: person('from'),
    department: department('department', 'department_code', 'department_id'),
    suggested: department('suggested_department', 'suggested', 'suggested_department_id'),
    clock: word('clock_kind', first(data, 'clock_kind')),
    step: word('alert_step', stepOf(first(data, 'step'))),
    role: word('role', first(data, 'role')),
    due: at('due_at', 'at', 'until', 'planned_until'),
    before: at('due_before'),
    received: at('received_at'),
    since: at('paused_at'),
    version: first(data, 'policy_version'),
    outcome: word('outcome', first(data, 'outcome')),
    caller: word('caller', first(data, 'caller')),
    severity: word('severity', first(data, 'severity')),
    category: category ? named(category, language) : first(data, 'category'),
    queue: queue ? named(queue, language) : first(data, 'queue', 'queue_code'),
    number: phone(first(data, 'number', 'from')),
    time: seconds === '' ? '' : lasting(Number(seconds)),
    level: first(data, 'level', 'escalation_level'),
    how: word('told_how', first(data, 'how')),
    letter_how: word('letter_how', first(data, 'how')),
    amount: Number(data.amount_cents) > 0 ? money(Number(data.amount_cents), language, first(data, 'currency') || 'CNY') : '',
    fields: Object.keys(data).filter((key) => key.endsWith('_from')).map((key) => i18n.t(`complaint.${key.slice(0, -5)}`, { defaultValue: key.slice(0, -5) })).join(language === 'en' ? ', ' : '、'),
    case: first(data, 'number'),
    reason: pause || word('offer_reason', reasonCode),
    try: first(data, 'number', 'attempt', 'attempts', 'try'),
    channel: word('channel', first(data, 'channel')),
    presence: word('presence', first(data, 'presence', 'to')),
    company: first(data, 'company_name'),
    person: first(data, 'person_name'),
    company_role: word('company_role', kind.startsWith('company_role') ? first(data, 'role') : ''),
    customer: first(data, 'customer_name'),
    other: first(data, 'other_name'),
    relationship: word('relationship', first(data, 'relationship_kind')),
    kept: first(data, 'kept_name'),
    gone: first(data, 'gone_name'),
    from_customer: first(data, 'from_name'),
    to_customer: first(data, 'to_name'),
    tier_from: word('tier', first(data, 'tier_from')),
    tier: word('tier', first(data, 'tier')),
    score: first(data, 'score'),
    added: first(data, 'added'),
    changed: first(data, 'changed'),
    records: recordsOf(data.facts, language, (value) => word('fact_kind', value)),
    source: entry.source.replace(/^import:/, ''),
    entries: first(data, 'entries'),
    steps: first(data, 'steps').split(' ').filter((step) => step.includes(':')).map((step) => {
      const [stage = '', state = ''] = step.split(':');
      return `${word('offer_reason', stage)}${language === 'en' ? ' ' : ''}${word('stage_state', state)}`;
    }).join(language === 'en' ? ', ' : '、'),
  };
}

/** Some kinds read differently by a fact of theirs: who escalated, since when a clock has run. */
function variant({ kind, data }: HistoryEntry): string {
  if (kind === 'offer_made' && data.steps) return 'offer_made_by';
  if (kind === 'call_arrived' && data.place_of) return 'call_arrived_again';
  if (kind === 'call_answered' && data.called_back) return 'call_answered_back';
  if (kind === 'escalated' && data.by === 'ladder') return 'escalated_by_ladder';
  if (kind === 'account' && typeof data.how === 'string') return `account_${data.how}`;
  if (kind === 'facts_imported' && Array.isArray(data.facts)) return 'facts_imported_of';
  if (kind === 'callback_promised' && data.kind === 'neglected') return 'callback_promised_neglected';
  if (Array.isArray(data.recipients)) {
    const climbed = kind === 'clock_warned' && text(data.step_due_at) > text(data.due_at);
    return climbed ? 'clock_climbed_to' : `${kind}_to`;
  }
  if (kind === 'call_transferred' && data.queue) return 'call_transferred_queue';
  if (kind === 'call_transferred' && data.to) return 'call_transferred_to';
  if (kind === 'call_listened' && data.mode === 'whisper') return 'call_whispered';
  if (kind === 'recording_resumed' && data.why === 'limit') return 'recording_resumed_by_itself';
  if (kind === 'clock_started' && data.received_at) return 'clock_started_before';
  if (kind === 'dispute_settled' && data.upheld === true) return 'dispute_upheld';
  if (kind === 'callback_assigned' && data.department && !data.user) return 'callback_assigned_department';
  return kind;
}

export function sentence(entry: HistoryEntry, i18n: I18n, reference: Reference | undefined): string {
  const key = `history.${variant(entry)}`;
  if (!i18n.exists(key)) return i18n.t('history_plain.unknown', { kind: entry.kind });
  const known = facts(entry, i18n, reference);
  const template = String(i18n.getResource(i18n.language, 'translation', key) ?? '');
  const needed = [...template.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!);
  const complete = needed.every((name) => known[name] !== undefined && known[name] !== '');
  return i18n.t(complete ? key : `history_plain.${entry.kind}`, { ...known, defaultValue: i18n.t(key, known) });
}

/** Free words that belong under the sentence: a note, an answer, a reason in somebody's own words. */
export function words(entry: HistoryEntry): string {
  const { data, kind } = entry;
  const own = first(data, 'what', 'text', 'note', 'answer', 'resolution', 'result', 'last_text');
  if (own !== '') return own;
  const spoken = ['dispatch_returned', 'reopened', 'escalated', 'reassigned', 'hand_over_offered', 'hand_over_declined', 'hand_over_withdrawn', 'callback_cancelled', 'callback_given_up',
    'dispatch_disputed', 'dispute_settled', 'extension_asked', 'extension_granted', 'extension_refused', 'told_rejected', 'customers_merged', 'customers_unmerged', 'account', 'review_action_changed', 'review_action_cancelled', 'customer_erased', 'legal_hold', 'recording_held'];
  return spoken.includes(kind) ? first(data, 'return_reason', 'reason') : '';
}
