// SPDX-License-Identifier: Apache-2.0
// Every mistake of a rule document that was refused, each with its place.
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import { ErrorLine } from '../ui/states';

interface Mistake { path: string; line: number; message: string }

export function RuleErrors({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const list = error instanceof ApiError && Array.isArray(error.body.errors) ? (error.body.errors as Mistake[]) : [];
  if (list.length === 0) return <ErrorLine error={error} />;
  return (
    <div role="alert" className="error">
      <ul className="flex flex-col gap-0.5 max-h-40 overflow-auto">
        {list.slice(0, 50).map((mistake, index) => (
          <li key={index}>{mistake.line > 0 && <code className="mr-2">{t('policies.line', { line: mistake.line })}</code>}{mistake.path !== '' && <code className="mr-2">{mistake.path}</code>}{mistake.message}</li>
        ))}
      </ul>
    </div>
  );
}
