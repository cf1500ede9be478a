// SPDX-License-Identifier: Apache-2.0
// Every mistake of a rule document that was refused, each with its place, in the reader's language. A code that
// this console does not know yet, because the engine is newer, is told in the engine's own words.
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import { ErrorLine } from '../ui/states';

interface Mistake { path: string; line: number; code: string; values: Record<string, string>; message: string }

/** The words of a mistake; values that are words themselves are told as the rules' screens call them. */
export function useMistakeText(): (mistake: Mistake) => string {
  const { t, i18n } = useTranslation();
  const named = (name: string, value: string) => {
    if (name === 'scope' && i18n.exists(`policy_scope.${value}`)) return t(`policy_scope.${value}`);
    if (name === 'clock' && i18n.exists(`clock_kind.${value}`)) return t(`clock_kind.${value}`);
    return value;
  };
  return (mistake) =>
    i18n.exists(`rule_mistake.${mistake.code}`)
      ? t(`rule_mistake.${mistake.code}`, Object.fromEntries(Object.entries(mistake.values).map(([name, value]) => [name, named(name, value)])))
      : mistake.message;
}

export function RuleErrors({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const text = useMistakeText();
  const list = error instanceof ApiError && Array.isArray(error.body.errors) ? (error.body.errors as Mistake[]) : [];
  if (list.length === 0) return <ErrorLine error={error} />;
  return (
    <div role="alert" className="error">
      <ul className="flex flex-col gap-0.5 max-h-40 overflow-auto">
        {list.slice(0, 50).map((mistake, index) => (
          <li key={index}>{mistake.line > 0 && <code className="mr-2">{t('policies.line', { line: mistake.line })}</code>}{mistake.path !== '' && <code className="mr-2">{mistake.path}</code>}{text(mistake)}</li>
        ))}
      </ul>
    </div>
  );
}
