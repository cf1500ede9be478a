// SPDX-License-Identifier: Apache-2.0
// The intake form as a pure reducer. Defaults do the work: null means "as the category says".
import type { Caller, Category, Intake, Pop, Reference } from '../api/types';

export interface IntakeState {
  name: string;
  category: string;
  product: string;
  text: string;
  severity: number | null;
  callback: string | null;
  callback_at: string;
  department: string | null;
  /** Who calls the customer; a draft of an older console has none. */
  caller?: Caller | null;
  /** When the customer said it and how, for what did not come by a call now. */
  received_at?: string;
  channel?: '' | Channel;
  /** For this very time, whatever the contact hours say. */
  customer_asked?: boolean;
}

export const emptyIntake: IntakeState = {
  name: '', category: '', product: '', text: '', severity: null, callback: null, callback_at: '', department: null, caller: null, received_at: '', channel: '', customer_asked: false,
};

/** How something comes in that somebody writes down later; '' is a call, as usual. */
export const channels = ['email', 'walk_in', 'field_visit'] as const;
export type Channel = (typeof channels)[number];
/** The engine takes nothing older. */
export const receivedAtMostMs = 366 * 24 * 3_600_000;

/** The choice that opens a date field. */
export const pickTime = 'pick';

export type IntakeAction =
  | { do: 'category'; code: string }
  | { do: 'set'; field: 'name' | 'product' | 'text' | 'callback_at' | 'received_at'; value: string }
  | { do: 'channel'; channel: '' | Channel }
  | { do: 'severity'; value: number }
  | { do: 'callback'; choice: string }
  | { do: 'department'; code: string }
  | { do: 'caller'; caller: Caller }
  | { do: 'asked'; asked: boolean }
  | { do: 'replace'; state: IntakeState };

export function reduceIntake(state: IntakeState, action: IntakeAction): IntakeState {
  switch (action.do) {
    case 'category':
      // Another category brings its own defaults; what the person chose by hand stays.
      return { ...state, category: action.code };
    case 'set':
      return { ...state, [action.field]: action.value };
    case 'channel':
      return { ...state, channel: action.channel };
    case 'severity':
      return { ...state, severity: action.value };
    case 'callback':
      return { ...state, callback: action.choice };
    case 'department':
      return { ...state, department: action.code };
    case 'caller':
      return { ...state, caller: action.caller };
    case 'asked':
      return { ...state, customer_asked: action.asked };
    case 'replace':
      return action.state;
  }
}

export function startIntake(pop: Pop): IntakeState {
  return { ...emptyIntake, product: pop.customer.product, name: pop.customer.provisional ? pop.customer.name : '' };
}

export interface Chosen {
  category: Category | undefined; severity: number; callback: string; department: string;
  /** Null while the work stays with the owner: then nobody else can call. */
  caller: Caller | null;
}

/** What would be registered now, with the category's defaults filled in. */
export function chosen(state: IntakeState, reference: Pick<Reference, 'categories'>): Chosen {
  const category = reference.categories.find((entry) => entry.code === state.category);
  const department = state.department ?? category?.department_code ?? '';
  // A complaint goes to the department of its category; an inquiry only where it is sent.
  const goesOut = department !== '' && (category?.kind === 'complaint' || department !== category?.department_code);
  return {
    category,
    severity: state.severity ?? category?.default_severity ?? 2,
    callback: state.callback ?? category?.default_callback ?? '',
    department,
    caller: goesOut ? (state.caller ?? 'department') : null,
  };
}

export type IntakeCheck = { ok: true; body: Intake } | { ok: false; field: 'name' | 'category' | 'text' | 'callback_at' | 'received_at' };

export interface IntakeContext { interaction_id: number | null; customer_id: number | null; provisional: boolean; number: string; now?: number }

export function toIntake(state: IntakeState, reference: Pick<Reference, 'categories'>, context: IntakeContext): IntakeCheck {
  const now = chosen(state, reference);
  if (!now.category) return { ok: false, field: 'category' };
  if (state.text.trim() === '') return { ok: false, field: 'text' };
  const body: Intake = { category: now.category.code, text: state.text.trim(), severity: now.severity };
  if (now.category.kind) body.kind = now.category.kind;
  if (context.interaction_id !== null) body.interaction_id = context.interaction_id;
  if (context.interaction_id === null) {
    if (state.channel) body.channel = state.channel;
    if (state.received_at) {
      const at = Date.parse(state.received_at);
      const nowMs = context.now ?? Date.now();
      if (!(at <= nowMs && at > nowMs - receivedAtMostMs)) return { ok: false, field: 'received_at' };
      body.received_at = new Date(at).toISOString();
    }
  }
  if (context.customer_id !== null) body.customer_id = context.customer_id;
  if (context.provisional && state.name.trim() !== '') body.customer = { name: state.name.trim(), number: context.number };
  if (state.product.trim() !== '') body.product = state.product.trim();
  if (context.number !== '' && !context.number.includes('*')) body.number = context.number;
  if (state.department !== null && state.department !== now.category.department_code) body.department = state.department;
  if (now.callback === pickTime) {
    const at = Date.parse(state.callback_at);
    if (Number.isNaN(at)) return { ok: false, field: 'callback_at' };
    body.callback = { at: new Date(at).toISOString(), ...(state.customer_asked ? { customer_asked: true } : {}) };
  } else if (now.callback !== '') {
    body.callback = { choice: now.callback };
  }
  if (now.caller && state.caller) body.callback = { ...body.callback, caller: now.caller };
  return { ok: true, body };
}

/**
 * The four chips before "pick": spread over what the company offers, never one that is past, always with the
 * chosen one. They keep their places between categories, so the digits stay in the fingers.
 */
export function shortChoices<T extends { code: string; at: string }>(all: T[], wanted: string, nowMs: number): T[] {
  const usable = all.filter((choice) => choice.code === wanted || !(Date.parse(choice.at) <= nowMs));
  const places = 4;
  if (usable.length <= places) return usable;
  const at = Array.from({ length: places }, (_, index) => Math.round((index * (usable.length - 1)) / (places - 1)));
  const needed = usable.findIndex((choice) => choice.code === wanted);
  if (needed >= 0 && !at.includes(needed)) {
    const nearest = at.reduce((best, place, index) => (Math.abs(place - needed) < Math.abs(at[best]! - needed) ? index : best), 0);
    at[nearest] = needed;
  }
  return at.sort((a, b) => a - b).map((index) => usable[index]!);
}
