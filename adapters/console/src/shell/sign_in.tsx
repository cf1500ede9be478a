// SPDX-License-Identifier: Apache-2.0
import { Languages, Moon, Sun } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn } from '../session';
import { changeSettings, useSettings } from '../settings';
import { useErrorText } from '../ui/states';
import { ApiError } from '../api/client';

export function SignInForm({ login, onDone }: { login?: string; onDone(): void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError('');
    try {
      await signIn(String(form.get('login')).trim(), String(form.get('password')));
      onDone();
    } catch (cause) {
      const wrong = cause instanceof ApiError && cause.status === 401;
      setError(wrong ? t('sign_in.wrong') : errorText(cause));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div>
        <label className="label" htmlFor="login">{t('sign_in.login')}</label>
        <input id="login" name="login" className="field" autoComplete="username" autoCapitalize="none" spellCheck={false} required autoFocus={!login} defaultValue={login} readOnly={!!login} />
      </div>
      <div>
        <label className="label" htmlFor="password">{t('sign_in.password')}</label>
        <input id="password" name="password" type="password" className="field" autoComplete="current-password" required autoFocus={!!login} />
      </div>
      <p role="alert" className="error min-h-5">{error}</p>
      <button type="submit" className="btn btn-primary min-h-10" disabled={busy}>{busy ? t('sign_in.busy') : t('sign_in.submit')}</button>
    </form>
  );
}

export function SignInPage() {
  const { t } = useTranslation();
  return (
    <main className="h-full flex flex-col items-center justify-center p-4 gap-4">
      <div className="panel w-full max-w-96 p-6">
        <div className="flex items-center gap-3 mb-5">
          <img src="/favicon.svg" alt="" width={36} height={36} />
          <div>
            <h1 className="text-xl leading-tight">{t('app.name')}</h1>
            <p className="text-muted text-[13px]">{t('sign_in.hint')}</p>
          </div>
        </div>
        <SignInForm onDone={() => undefined} />
      </div>
      <div className="flex gap-2">
        <LanguageButton />
        <ThemeButton />
      </div>
    </main>
  );
}

export function LanguageButton() {
  const { i18n } = useTranslation();
  const next = i18n.language === 'en' ? 'zh' : 'en';
  return (
    <button type="button" className="btn" lang={next === 'zh' ? 'zh-CN' : 'en'} onClick={() => changeSettings({ language: next })}>
      <Languages aria-hidden="true" size={17} />
      {next === 'zh' ? '中文' : 'English'}
    </button>
  );
}

export function ThemeButton() {
  const { t } = useTranslation();
  const theme = useSettings((settings) => settings.theme);
  const next = theme === 'dark' ? 'light' : 'dark';
  return (
    <button type="button" className="btn btn-icon" aria-label={t(`theme.${next}`)} title={t(`theme.${next}`)} onClick={() => changeSettings({ theme: next })}>
      {theme === 'dark' ? <Sun aria-hidden="true" size={17} /> : <Moon aria-hidden="true" size={17} />}
    </button>
  );
}
