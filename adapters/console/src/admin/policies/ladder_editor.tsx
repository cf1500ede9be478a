// SPDX-License-Identifier: Apache-2.0
// One ladder: who is alerted at which point of a clock's time, how, and what follows when nobody confirms.
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { TextField, Toggles } from './fields';
import { alertChannels, freeCode, type Ladder, moved, recipientRoles, replaced, type Step, without } from './model';
import { useRuleWords } from './words';

export function LadderEditor({ ladder, onChange }: { ladder: Ladder; onChange(ladder: Ladder): void }) {
  const { t, stepAt } = useRuleWords();
  const change = (at: number, step: Step) => onChange({ ...ladder, step: replaced(ladder.step, at, step) });
  const steps = (step: Step[]) => onChange({ ...ladder, step });
  return (
    <div className="flex flex-col gap-4 p-3">
      <div className="grid grid-cols-3 gap-2">
        <TextField label={t('policies.name_zh')} value={ladder.name_zh} onChange={(name_zh) => onChange({ ...ladder, name_zh })} />
        <TextField label={t('policies.name_en')} value={ladder.name_en} onChange={(name_en) => onChange({ ...ladder, name_en })} />
        <TextField label={t('policies.code')} mono value={ladder.code} onChange={(code) => onChange({ ...ladder, code })} />
      </div>
      <div className="flex items-center justify-between">
        <h3 className="text-[15px]">{t('policies.steps')}</h3>
        <button type="button" className="btn btn-small" onClick={() => steps([...ladder.step, { name: freeCode(ladder.step.map((step) => step.name), 'climb'), at: '+1h', recipients: ['supervisor'], channels: ['console', 'email'], needs_acknowledgement: true, if_unacknowledged: true }])}><Plus aria-hidden="true" size={15} />{t('policies.add_step')}</button>
      </div>
      <p className="text-muted text-[13px]">{t('policies.steps_hint')}</p>
      <ol className="flex flex-col gap-2">
        {ladder.step.map((step, at) => {
          const name = step.name;
          return (
            <li key={at} className="border border-line rounded-md p-2 flex flex-col gap-2" data-step={step.name}>
              <div className="grid grid-cols-[minmax(0,1fr)_110px_minmax(0,1.2fr)_auto] gap-2 items-end">
                <TextField label={t('policies.step_name')} mono value={step.name} onChange={(next) => change(at, { ...step, name: next })} />
                <TextField label={t('policies.step_at')} mono value={step.at} onChange={(next) => change(at, { ...step, at: next })} />
                <p className="text-muted text-[14px] pb-2">{stepAt(step.at)}</p>
                <span className="flex gap-1">
                  <button type="button" className="btn btn-small btn-icon" disabled={at === 0} aria-label={t('policies.up', { name })} onClick={() => steps(moved(ladder.step, at, at - 1))}><ArrowUp aria-hidden="true" size={15} /></button>
                  <button type="button" className="btn btn-small btn-icon" disabled={at === ladder.step.length - 1} aria-label={t('policies.down', { name })} onClick={() => steps(moved(ladder.step, at, at + 1))}><ArrowDown aria-hidden="true" size={15} /></button>
                  <button type="button" className="btn btn-small btn-icon" aria-label={t('policies.remove_step', { name })} onClick={() => steps(without(ladder.step, at))}><Trash2 aria-hidden="true" size={15} /></button>
                </span>
              </div>
              <Toggles label={`${name}: ${t('policies.recipients')}`} values={step.recipients} choices={recipientRoles.map((role) => ({ value: role, label: t(`recipient_role.${role}`) }))} onChange={(recipients) => change(at, { ...step, recipients })} />
              <div className="flex gap-x-4 gap-y-1.5 flex-wrap items-center text-[14px]">
                <Toggles label={`${name}: ${t('policies.channels')}`} values={step.channels} choices={alertChannels.map((channel) => ({ value: channel, label: t(`channel.${channel}`), ...(channel === 'console' && { always: t('policies.always_console') }) }))} onChange={(channels) => change(at, { ...step, channels })} />
                <label className="flex items-center gap-2"><input type="checkbox" className="size-4" checked={step.needs_acknowledgement ?? false} onChange={(event) => change(at, { ...step, needs_acknowledgement: event.target.checked })} />{t('policies.needs_acknowledgement')}</label>
                <label className="flex items-center gap-2"><input type="checkbox" className="size-4" checked={step.if_unacknowledged ?? false} onChange={(event) => change(at, { ...step, if_unacknowledged: event.target.checked })} />{t('policies.if_unacknowledged')}</label>
                <label className="flex items-center gap-2">
                  {t('policies.escalate')}
                  <select className="field w-auto! min-h-[28px]! py-0!" aria-label={`${name}: ${t('policies.escalate')}`} value={step.escalate ?? 0} onChange={(event) => change(at, { ...step, escalate: Number(event.target.value) })}>
                    {[0, 1, 2, 3].map((level) => <option key={level} value={level}>{level === 0 ? t('policies.no_escalation') : t('policies.level', { level })}</option>)}
                  </select>
                </label>
              </div>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
