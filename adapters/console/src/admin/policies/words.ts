// SPDX-License-Identifier: Apache-2.0
// Conditions, budgets and steps as sentences in the language of the screen.
import { useTranslation } from 'react-i18next';
import { useReference } from '../../api/queries';
import { named } from '../../format';
import { budgetParts, conditionKeys, type ConditionKey, type Conditions, type Scope } from './model';

export function useRuleWords() {
  const { t, i18n } = useTranslation();
  const categories = useReference().data?.categories ?? [];
  const joined = (words: string[]) => words.join(i18n.language === 'en' ? ', ' : '、');
  const value = (key: string, of: string | number): string => {
    const text = String(of);
    if (key === 'kinds') return t(`case_kind.${text}`, { defaultValue: text });
    if (key === 'severities') return t(`severity.${text}`, { defaultValue: text });
    if (key === 'tiers') return t(`tier.${text}`, { defaultValue: text });
    if (key === 'channels') return t(`channel.${text}`, { defaultValue: text });
    if (key === 'arrivals') return t(`arrival.${text}`, { defaultValue: text });
    if (key === 'categories') return named(categories.find((row) => row.code === text), i18n.language) || text;
    return text;
  };
  const conditions = (when: Conditions | undefined, scope: Scope = 'cases'): string => {
    const parts = conditionKeys
      .filter((key: ConditionKey) => (when?.[key]?.length ?? 0) > 0)
      .map((key) => `${t(`condition.${key}`)} ${joined(when![key]!.map((of) => value(key, of)))}`);
    const words = parts.length === 0 ? t('policies.all_others') : parts.join(i18n.language === 'en' ? '; ' : '；');
    return scope === 'cases' ? words : `${t(`policy_scope.${scope}`)} · ${words}`;
  };
  const amount = (text: string): string =>
    text.replace(/(\d+)\s*([smhd])/g, (_, number: string, unit: string) => t(`time_unit.${unit}`, { count: Number(number) })).replace(/\s+/g, i18n.language === 'en' ? ' ' : '');
  const budget = (text: string): string => {
    const parts = budgetParts(text);
    if (parts.kind === 'working_days') return t('budget.working_days', { count: Number(parts.amount) || 0 });
    return parts.kind === 'calendar' ? t('budget.calendar', { time: amount(parts.amount) }) : t('budget.working', { time: amount(parts.amount) });
  };
  const stepAt = (at: string): string => {
    if (at === 'due' || at === '100%') return t('step_at.due');
    if (at.endsWith('%')) return t('step_at.percent', { percent: at.slice(0, -1) });
    return at.startsWith('-') ? t('step_at.before', { time: amount(at.slice(1)) }) : t('step_at.after', { time: amount(at.replace(/^\+/, '')) });
  };
  return { t, language: i18n.language, joined, value, conditions, budget, stepAt, categories };
}
