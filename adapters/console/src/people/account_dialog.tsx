// SPDX-License-Identifier: Apache-2.0
// The administrator makes an account or changes one. A password that was made here is shown once, and only
// then: closing its dialog is the end of it.
import { Link } from '@tanstack/react-router';
import { Copy, KeyRound } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import { useReference } from '../api/queries';
import { named, stamp } from '../format';
import { useMe } from '../session';
import { ChipField } from '../ui/chip_group';
import { CommandDialog, Dialog, DialogForm } from '../ui/dialog';
import { ChoiceField, LineField } from '../ui/fields';
import { type FieldErrors, useFieldErrors } from '../ui/field_errors';
import { Loaded } from '../ui/states';
import { notify } from '../ui/toasts';
import { type Account, type AccountChange, accountFields, type AccountForm, changesOf, formOf, mistakeIn, newAccount, roles, useAccount, useAccountCommands, useOffices } from './account';

export function NewAccountDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { create } = useAccountCommands();
  const [form, setForm] = useState(newAccount);
  const [missing, setMissing] = useState<ApiError | null>(null);
  const errors = useFieldErrors('account', accountFields, missing ?? create.error);
  if (create.data) return <PasswordDialog name={create.data.user.name} login={create.data.user.login} password={create.data.password} onClose={onClose} />;
  const save = () => {
    const wrong = mistakenly(form);
    setMissing(wrong);
    if (!wrong) create.mutate({ ...form, login: form.login.trim(), name: form.name.trim(), email: form.email.trim(), extension: form.extension.trim() });
  };
  return (
    <CommandDialog title={t('account_form.new')} wide command={create} error={errors.rest} confirm={t('account_form.create')} onConfirm={save} onClose={onClose}>
      <Fields form={form} errors={errors} onChange={setForm} />
      <p className="text-muted text-[13px]">{t('account_form.password_hint')}</p>
    </CommandDialog>
  );
}

export function EditAccountDialog({ id, onClose }: { id: number; onClose(): void }) {
  const { t } = useTranslation();
  const account = useAccount(id);
  const [resetting, setResetting] = useState(false);
  if (account.data && resetting) return <ResetDialog account={account.data} onClose={onClose} />;
  return (
    <Dialog open wide title={t('account_form.edit', { name: account.data?.name ?? '' })} onClose={onClose}>
      <Loaded of={account} rows={8}>{(found) => <Edit key={found.id} account={found} onReset={() => setResetting(true)} onClose={onClose} />}</Loaded>
    </Dialog>
  );
}

function Edit({ account, onReset, onClose }: { account: Account; onReset(): void; onClose(): void }) {
  const { t } = useTranslation();
  const me = useMe().user.id;
  const { edit } = useAccountCommands();
  // What the person saw when the dialog opened; a later look must not move it under their hands.
  const [base, setBase] = useState(account);
  const [form, setForm] = useState(() => formOf(account));
  const [missing, setMissing] = useState<ApiError | null>(null);
  const current = edit.error instanceof ApiError && edit.error.status === 412 ? (edit.error.body.current as Account) : null;
  const errors = useFieldErrors('account', accountFields, missing ?? (current ? null : edit.error));
  const changes = changesOf(form, formOf(base));
  const save = () => {
    const wrong = mistakenly(form);
    setMissing(wrong);
    if (wrong) return;
    edit.mutate({ id: base.id, version: base.version, changes }, { onSuccess: (saved) => { notify({ kind: 'done', text: t('account_form.saved', { name: saved.name }) }); onClose(); } });
  };
  const takeTheirs = () => {
    if (!current) return;
    setBase(current);
    setForm(formOf(current));
    edit.reset();
  };
  return (
    <DialogForm busy={edit.isPending} ready={current === null && Object.keys(changes).length > 0} error={errors.rest} confirm={t('action.save')} onConfirm={save} onCancel={onClose}>
      <Fields form={form} errors={errors} onChange={setForm} />
      <div>
        <label className="flex items-center gap-2 min-h-8">
          <input id="account-locked" type="checkbox" className="size-5 accent-(--accent)" checked={form.locked} disabled={base.id === me} onChange={(event) => setForm({ ...form, locked: event.target.checked })} {...errors.input('locked')} />
          {t('account_form.locked')}
        </label>
        {errors.under('locked')}
        {errors.wrong('locked') && edit.error instanceof ApiError && edit.error.code === 'still_owns' && (
          <Link to="/people/departure" search={{ user: base.id }} className="underline font-semibold">{t('account_form.to_departure', { name: base.name })}</Link>
        )}
      </div>
      {current && (
        <div role="alert" className="banner bg-warn-soft text-warn">
          {t('error.version_mismatch')}
          <button type="button" className="btn btn-small text-ink" onClick={takeTheirs}>{t('account_form.take_theirs')}</button>
        </div>
      )}
      <div className="flex items-start gap-4 flex-wrap">
        {base.id !== me && <button type="button" className="btn btn-small" onClick={onReset}><KeyRound aria-hidden="true" size={14} />{t('account_form.reset')}</button>}
        <Changes changes={account.changes} />
      </div>
    </DialogForm>
  );
}

const mistakenly = (form: AccountForm): ApiError | null => {
  const wrong = mistakeIn(form);
  return wrong && new ApiError(422, wrong.code, wrong.field);
};

function Fields({ form, errors, onChange }: { form: AccountForm; errors: FieldErrors<keyof AccountForm>; onChange(form: AccountForm): void }) {
  const { t, i18n } = useTranslation();
  const reference = useReference().data;
  const offices = useOffices().data?.items ?? [];
  const set = <F extends keyof AccountForm>(field: F, value: AccountForm[F]) => onChange({ ...form, [field]: value });
  const line = (field: 'login' | 'name' | 'extension' | 'email', star = false) => (
    <LineField id={`account-${field}`} label={t(`account_form.${field}`)} star={star} value={form[field]} onChange={(value) => set(field, value)} type={field === 'email' ? 'email' : 'text'} autoComplete="off" {...errors.input(field)}>
      {errors.under(field)}
    </LineField>
  );
  return (
    <div className="grid grid-cols-3 gap-x-4 gap-y-2 max-[900px]:grid-cols-1">
      {line('login', true)}{line('name', true)}
      <div>
        <ChoiceField id="account-role" label={t('account_form.role')} star value={form.role} onChange={(role) => set('role', role as AccountForm['role'])} {...errors.input('role')}>
          {roles.map((role) => <option key={role} value={role}>{t(`role.${role}`)}</option>)}
        </ChoiceField>
        {errors.under('role')}
      </div>
      <div>
        <ChoiceField id="account-department" label={t('account_form.department')} star={form.role === 'liaison'} value={form.department} empty={t('account_form.no_department')} onChange={(department) => set('department', department)} {...errors.input('department')}>
          {reference?.departments.map((department) => <option key={department.code} value={department.code}>{named(department, i18n.language)}</option>)}
        </ChoiceField>
        {errors.under('department')}
        <label className="flex items-center gap-2 min-h-8">
          <input id="account-department_head" type="checkbox" className="size-5 shrink-0 accent-(--accent)" checked={form.department_head} onChange={(event) => set('department_head', event.target.checked)} />
          {t('account_form.department_head')}
        </label>
        {errors.under('department_head')}
      </div>
      <div>
        <ChoiceField id="account-office" label={t('account_form.office')} value={form.office} empty={t('account_form.no_office')} onChange={(office) => set('office', office)} {...errors.input('office')}>
          {offices.map((office) => <option key={office.code} value={office.code}>{office.name}</option>)}
        </ChoiceField>
        {errors.under('office')}
      </div>
      <div>
        {form.role === 'back_line' && (
          <>
            <ChipField label={t('account_form.escalation_level')} value={form.escalation_level} choices={[1, 2, 3].map((value) => ({ value, label: t('account_form.level', { level: value }) }))} onChange={(level) => set('escalation_level', level)} />
            {errors.under('escalation_level')}
          </>
        )}
      </div>
      {line('extension')}{line('email')}
      <div>
        <ChoiceField id="account-language" label={t('account_form.language')} value={form.language} onChange={(language) => set('language', language === 'en' ? 'en' : 'zh')} {...errors.input('language')}>
          {(['zh', 'en'] as const).map((language) => <option key={language} value={language}>{t(`account_language.${language}`)}</option>)}
        </ChoiceField>
        {errors.under('language')}
      </div>
      <Several legend={t('account_form.skills')} error={errors.under('skills')} all={reference?.skills ?? []} chosen={form.skills} nameOf={(skill) => t(`skill.${skill}`, { defaultValue: skill })} onChange={(skills) => set('skills', skills)} />
      <Several legend={t('account_form.languages')} error={errors.under('languages')} all={['zh', 'en']} chosen={form.languages} nameOf={(language) => t(`account_language.${language}`, { defaultValue: language })} onChange={(languages) => set('languages', languages)} />
    </div>
  );
}

/** Any of these; what somebody has already is among them. */
function Several({ legend, error, all, chosen, nameOf, onChange }: { legend: string; error: ReactNode; all: string[]; chosen: string[]; nameOf(code: string): string; onChange(chosen: string[]): void }) {
  const codes = [...new Set([...all, ...chosen])];
  return (
    <fieldset>
      <legend className="label">{legend}</legend>
      <div className="flex flex-wrap gap-x-4">
        {codes.map((code) => (
          <label key={code} className="flex items-center gap-2 min-h-8">
            <input type="checkbox" className="size-5 accent-(--accent)" checked={chosen.includes(code)} onChange={(event) => onChange(event.target.checked ? [...chosen, code] : chosen.filter((other) => other !== code))} />
            {nameOf(code)}
          </label>
        ))}
      </div>
      {error}
    </fieldset>
  );
}

function Changes({ changes }: { changes: AccountChange[] }) {
  const { t, i18n } = useTranslation();
  if (changes.length === 0) return null;
  return (
    <details className="flex-1 min-w-0 text-[14px]">
      <summary className="cursor-pointer font-semibold">{t('account_form.changes', { count: changes.length })}</summary>
      <ul className="max-h-32 overflow-auto mt-1" tabIndex={0}>
        {changes.map((change, index) => (
          <li key={index} className="py-0.5">
            <span className="text-muted">{stamp(change.at)} {change.by?.name ?? t('account_form.command_line')}</span>{' '}
            {t(`account_change.${change.what}`)}
            {change.changed && `: ${Object.keys(change.changed).map((field) => t(`account_form.${field}`)).join(i18n.language === 'en' ? ', ' : '、')}`}
          </li>
        ))}
      </ul>
    </details>
  );
}

function ResetDialog({ account, onClose }: { account: Account; onClose(): void }) {
  const { t } = useTranslation();
  const { reset } = useAccountCommands();
  if (reset.data) return <PasswordDialog name={account.name} login={account.login} password={reset.data.password} onClose={onClose} />;
  return (
    <CommandDialog title={t('account_form.reset_title', { name: account.name })} command={reset} confirm={t('account_form.reset')} onConfirm={() => reset.mutate(account.id)} onClose={onClose}>
      <p>{t('account_form.reset_what')}</p>
    </CommandDialog>
  );
}

/** Not to be dismissed by a slip of the hand: nobody can show it again. */
function PasswordDialog({ name, login, password, onClose }: { name: string; login: string; password: string; onClose(): void }) {
  const { t } = useTranslation();
  const shown = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    shown.current?.select();
    // A console on plain http in a LAN has no clipboard of its own.
    const done = navigator.clipboard ? await navigator.clipboard.writeText(password).then(() => true, () => false) : false;
    setCopied(done || document.execCommand('copy'));
  };
  return (
    <Dialog open title={t('account_form.password_title', { name })} focus={shown}>
      <div className="flex flex-col gap-3">
        <p>{t('account_form.password_once', { login })}</p>
        <div className="flex gap-2 items-end">
          <div className="flex-1">
            <label className="label" htmlFor="account-password">{t('account_form.password')}</label>
            <input id="account-password" ref={shown} className="field font-mono" readOnly value={password} onFocus={(event) => event.target.select()} />
          </div>
          <button type="button" className="btn" onClick={() => void copy()}><Copy aria-hidden="true" size={16} />{copied ? t('account_form.copied') : t('account_form.copy')}</button>
        </div>
        <span className="sr" role="status">{copied && t('account_form.copied')}</span>
        <div className="flex justify-end"><button type="button" className="btn btn-primary" onClick={onClose}>{t('account_form.password_done')}</button></div>
      </div>
    </Dialog>
  );
}
