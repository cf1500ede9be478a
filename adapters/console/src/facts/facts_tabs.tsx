// SPDX-License-Identifier: Apache-2.0
// The screens of other systems' data are one entry of the navigation.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function FactsTabs() {
  const { t } = useTranslation();
  return (
    <nav className="flex gap-1.5" aria-label={t('facts.tabs')}>
      {(['imports', 'reconciliation', 'neglected'] as const).map((each) => (
        <Link key={each} to={`/${each}`} className="tab" activeProps={{ 'aria-current': 'page', className: 'font-bold bg-accent-soft' }}>{t(`facts_tab.${each}`)}</Link>
      ))}
    </nav>
  );
}
