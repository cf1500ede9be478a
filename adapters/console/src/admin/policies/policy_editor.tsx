// SPDX-License-Identifier: Apache-2.0
// One policy: its names, its conditions, its clocks.
import { Plus, Trash2 } from 'lucide-react';
import { useReference } from '../../api/queries';
import { named } from '../../format';
import { BudgetField, SelectField, TextField, Toggles } from './fields';
import { arrivals, caseKinds, channels, clockKindsOf, type ConditionKey, conditionsOf, inScope, type Ladder, type Policy, type PolicyClock, replaced, type Scope, scopes, tiers, without } from './model';
import type { NamedCalendar } from './queries';
import { useRuleWords } from './words';

interface Props { policy: Policy; ladders: Ladder[]; calendars: NamedCalendar[]; onChange(policy: Policy): void }

export function PolicyEditor({ policy, ladders, calendars, onChange }: Props) {
  const { t, language, value } = useRuleWords();
  const scope = policy.scope ?? 'cases';
  const clockKinds = clockKindsOf[scope];
  const spare: PolicyClock = { kind: '', budget: '4h working', calendar: policy.clock[0]?.calendar ?? calendars[0]?.code ?? '', ladder: policy.clock[0]?.ladder ?? ladders[0]?.code ?? '' };
  const used = policy.clock.map((clock) => clock.kind);
  const free = clockKinds.find((kind) => !used.includes(kind));
  const change = (at: number, clock: PolicyClock) => onChange({ ...policy, clock: replaced(policy.clock, at, clock) });
  return (
    <div className="flex flex-col gap-4 p-3">
      <div className="grid grid-cols-3 gap-2">
        <TextField label={t('policies.name_zh')} value={policy.name_zh} onChange={(name_zh) => onChange({ ...policy, name_zh })} />
        <TextField label={t('policies.name_en')} value={policy.name_en} onChange={(name_en) => onChange({ ...policy, name_en })} />
        <TextField label={t('policies.code')} mono value={policy.code} onChange={(code) => onChange({ ...policy, code })} />
      </div>
      <SelectField label={t('policies.scope')} value={scope} choices={scopes.map((each) => ({ value: each, label: t(`policy_scope.${each}`) }))} onChange={(next) => onChange(inScope(policy, next as Scope, spare))} />
      <section aria-labelledby="policy-when">
        <h3 id="policy-when" className="text-[15px] mb-1">{t('policies.when')}</h3>
        <p className="text-muted text-[13px] mb-2">{t('policies.when_hint')}</p>
        <Conditions policy={policy} onChange={onChange} />
      </section>
      <section aria-labelledby="policy-clocks">
        <div className="flex items-center justify-between mb-1">
          <h3 id="policy-clocks" className="text-[15px]">{t('policies.clocks')}</h3>
          <button
            type="button" className="btn btn-small" disabled={!free}
            onClick={() => free && onChange({ ...policy, clock: [...policy.clock, { ...spare, kind: free }] })}
          ><Plus aria-hidden="true" size={15} />{t('policies.add_clock')}</button>
        </div>
        <ul className="flex flex-col gap-2">
          {policy.clock.map((clock, at) => {
            const name = t(`clock_kind.${clock.kind}`);
            return (
              <li key={clock.kind} className="border border-line rounded-md p-2 grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] gap-x-2 gap-y-1.5 items-end" data-clock={clock.kind}>
                <SelectField hidden label={`${name}: ${t('policies.clock_kind')}`} value={clock.kind} choices={clockKinds.filter((kind) => kind === clock.kind || !used.includes(kind)).map((kind) => ({ value: kind, label: t(`clock_kind.${kind}`) }))} onChange={(kind) => change(at, { ...clock, kind })} />
                <BudgetField label={`${name}: ${t('policies.budget')}`} value={clock.budget} onChange={(budget) => change(at, { ...clock, budget })} />
                <button type="button" className="btn btn-small btn-icon" aria-label={t('policies.remove_clock', { name })} onClick={() => onChange({ ...policy, clock: without(policy.clock, at) })}><Trash2 aria-hidden="true" size={15} /></button>
                <SelectField hidden label={`${name}: ${t('policies.calendar')}`} value={clock.calendar} choices={calendars.map((row) => ({ value: row.code, label: named(row, language) }))} onChange={(calendar) => change(at, { ...clock, calendar })} />
                <SelectField hidden label={`${name}: ${t('policies.ladder')}`} value={clock.ladder} choices={ladders.map((row) => ({ value: row.code, label: named(row, language) }))} onChange={(ladder) => change(at, { ...clock, ladder })} />
                <span />
                <label className="flex items-center gap-2 text-[14px] col-start-1">
                  <input type="checkbox" className="size-4" checked={clock.out_of_hours !== undefined} onChange={(event) => {
                    const { out_of_hours, ...plain } = clock;
                    change(at, event.target.checked ? { ...plain, out_of_hours: out_of_hours ?? clock.budget } : plain);
                  }} />
                  {t('policies.out_of_hours')}
                </label>
                {clock.out_of_hours !== undefined && <BudgetField label={`${name}: ${t('policies.out_of_hours')}`} value={clock.out_of_hours} onChange={(out_of_hours) => change(at, { ...clock, out_of_hours })} />}
              </li>
            );
          })}
        </ul>
        {policy.clock.length === 0 && <p className="error">{t('policies.no_clock')}</p>}
      </section>
      <p className="text-muted text-[13px]">{t('policies.callback_hint', { callback: value('clocks', t('clock_kind.callback')) })}</p>
    </div>
  );
}

function Conditions({ policy, onChange }: { policy: Policy; onChange(policy: Policy): void }) {
  const { t, language, value } = useRuleWords();
  const reference = useReference().data;
  const when = policy.when ?? {};
  const allowed = conditionsOf[policy.scope ?? 'cases'];
  const set = (key: ConditionKey, values: (string | number)[]) => onChange({ ...policy, when: { ...when, [key]: values } });
  const words = (key: ConditionKey, list: readonly (string | number)[]) => list.map((each) => ({ value: each, label: value(key, each) }));
  const simple: [ConditionKey, { value: string | number; label: string }[]][] = [
    ['kinds', words('kinds', caseKinds)],
    ['severities', words('severities', [1, 2, 3, 4])],
    ['tiers', words('tiers', tiers)],
    ['channels', words('channels', channels)],
    ['arrivals', words('arrivals', arrivals)],
    ['offices', words('offices', reference?.offices ?? [])],
  ];
  const chosen = when.categories ?? [];
  const others = (reference?.categories ?? []).filter((row) => !chosen.includes(row.code));
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1.5 items-start">
      {simple.filter(([key, choices]) => allowed.includes(key) && (choices.length > 0 || (when[key]?.length ?? 0) > 0)).map(([key, choices]) => (
        <div key={key} className="contents" data-condition={key}>
          <dt className="text-muted text-[14px] pt-1 whitespace-nowrap">{t(`condition.${key}`)}</dt>
          <dd><Toggles label={t(`condition.${key}`)} values={when[key] ?? []} choices={choices} onChange={(values) => set(key, values)} /></dd>
        </div>
      ))}
      {allowed.includes('categories') && (
        <div className="contents" data-condition="categories">
          <dt className="text-muted text-[14px] pt-1 whitespace-nowrap">{t('condition.categories')}</dt>
          <dd className="flex gap-1 flex-wrap items-center">
            <Toggles label={t('condition.categories')} values={chosen} choices={words('categories', chosen)} onChange={(values) => set('categories', values)} />
            <select className="field w-auto! min-h-[28px]! py-0! text-[13px]" aria-label={t('policies.add_category')} value="" onChange={(event) => event.target.value !== '' && set('categories', [...chosen, event.target.value])}>
              <option value="">{t('policies.add_category')}</option>
              {others.map((row) => <option key={row.code} value={row.code}>{named(row, language)}</option>)}
            </select>
          </dd>
        </div>
      )}
    </dl>
  );
}
