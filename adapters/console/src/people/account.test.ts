// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { type Account, changesOf, formOf, mistakeIn, newAccount } from './account';

const account: Account = {
  id: 16, login: 'back1', name: '后线', role: 'back_line', department: null, department_head: false, office: 'beijing', extension: '1031', email: 'b@example.cn',
  language: 'zh', skills: ['general'], languages: ['zh'], escalation_level: 2, locked_at: null, created_at: '2026-01-01T00:00:00Z', version: 4, changes: [],
};

test('only what was changed is sent, without blanks around it', () => {
  const before = formOf(account);
  expect(changesOf(before, before)).toEqual({});
  expect(changesOf({ ...before, name: ' 后线甲 ', skills: ['general', 'english'] }, before)).toEqual({ name: '后线甲', skills: ['general', 'english'] });
  expect(changesOf({ ...before, locked: true }, before)).toEqual({ locked: true });
});

test('a level goes only with the back line', () => {
  const before = formOf(account);
  expect(changesOf({ ...before, escalation_level: 3 }, before)).toEqual({ escalation_level: 3 });
  expect(changesOf({ ...before, role: 'agent', escalation_level: 3 }, before)).toEqual({ role: 'agent' });
});

test('a liaison and a head need their department before anything is sent', () => {
  const form = { ...newAccount, login: 'zhao', name: '赵一' };
  expect(mistakeIn(form)).toBeNull();
  expect(mistakeIn({ ...form, role: 'liaison' })?.field).toBe('department');
  expect(mistakeIn({ ...form, department_head: true })?.field).toBe('department');
  expect(mistakeIn({ ...form, role: 'liaison', department: 'repair' })).toBeNull();
  expect(mistakeIn({ ...form, name: ' ' })?.field).toBe('name');
});
