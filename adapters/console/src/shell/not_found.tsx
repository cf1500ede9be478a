// SPDX-License-Identifier: Apache-2.0
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../ui/states';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className="panel h-full">
      <Empty title={t('state.not_found')}><Link to="/" className="btn">{t('action.home')}</Link></Empty>
    </div>
  );
}
