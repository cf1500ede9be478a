// SPDX-License-Identifier: Apache-2.0
// "What would this case get?": asked of what is on the screen, saved or not.
import { useQuery } from '@tanstack/react-query';
import { Check, ChevronDown, X } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { post } from '../../api/client';
import { useReference } from '../../api/queries';
import { localInput, named, stamp } from '../../format';
import { Loading } from '../../ui/states';
import { RuleErrors } from '../rule_errors';
import { SelectField } from './fields';
import { channels, type Scope, scopes, tiers } from './model';
import type { NamedCalendar, WhatIf, WhatIfClock } from './queries';
import { useRuleWords } from './words';

/** `unsaved`: the texts of documents that were changed; empty asks the rules in force. */
export function WhatIfPanel({ unsaved, calendars, now }: { unsaved: { body?: string; ladders?: string }; calendars: NamedCalendar[]; now: number }) {
  const { t, language, value, categories } = useRuleWords();
  const offices = useReference().data?.offices ?? [];
  const [asked, setAsked] = useState({ scope: 'cases' as Scope, category: '', severity: '', tier: 'standard', channel: 'call', office: '', arrived_at: localInput(now) });
  const category = asked.category || categories[0]?.code || '';
  const ofCases = asked.scope === 'cases';
  const question = useDeferredValue({
    scope: asked.scope, ...unsaved, ...(asked.scope === 'reviews' ? {} : { tier: asked.tier }), ...(ofCases ? { category, channel: asked.channel } : {}),
    ...(!ofCases || asked.severity === '' ? {} : { severity: Number(asked.severity) }),
    ...(asked.office === '' ? {} : { office: asked.office }),
    ...(Number.isNaN(Date.parse(asked.arrived_at)) ? {} : { arrived_at: new Date(asked.arrived_at).toISOString() }),
  });
  const answer = useQuery({
    queryKey: ['what-if', question], enabled: !ofCases || category !== '', retry: false, placeholderData: (old) => old, gcTime: 60_000,
    queryFn: () => post<WhatIf>('policies/what-if', question),
  });
  const set = (part: Partial<typeof asked>) => setAsked((old) => ({ ...old, ...part }));
  const choices = (key: string, list: readonly (string | number)[]) => list.map((each) => ({ value: String(each), label: value(key, each) }));
  const severity = categories.find((row) => row.code === category)?.default_severity;
  return (
    <section className="panel" aria-label={t('what_if.title')}>
      <h2 className="panel-head">{t('what_if.title')}</h2>
      <div className="grid grid-cols-2 gap-x-2 gap-y-1 p-3 border-b border-line">
        <div className="col-span-2"><SelectField label={t('policies.scope')} value={asked.scope} choices={scopes.map((each) => ({ value: each, label: t(`policy_scope.${each}`) }))} onChange={(scope) => set({ scope: scope as Scope })} /></div>
        {ofCases && <div className="col-span-2"><SelectField label={t('condition.categories')} value={category} choices={categories.map((row) => ({ value: row.code, label: named(row, language) }))} onChange={(next) => set({ category: next })} /></div>}
        {ofCases && <SelectField label={t('condition.severities')} value={asked.severity} choices={[{ value: '', label: severity ? t('what_if.usual', { value: t(`severity.${severity}`) }) : '—' }, ...choices('severities', [1, 2, 3, 4])]} onChange={(next) => set({ severity: next })} />}
        {asked.scope !== 'reviews' && <SelectField label={t('condition.tiers')} value={asked.tier} choices={choices('tiers', tiers)} onChange={(tier) => set({ tier })} />}
        {ofCases && <SelectField label={t('condition.channels')} value={asked.channel} choices={choices('channels', channels)} onChange={(channel) => set({ channel })} />}
        <SelectField label={t('condition.offices')} value={asked.office} choices={[{ value: '', label: t('what_if.no_office') }, ...choices('offices', offices)]} onChange={(office) => set({ office })} />
        <div className="col-span-2">
          <label className="label" htmlFor="what-if-at">{t('what_if.arrived_at')}</label>
          <input id="what-if-at" type="datetime-local" className="field" value={asked.arrived_at} onChange={(event) => set({ arrived_at: event.target.value })} />
        </div>
      </div>
      <div className="flex-1 min-h-0 overflow-auto p-3 flex flex-col gap-3" tabIndex={0} role="group" aria-label={t('what_if.answer')} aria-busy={answer.isFetching}>
        {answer.isPending && <Loading rows={4} />}
        <RuleErrors error={answer.error} />
        {answer.data && !answer.error && <Answer answer={answer.data} calendars={calendars} />}
      </div>
    </section>
  );
}

function Answer({ answer, calendars }: { answer: WhatIf; calendars: NamedCalendar[] }) {
  const { t, language, value, joined } = useRuleWords();
  if (answer.policy === '') return <p className="error">{t('what_if.none')}</p>;
  return (
    <>
      <div>
        <p className="font-bold text-[16px]" data-policy={answer.policy}>{language === 'en' ? answer.name_en : answer.name_zh}</p>
        <p className="text-muted text-[13px]">{t('what_if.version', { code: answer.policy, version: answer.version })} · {t(`arrival.${answer.arrival}`)}</p>
        <ul className="text-[14px] mt-1.5 flex flex-col gap-1">
          {answer.why.map((check) => (
            <li key={check.condition} className="flex gap-1.5 items-baseline"><Check aria-hidden="true" size={14} className="text-ok shrink-0 translate-y-0.5" /><span>{t('what_if.holds', { condition: t(`condition.${check.condition}`), any: joined(check.any_of.map((each) => value(check.condition, each))) })}</span></li>
          ))}
          {answer.why.length === 0 && <li className="text-muted">{t('what_if.no_conditions')}</li>}
        </ul>
        {answer.passed_over.length > 0 && (
          <details className="text-[13.5px] mt-1.5">
            <summary className="text-muted">{t('what_if.passed_over', { count: answer.passed_over.length })}</summary>
            <ul className="mt-1 flex flex-col gap-1">
              {answer.passed_over.map((row) => {
                const failed = row.failed[0];
                return <li key={row.policy} className="flex gap-1.5 items-baseline"><X aria-hidden="true" size={14} className="text-late shrink-0 translate-y-0.5" /><span><code>{row.policy}</code> {failed && t('what_if.fails', { condition: t(`condition.${failed.condition}`), has: value(failed.condition, failed.has) || '—', any: joined(failed.any_of.map((each) => value(failed.condition, each))) })}</span></li>;
              })}
            </ul>
          </details>
        )}
      </div>
      {answer.clocks.map((clock) => <Clock key={clock.kind} clock={clock} calendars={calendars} />)}
    </>
  );
}

function Clock({ clock, calendars }: { clock: WhatIfClock; calendars: NamedCalendar[] }) {
  const { t, language, joined, budget, stepAt } = useRuleWords();
  const calendar = calendars.find((row) => row.code === clock.calendar);
  return (
    <details className="border border-line rounded-md" data-clock={clock.kind}>
      <summary className="px-2.5 py-1.5 flex gap-2 items-baseline list-none">
        <ChevronDown aria-hidden="true" size={14} className="text-muted shrink-0 translate-y-0.5" />
        <span className="font-semibold">{t(`clock_kind.${clock.kind}`)}</span>
        <span className="ml-auto font-semibold whitespace-nowrap">{clock.due_at ? stamp(clock.due_at) : '—'}</span>
      </summary>
      <p className="px-2.5 text-muted text-[13px]">{budget(clock.budget_text)}{clock.out_of_hours && ` (${t('arrival.out_of_hours')})`} · {calendar ? named(calendar, language) : clock.calendar}</p>
      <ol className="px-2.5 pb-2 pt-1 text-[13.5px] flex flex-col gap-1">
        {clock.steps.map((step) => (
          <li key={step.name}>
            <span className="flex gap-2 justify-between"><span className="font-semibold">{stepAt(step.at_text)}</span><span className="whitespace-nowrap">{step.at ? stamp(step.at) : '—'}</span></span>
            <span className="text-muted">{joined(step.recipients.map((reach) => `${t(`recipient_role.${reach.role}`)}${reach.names.length > 0 ? ` ${reach.names.join('/')}` : ''}`))} · {joined(step.channels.map((channel) => t(`channel.${channel}`)))}{step.if_unacknowledged && ` · ${t('policies.if_unacknowledged')}`}{step.escalate > 0 && ` · ${t('policies.level', { level: step.escalate })}`}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
