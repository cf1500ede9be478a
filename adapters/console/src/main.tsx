// SPDX-License-Identifier: Apache-2.0
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { queryClient } from './api/queries';
import { speak } from './i18n';
import { installKeys } from './keys/registry';
import { router } from './router';
import { resumeSession, useSession } from './session';
import { applySettings } from './settings';
import { SignInPage } from './shell/sign_in';
import './styles.css';

applySettings();
installKeys();
void resumeSession();
await speak();

function App() {
  const { t, i18n } = useTranslation();
  const state = useSession((session) => session.state);
  useEffect(() => {
    document.title = t('app.name');
  }, [t, i18n.language]);
  useEffect(() => {
    if (state === 'out') queryClient.clear();
    if (state !== 'unreachable') return;
    const timer = setInterval(() => void resumeSession(), 3000);
    return () => clearInterval(timer);
  }, [state]);
  if (state === 'unknown') return null;
  if (state === 'unreachable') return <main className="h-full grid place-items-center" role="status">{t('error.unreachable')}</main>;
  if (state === 'out') return <SignInPage />;
  return <RouterProvider router={router} />;
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
