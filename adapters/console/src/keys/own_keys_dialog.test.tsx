// SPDX-License-Identifier: Apache-2.0
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import i18next, { speak } from '../i18n';
import { changeSettings } from '../settings';
import { comboFor, loadOwnKeys } from './own_keys';
import { OwnKeysDialog } from './own_keys_dialog';
import { bindKey } from './registry';

beforeEach(async () => {
  localStorage.clear();
  changeSettings({ language: 'en' });
  await speak();
  loadOwnKeys(3);
});
afterEach(cleanup);
const row = (id: string) => document.querySelector<HTMLElement>(`[data-key="${id}"]`)!;
const change = (id: string) => within(row(id)).getByRole('button', { name: /Change the key/ });

it('takes the next key for an action, and nothing acts by that press', () => {
  const transfer = vi.fn();
  const unbind = bindKey('transfer', transfer);
  render(<OwnKeysDialog onClose={() => undefined} />);
  fireEvent.click(change('answer'));
  fireEvent.keyDown(window, { key: 'Shift' });
  fireEvent.keyDown(window, { key: 'F7' });
  unbind();
  expect(transfer).not.toHaveBeenCalled();
  expect(within(row('answer')).getByRole('alert').textContent).toBe(i18next.t('own_keys_refused.taken', { key: 'F7', other: 'Transfer the call', where: 'Anywhere' }));
  fireEvent.keyDown(window, { key: 'F9', ctrlKey: true });
  expect(comboFor('answer')).toBe('Ctrl+F9');
  expect(within(row('answer')).getByRole('status').textContent).toContain('Ctrl F9');
  fireEvent.click(within(row('answer')).getByRole('button', { name: /Back to the standard key/ }));
  expect(comboFor('answer')).toBe('F2');
});

it('ends the choice by Escape without closing, and gives all back', () => {
  const close = vi.fn();
  render(<OwnKeysDialog onClose={close} />);
  fireEvent.click(change('panes'));
  fireEvent.keyDown(window, { key: 'Escape' });
  fireEvent.keyDown(window, { key: 'F9', ctrlKey: true });
  expect(comboFor('panes')).toBe('F6');
  expect(close).not.toHaveBeenCalled();
  fireEvent.click(change('panes'));
  fireEvent.keyDown(window, { key: 'F9', ctrlKey: true });
  fireEvent.click(screen.getByRole('button', { name: 'All back to standard' }));
  expect(comboFor('panes')).toBe('F6');
});
