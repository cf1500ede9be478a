// SPDX-License-Identifier: Apache-2.0
// What the engine's API sends, in the words of the domain. Instants are ISO strings in UTC.

export type Instant = string;
export type Role = 'agent' | 'back_line' | 'liaison' | 'supervisor' | 'manager' | 'administrator';
export type Language = 'zh' | 'en';

export interface UserRef { id: number; name: string }
export interface Department { id: number; code: string; name_zh: string; name_en: string }
export interface Me {
  user: { id: number; login: string; name: string; role: Role; department: Department | null; extension: string; language: Language };
  can: string[];
  build: string;
  company: string;
}

export type ClockKind = 'acknowledgement' | 'first_response' | 'callback' | 'follow_up' | 'progress_update' | 'dispatch' | 'resolution' | 'final_response' | 'pool_hold' | 'review_action';
export interface Clock {
  id: number; kind: ClockKind; state: 'running' | 'paused' | 'met' | 'breached' | 'cancelled';
  started_at: Instant; due_at: Instant | null; warn_at: Instant | null; breached_at: Instant | null; ended_at: Instant | null;
  cycle: number; policy: string; policy_version: number; calendar: string; budget_kind: string; budget_s: number;
}

export type BannerKind = 'open_complaint' | 'overdue_promise' | 'key_customer' | 'unpaid_balance' | 'do_not_call' | 'repeat_caller';
export type Tier = 'standard' | 'silver' | 'gold' | 'key';
export interface CustomerCard {
  id: number; kind: 'person' | 'company'; name: string; tier: Tier; language: string;
  numbers: { number: string; label: string }[];
  email: string; address: string; product: string; provisional: boolean; do_not_call: boolean; potential: number | null; contact_from: string | null; contact_until: string | null; unpaid_balance_cents: number;
  created_at: Instant; version: number; open_cases: number; calls: number; visits: number; calls_30d: number;
  banner: { kind: BannerKind; count: number }[];
  /** How many further records are merged into this one. */
  merged_records?: number;
  /** Whose customer this is; null: nobody's yet. */
  account?: { state: 'held' | 'pooled'; owner: UserRef | null; since: Instant; due_at: Instant | null } | null;
}

export type CaseState = 'open' | 'dispatched' | 'waiting_for_customer' | 'escalated' | 'resolved' | 'closed';
export interface CaseRow {
  id: number; number: string; kind: string; state: CaseState; category: string; category_zh: string; category_en: string;
  severity: number; customer: { id: number; name: string; tier: Tier; number: string };
  owner: UserRef; handler: UserRef | null; department: Department | null; escalation_level: number; opened_at: Instant;
  product: string; clock: Clock | null; overdue: boolean; to_verify: boolean; version: number;
}
export interface SearchMatch { field: 'number' | 'name' | 'pinyin' | 'email' | 'product' | 'text' | 'resolution' | 'customer'; before: string; hit: string; after: string }
export interface SearchResult {
  customers: { customer: CustomerCard; match: SearchMatch }[];
  cases: { case: CaseRow; match: SearchMatch }[];
  took_ms: number;
}
export type CaseAction =
  | 'dispatch' | 'accept' | 'return' | 'answer' | 'resolve' | 'close' | 'reopen' | 'reassign' | 'hand_over' | 'escalate' | 'note' | 'pause' | 'edit'
  | 'chase' | 'dispute' | 'settle' | 'extend' | 'answer_extension' | 'verify';
export interface Dispatch {
  id: number; department: Department; state: 'sent' | 'accepted' | 'returned' | 'answered' | 'cancelled'; note: string;
  by: UserRef | null; at: Instant; accepted_by: UserRef | null; accepted_at: Instant | null; return_reason: string;
  suggested_department: Department | null; answer: string; ended_at: Instant | null; due_at: Instant | null;
  may_return: boolean; return_until: Instant | null; chases: number; chased_at: Instant | null; chase_again_at: Instant | null;
  disputed_at: Instant | null; disputed_by: UserRef | null; dispute_reason: string; dispute_settled_at: Instant | null;
  extension_until: Instant | null; extension_by: UserRef | null; extension_reason: string;
}
export interface Case extends CaseRow {
  text: string; channel: string; language: string; cycle: number; reach_number: string; told_at: Instant | null; told_how: string;
  resolution: string; resolved_at: Instant | null; closed_at: Instant | null; hand_over_to: UserRef | null; hand_over_reason: string;
  repeat_of: string; clocks: Clock[]; dispatches: Dispatch[]; callbacks: Callback[];
  ownership: { owner: UserRef; previous_owner: UserRef | null; how: string; reason: string; by: UserRef | null; at: Instant }[];
  alerts: Alert[]; pause: { reason: string; from_at: Instant; planned_until: Instant } | null;
  can: Partial<Record<CaseAction, boolean>>;
}

export type Outcome = 'reached' | 'no_answer' | 'busy' | 'wrong_number' | 'refused';
export type Caller = 'owner' | 'department';

export interface Callback {
  id: number; kind: 'promised' | 'abandoned' | 'follow_up' | 'neglected'; case_number: string | null;
  category_zh: string | null; category_en: string | null;
  customer: { id: number; name: string; tier: Tier }; number: string; caller: Caller;
  user: UserRef | null; department: Department | null; contact_from: string | null; contact_until: string | null; window_from: Instant; due_at: Instant;
  state: 'open' | 'kept' | 'exhausted' | 'cancelled'; attempts: number; next_try_at: Instant | null; overdue: boolean;
  promised_at: Instant; tries: { number: number; by: UserRef | null; at: Instant; outcome: Outcome | 'failed'; note: string }[];
  last_text: string; version: number; satisfied: boolean | null; score: number | null; ended_at: Instant | null; ended_why: string;
}
export interface Alert {
  id: number; clock_id: number; customer_id: number | null; review_action_id: number | null; title: string; case_number: string; customer_name: string; category_zh: string; category_en: string;
  clock_kind: ClockKind; step: string; role: string; needs_acknowledgement: boolean; due_at: Instant; fired_at: Instant;
  acknowledged_at: Instant | null; acknowledged_by: UserRef | null; channels: { channel: string; state: string }[];
  department_code: string | null; recipient?: UserRef;
}
export interface HistoryEntry {
  id: number; at: Instant; kind: string; actor: UserRef | null; acting_for: UserRef | null; source: string;
  case_number: string | null; interaction_id: number | null; data: Record<string, unknown>;
}

export type Presence = 'available' | 'offered' | 'talking' | 'wrap_up' | 'break' | 'offline' | 'not_responding';
export interface Desk {
  user: UserRef; presence: Presence; reason: string; since: Instant; wrap_up_until: Instant | null; wrap_up_limit: Instant | null;
  /** Of the shift that this person is in; near its end only their own customers ring them. */
  shift_until: Instant | null; last_calls_from: Instant | null;
  interaction_id: number | null; version: number;
}
export interface Call {
  interaction_id: number; state: 'waiting' | 'offered' | 'talking' | 'held' | 'in_hand' | 'ended'; direction: 'inbound' | 'outbound'; number: string;
  customer_id: number | null; customer_name: string; queue_code: string; answered_at: Instant | null;
  callback_id: number | null; case_number: string | null;
  /** Has hung up and keeps the place in line: answering the offer calls the customer. */
  virtual_hold?: boolean;
  /** call, or how it was written: web, email, api. */
  channel: string;
  /** Who talks with the customer, or is rung for him. */
  agent: UserRef | null;
  transfer: Transfer | null;
  recording: CallRecording | null;
}
/** What is being recorded of a call now. `silent`: nothing is while the customer is on hold. */
export interface CallRecording { id: number; state: 'starting' | 'recording' | 'paused'; silent: boolean; may_pause: boolean; paused_until: Instant | null }
/** A recorded part of a call. */
export interface Recording {
  id: number; interaction_id: number; customer_id: number; part: number; state: 'starting' | 'recording' | 'paused' | 'ended' | 'kept' | 'lost' | 'deleted';
  agent: UserRef | null; began_at: Instant; ended_at: Instant | null; keep_until: Instant | null; hold_reason: string; seconds: number; bytes: number;
  deleted_at: Instant | null; deleted_why: '' | 'retention' | 'erased'; may_hear: boolean; may_hold: boolean;
}
/** The newest transfer of a call; one that has ended says what came of it. */
export interface Transfer {
  from: UserRef; to: UserRef | null; queue_code: string; how: 'blind' | 'consult';
  state: 'ringing' | 'returning' | 'consulting' | 'colleague_waits' | 'conference' | 'ended'; note: string; ended_why: string; began_at: Instant;
}
export interface TransferTargets {
  colleagues: { user: UserRef; presence: Presence; reason: string; extension: string; skills: string[]; languages: string[]; since: Instant | null; can_be_rung: boolean }[];
  queues: { code: string; name_zh: string; name_en: string; waiting: number; ready: number; closed: boolean; opens_at: Instant | null }[];
}
export interface Pop {
  customer: CustomerCard; open_cases: CaseRow[]; overdue: Callback[]; suggested_case: CaseRow | null;
  timeline: HistoryEntry[]; number: string; queue_code: string; call: Call;
  /** Who else has the caller's number. */
  other_callers?: { id: number; name: string }[];
}
export interface Offer { id: number; token: string; interaction_id: number; expires_at: Instant; reason: string }
/** Something written that I have taken and not done yet. */
export interface InHand { interaction_id: number; channel: string; enqueued_at: Instant; case: CaseRow }
export interface DeskAnswer {
  desk: Desk; offer: Offer | null; pop: Pop | null; call: Call | null; in_hand: InHand[];
  my_cases: CaseRow[]; callbacks: Callback[]; alerts: Alert[];
}

export interface Category {
  code: string; parent?: string; path_zh?: string; path_en?: string; name_zh: string; name_en: string; initials: string; department_code: string;
  default_severity: number; default_callback: string; kind: string;
}
export interface Named { code: string; zh: string; en: string }
export interface Reference {
  categories: Category[]; departments: Department[]; queues: { code: string; name_zh: string; name_en: string; recording?: 'off' | 'on' | 'on_request'; wrap_up_mode?: 'timed' | 'by_hand' | 'optional' }[];
  users: { id: number; name: string; role: Role; department_code: string | null }[];
  break_reasons: Named[]; pause_reasons: Named[]; callback_choices: (Named & { at: Instant })[];
  category_groups?: { code: string; parent: string; name_zh: string; name_en: string }[];
  remedies?: Named[]; root_causes?: Named[]; regulators?: Named[];
  server_now: Instant; calendar: string; offices?: string[];
  /** What a queue can ask of a person. */
  skills?: string[];
}
export interface InboxRow {
  case: CaseRow; dispatch_id: number; dispatch_state: string; text: string; callback: Callback | null; alerts: Alert[];
  accept_by: Instant | null; dispatch: Dispatch;
}
export interface Inbox {
  department: Department; to_accept: InboxRow[]; to_call: InboxRow[]; done: InboxRow[];
  counts: { to_accept: number; to_call: number; done: number; review_actions: number };
}
export interface Wallboard {
  now: Instant;
  queues: { code: string; name_zh: string; name_en: string; waiting: number; longest_wait_s: number; talking: number; written: number;
    answered_today: number; abandoned_today: number; service_level: number | null }[];
  agents: { user: UserRef; presence: Presence; reason: string; since: Instant; extension: string; in_hand: number; cases_open: number;
    cases_overdue: number; call: Call | null; listeners: { user: UserRef; mode: 'listen' | 'whisper' }[] }[];
  cases: { open: number; due_soon: number; overdue: number; registered_today: number };
  callbacks: { open: number; overdue: number };
  review_actions: { open: number; overdue: number };
}
export interface Page<T> { items: T[]; next: string | null }

export interface Intake {
  kind?: string; interaction_id?: number; customer_id?: number; customer?: { name: string; number: string };
  category: string; text: string; severity?: number; product?: string;
  callback?: { choice?: string; at?: string; caller?: Caller; customer_asked?: boolean }; department?: string; number?: string; channel?: string; received_at?: Instant;
}

export type FeedMessage =
  | { type: 'hello'; build: string; server_now: Instant; seq: number }
  | { type: 'reset'; seq: number }
  | { type: 'event'; seq: number; kind: string; id: number; number?: string; version: number }
  | { type: 'ring'; seq: number; offer: Offer; pop: Pop }
  | { type: 'ring_end'; seq: number; offer_id: number; reason: string }
  | { type: 'call'; seq: number; call: Call }
  | { type: 'desk'; seq: number; desk: Desk }
  | { type: 'status'; database: boolean; telephony: boolean; redis: boolean }
  | { type: 'pong' };
