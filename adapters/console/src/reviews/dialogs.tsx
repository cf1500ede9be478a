// SPDX-License-Identifier: Apache-2.0
// Agree on an action, change it, and end it: each asks for the few words it needs.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import { serverNow } from '../feed/state';
import { localInput, named } from '../format';
import { CommandDialog } from '../ui/dialog';
import { ChoiceField, LineField, PersonField, WordsField } from '../ui/fields';
import { agree, cancelAction, changeAction, finishAction, type ReviewAction, useAsk } from './queries';

interface Done { onClose(): void; onDone(action: ReviewAction): void }

/** A week from now, at six: what a review usually gives. */
const nextWeek = (): string => `${localInput(serverNow() + 7 * 86_400_000).slice(0, 11)}18:00`;

export function AgreeDialog({ onClose, onDone }: Done) {
  const { t, i18n } = useTranslation();
  const reference = useReference().data;
  const [form, setForm] = useState({ title: '', text: '', department: '', assignee: '', case_number: '', due_at: nextWeek() });
  const set = (part: Partial<typeof form>) => setForm((old) => ({ ...old, ...part }));
  const save = useAsk(() => agree({
    title: form.title.trim(), text: form.text.trim(), due_at: new Date(form.due_at).toISOString(),
    ...(form.department === '' ? {} : { department: form.department }), ...(form.assignee === '' ? {} : { assignee: Number(form.assignee) }),
    ...(form.case_number.trim() === '' ? {} : { case_number: form.case_number.trim() }),
  }), onDone);
  const ready = form.title.trim() !== '' && form.due_at !== '' && (form.department !== '' || form.assignee !== '');
  return (
    <CommandDialog title={t('reviews.agree')} command={save} ready={ready} onConfirm={() => save.mutate(undefined)} onClose={onClose}>
      <LineField id="action-title" label={t('reviews.what')} star required maxLength={150} value={form.title} onChange={(title) => set({ title })} />
      <WordsField id="action-text" label={t('reviews.text')} value={form.text} onChange={(text) => set({ text })} />
      <div className="grid grid-cols-2 gap-3">
        <ChoiceField id="action-department" label={t('reviews.department')} value={form.department} empty={t('reviews.no_department')} onChange={(department) => set({ department })}>
          {(reference?.departments ?? []).map((row) => <option key={row.code} value={row.code}>{named(row, i18n.language)}</option>)}
        </ChoiceField>
        <Assignee value={form.assignee} department={form.department} onChange={(assignee) => set({ assignee })} />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <Day value={form.due_at} onChange={(due_at) => set({ due_at })} />
        <LineField id="action-case" label={t('reviews.case')} maxLength={150} value={form.case_number} onChange={(case_number) => set({ case_number })} />
      </div>
      <p className="text-[13px] text-muted">{t('reviews.whose_hint')}</p>
    </CommandDialog>
  );
}

export function ChangeDialog({ action, onClose, onDone }: Done & { action: ReviewAction }) {
  const { t } = useTranslation();
  const [form, setForm] = useState({ title: action.title, text: action.text, assignee: String(action.assignee?.id ?? ''), due_at: localInput(Date.parse(action.due_at)), reason: '' });
  const set = (part: Partial<typeof form>) => setForm((old) => ({ ...old, ...part }));
  const moved = form.due_at !== localInput(Date.parse(action.due_at));
  const other = form.assignee !== String(action.assignee?.id ?? '');
  const save = useAsk(() => changeAction(action, {
    title: form.title.trim(), text: form.text.trim(), reason: form.reason.trim(),
    ...(other ? { assignee: Number(form.assignee || 0) } : {}), ...(moved ? { due_at: new Date(form.due_at).toISOString() } : {}),
  }), onDone);
  return (
    <CommandDialog title={t('reviews.change')} command={save} ready={form.title.trim() !== '' && form.due_at !== '' && form.reason.trim() !== ''} confirm={t('action.save')} onConfirm={() => save.mutate(undefined)} onClose={onClose}>
      <LineField id="action-title" label={t('reviews.what')} star required maxLength={150} value={form.title} onChange={(title) => set({ title })} />
      <WordsField id="action-text" label={t('reviews.text')} value={form.text} onChange={(text) => set({ text })} />
      <div className="grid grid-cols-2 gap-3">
        <Day value={form.due_at} onChange={(due_at) => set({ due_at })} />
        <Assignee value={form.assignee} department={action.department?.code ?? ''} onChange={(assignee) => set({ assignee })} />
      </div>
      <LineField id="action-reason" label={t('reviews.change_reason')} star required maxLength={150} value={form.reason} onChange={(reason) => set({ reason })} />
    </CommandDialog>
  );
}

/** Done with a result, or given up with a reason. */
export function EndDialog({ action, how, onClose, onDone }: Done & { action: ReviewAction; how: 'done' | 'cancelled' }) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const save = useAsk(() => (how === 'done' ? finishAction : cancelAction)(action, words.trim()), onDone);
  return (
    <CommandDialog title={`${t(`reviews.${how === 'done' ? 'finish' : 'cancel'}`)} · ${action.title}`} command={save} ready={words.trim() !== ''} confirm={t(`reviews.${how === 'done' ? 'finish' : 'cancel'}`)} onConfirm={() => save.mutate(undefined)} onClose={onClose}>
      <WordsField id="action-end" label={t(`reviews.${how === 'done' ? 'result' : 'cancel_reason'}`)} star required value={words} onChange={setWords} />
    </CommandDialog>
  );
}

function Day({ value, onChange }: { value: string; onChange(value: string): void }) {
  const { t } = useTranslation();
  return <LineField id="action-due" label={t('reviews.due')} star required value={value} onChange={onChange} type="datetime-local" min={localInput(serverNow())} />;
}

/** The department's people come first. */
function Assignee({ value, department, onChange }: { value: string; department: string; onChange(value: string): void }) {
  const { t } = useTranslation();
  const users = [...(useReference().data?.users ?? [])].sort((a, b) => Number(b.department_code === department) - Number(a.department_code === department));
  return <PersonField id="action-assignee" label={t('reviews.assignee')} people={users} value={value} empty={t('reviews.liaisons')} onChange={onChange} />;
}
