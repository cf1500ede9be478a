// SPDX-License-Identifier: Apache-2.0
// The account of somebody who works here, as the administrator's dialogs edit it.
import { useMutation, useQuery } from '@tanstack/react-query';
import { get, patch, post } from '../api/client';
import { useStale } from '../api/lists';
import type { Department, Instant, Role, UserRef } from '../api/types';

export interface AccountChange { at: Instant; by: UserRef | null; what: string; changed: Record<string, [unknown, unknown]> | null }
export interface Account {
  id: number; login: string; name: string; role: Role; department: Department | null; department_head: boolean; office: string; extension: string; email: string;
  language: 'zh' | 'en'; skills: string[]; languages: string[]; escalation_level: number | null; locked_at: Instant | null; created_at: Instant; version: number;
  changes: AccountChange[];
}

export const roles = ['agent', 'back_line', 'liaison', 'supervisor', 'manager', 'administrator'] as const satisfies readonly Role[];

/** What the form holds; a department and an office by their codes, '' for none. */
export interface AccountForm {
  login: string; name: string; role: Role; department: string; department_head: boolean; office: string; extension: string; email: string;
  language: 'zh' | 'en'; skills: string[]; languages: string[]; escalation_level: number; locked: boolean;
}
export const accountFields = ['login', 'name', 'role', 'department', 'department_head', 'office', 'extension', 'email', 'language', 'skills', 'languages', 'escalation_level', 'locked'] as const satisfies readonly (keyof AccountForm)[];

export const newAccount: AccountForm = {
  login: '', name: '', role: 'agent', department: '', department_head: false, office: '', extension: '', email: '', language: 'zh',
  skills: ['complaint', 'general'], languages: ['zh'], escalation_level: 1, locked: false,
};
export const formOf = (account: Account): AccountForm => ({
  login: account.login, name: account.name, role: account.role, department: account.department?.code ?? '', department_head: account.department_head,
  office: account.office, extension: account.extension, email: account.email, language: account.language, skills: account.skills,
  languages: account.languages, escalation_level: account.escalation_level ?? 1, locked: account.locked_at !== null,
});

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
/** Only what was changed: what somebody else does to another field meanwhile is not undone. A level is the back line's. */
export function changesOf(form: AccountForm, before: AccountForm): Partial<AccountForm> {
  return Object.fromEntries(
    accountFields
      .filter((field) => !same(form[field], before[field]) && (field !== 'escalation_level' || form.role === 'back_line'))
      .map((field) => [field, typeof form[field] === 'string' ? (form[field] as string).trim() : form[field]]),
  );
}

/** What is wrong before anything is sent: the engine's own codes. */
export function mistakeIn(form: AccountForm): { field: keyof AccountForm; code: string } | null {
  if (form.login.trim() === '') return { field: 'login', code: 'required' };
  if (form.name.trim() === '') return { field: 'name', code: 'name_missing' };
  if ((form.role === 'liaison' || form.department_head) && form.department === '') return { field: 'department', code: 'department_missing' };
  return null;
}

export const useAccount = (id: number) => useQuery({ queryKey: ['account-of', id], queryFn: ({ signal }) => get<Account>(`users/${id}`, signal), gcTime: 0 });
export const useOffices = () => useQuery({ queryKey: ['offices'], queryFn: ({ signal }) => get<{ items: { code: string; name: string }[] }>('offices', signal) });

export function useAccountCommands() {
  const stale = useStale('people', 'reference', 'account-of');
  const create = useMutation({
    mutationFn: ({ locked: _, escalation_level, ...form }: AccountForm) =>
      post<{ user: Account; password: string }>('users', { ...form, ...(form.role === 'back_line' ? { escalation_level } : {}) }),
    onSuccess: stale,
  });
  const edit = useMutation({
    mutationFn: (what: { id: number; version: number; changes: Partial<AccountForm> }) => patch<Account>(`users/${what.id}`, what.changes, what.version),
    onSuccess: stale,
  });
  const reset = useMutation({ mutationFn: (id: number) => post<{ password: string }>(`users/${id}/password`), onSuccess: stale });
  return { create, edit, reset };
}
