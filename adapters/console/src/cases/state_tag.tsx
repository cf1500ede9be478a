// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';

const look: Record<string, string> = {
  open: 'bg-accent-soft text-accent-text', dispatched: 'bg-accent-soft text-accent-text', waiting_for_customer: 'bg-quiet-soft text-quiet',
  escalated: 'bg-risk-soft text-risk', resolved: 'bg-ok-soft text-ok', closed: 'bg-quiet-soft text-quiet',
};

/** What the owner must do next goes before the state: the department says that it called, is it so? */
export function StateTag({ state, level = 0, toVerify = false }: { state: string; level?: number; toVerify?: boolean }) {
  const { t } = useTranslation();
  if (toVerify) return <span className="tag bg-warn-soft text-warn">{t('case.to_verify')}</span>;
  return <span className={`tag ${look[state] ?? ''}`}>{t(`case_state.${state}`)}{state === 'escalated' && level > 0 && ` ${level}`}</span>;
}
