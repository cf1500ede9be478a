// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog';
import { SignInForm } from './sign_in';

/** The page stays as it is behind this; whatever was typed is still there afterwards. */
export function SignInAgain({ login, onDone }: { login: string; onDone(): void }) {
  const { t } = useTranslation();
  return (
    <Dialog open title={t('sign_in.expired')}>
      <p className="text-muted mb-3">{t('sign_in.expired_hint')}</p>
      <SignInForm login={login} onDone={onDone} />
    </Dialog>
  );
}
