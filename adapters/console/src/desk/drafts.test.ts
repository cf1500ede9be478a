// SPDX-License-Identifier: Apache-2.0
import { beforeEach, expect, it, vi } from 'vitest';
import { type Draft, dropDraft, loadDrafts, saveDraft, useDrafts } from './drafts';
import { emptyIntake } from './intake_state';

const draft = (key: string, text: string, at = 1): Draft => ({ key, intake: { ...emptyIntake, text }, customer_id: 1, customer_name: '', number: '', interaction_id: null, saved_at: at });
beforeEach(() => {
  localStorage.clear();
  useDrafts.setState({ user: 0, entries: {} });
  loadDrafts(1);
});

it('keeps what each of two tabs is writing', async () => {
  vi.resetModules();
  const other = await import('./drafts');
  other.loadDrafts(1);
  saveDraft(draft('m1', 'here'));
  other.saveDraft(draft('m2', 'there'));
  saveDraft(draft('m1', 'here again', 2));
  window.dispatchEvent(new StorageEvent('storage', { key: 'firsthand.drafts.1' }));
  expect(Object.values(useDrafts.getState().entries).map((each) => each.intake.text).sort()).toEqual(['here again', 'there']);
  dropDraft('m1');
  window.dispatchEvent(new StorageEvent('storage', { key: 'firsthand.drafts.1' }));
  expect(Object.keys(other.useDrafts.getState().entries)).toEqual(['m2']);
});
