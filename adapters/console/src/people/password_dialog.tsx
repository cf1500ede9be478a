// SPDX-License-Identifier: Apache-2.0
// One's own password: the one there is, and the one that is to be. Other consoles of the same person are
// signed out; this one goes on.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { CommandDialog } from '../ui/dialog';
import { LineField } from '../ui/fields';
import { notify } from '../ui/toasts';

const shortest = 12;

export function PasswordDialog({ login, onClose }: { login: string; onClose(): void }) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const type = shown ? 'text' : 'password';
  const change = useMutation({
    mutationFn: () => post<unknown>('me/password', { current, password }),
    onSuccess: () => {
      notify({ kind: 'done', text: t('password.changed') });
      onClose();
    },
  });
  return (
    <CommandDialog title={t('password.title')} command={change} ready={current !== '' && password.length >= shortest} confirm={t('action.save')} onConfirm={() => change.mutate()} onClose={onClose}>
      <input type="text" autoComplete="username" value={login} readOnly hidden />
      <LineField id="password-current" label={t('password.current')} star type={type} autoComplete="current-password" value={current} onChange={setCurrent} />
      <LineField id="password-new" label={t('password.new')} star type={type} autoComplete="new-password" value={password} onChange={setPassword} aria-describedby="password-hint">
        <p id="password-hint" className="text-muted text-[13px] mt-1">{t('password.hint', { count: shortest })}</p>
      </LineField>
      <label className="flex items-center gap-2 min-h-8">
        <input type="checkbox" className="size-5 accent-(--accent)" checked={shown} onChange={(event) => setShown(event.target.checked)} />
        {t('password.show')}
      </label>
    </CommandDialog>
  );
}
