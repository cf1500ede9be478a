// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';

const look: Record<string, string> = {
  open: 'bg-accent-soft text-accent-text', dispatched: 'bg-accent-soft text-accent-text', waiting_for_customer: 'bg-quiet-soft text-quiet',
  escalated: 'bg-risk-soft text-risk', resolved: 'bg-ok-soft text-ok', closed: 'bg-quiet-soft text-quiet',
};

export function StateTag({ state, level = 0 }: { state: string; level?: number }) {
  const { t } = useTranslation();
  return <span className={`tag ${look[state] ?? ''}`}>{t(`case_state.${state}`)}{state === 'escalated' && level > 0 && ` ${level}`}</span>;
}
