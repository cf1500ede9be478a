// SPDX-License-Identifier: Apache-2.0
// Somebody leaves, in three steps: who, what goes to whom, and the one click that moves everything and
// locks the account. Suggestions come from the engine; each can be changed, for a kind or for one thing.
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { stamp } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { useMe } from '../session';
import { ChoiceField, Field, LineField } from '../ui/fields';
import { ErrorLine, Loaded } from '../ui/states';
import { type Choices, type Departed, type Kind, kinds, type Preview, receiversOf, suggestedChoices, useDeparture, usePeople, usePreview } from './people';

export function DeparturePage() {
  const { t } = useTranslation();
  const { user } = useSearch({ from: '/people/departure' });
  const [step, setStep] = useState<'review' | 'confirm' | 'done'>('review');
  const at = user === undefined ? 0 : step === 'review' ? 1 : 2;
  return (
    <section className="panel h-full" aria-label={t('departure.title')}>
      <header className="flex items-center gap-4 flex-wrap px-4 py-2.5 border-b border-line">
        <h1 className="text-lg">{t('departure.title')}</h1>
        <ol className="flex gap-3 text-[14px]">
          {(['pick', 'review', 'confirm'] as const).map((name, index) => (
            <li key={name} className={index === at ? 'font-bold text-accent-text' : 'text-muted'} aria-current={index === at ? 'step' : undefined}>{index + 1}. {t(`departure.step_${name}`)}</li>
          ))}
        </ol>
      </header>
      {user === undefined ? <Pick /> : <Review key={user} user={user} step={step} onStep={setStep} />}
    </section>
  );
}

function Pick() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe().user.id;
  const people = usePeople();
  const others = (people.data?.items ?? []).filter((person) => person.left_at === null && person.id !== me);
  return (
    <Loaded of={people}>
      <div className="p-4 max-w-xl">
        <ChoiceField id="departure-who" label={t('departure.who')} value="" empty={t('action.choose')} onChange={(id) => void navigate({ to: '/people/departure', search: { user: Number(id) } })}>
          {others.map((person) => <option key={person.id} value={person.id}>{person.name} · {t(`role.${person.role}`)} · {t('departure.carries', { count: person.load.open_cases })}</option>)}
        </ChoiceField>
      </div>
    </Loaded>
  );
}

function Review({ user, step, onStep }: { user: number; step: 'review' | 'confirm' | 'done'; onStep(step: 'review' | 'confirm' | 'done'): void }) {
  const preview = usePreview(user);
  return <Loaded of={preview} rows={8}>{(found) => <Procedure preview={found} step={step} onStep={onStep} />}</Loaded>;
}

function Procedure({ preview, step, onStep }: { preview: Preview; step: 'review' | 'confirm' | 'done'; onStep(step: 'review' | 'confirm' | 'done'): void }) {
  const { t } = useTranslation();
  const [choices, setChoices] = useState<Choices>(() => suggestedChoices(preview));
  const [otherwise, setOtherwise] = useState(preview.otherwise?.user.id ?? 0);
  const [reason, setReason] = useState('');
  const [done, setDone] = useState<Departed | null>(null);
  const depart = useDeparture();
  const nameOf = (id: number) => preview.receivers.find((receiver) => receiver.user.id === id)?.user.name ?? '';
  const receivers = receiversOf(choices);
  const blocked = preview.warnings.some((warning) => warning.code === 'on_a_call' || warning.code === 'last_administrator');
  const ready = otherwise > 0 && reason.trim() !== '' && !blocked;
  const next = () => {
    if (step === 'review' && ready) onStep('confirm');
    if (step === 'confirm' && !depart.isPending) {
      depart.mutate({ user: preview.user.id, otherwise, reason: reason.trim(), receivers }, { onSuccess: (answer) => { setDone(answer); onStep('done'); } });
    }
  };
  useKeys({ confirm: next });
  if (step === 'done' && done) {
    return (
      <div className="m-auto p-6 text-center flex flex-col items-center gap-3" role="status" data-departed={done.id}>
        <CircleCheck aria-hidden="true" size={36} className="text-ok" />
        <p className="font-semibold">{t('departure.done', { name: preview.user.name })}</p>
        <p>{t('departure.counts', { ...done })}</p>
        <p className="text-muted">{t('departure.done_hint')}</p>
        <Link to="/people" className="btn">{t('departure.to_people')}</Link>
      </div>
    );
  }
  return (
    <>
      <div className="flex-1 min-h-0 overflow-auto p-4 flex flex-col gap-4" tabIndex={0} role="group" aria-label={step === 'review' ? t('departure.step_review') : t('departure.step_confirm')}>
        <p className="text-[16px]">{step === 'review' ? t('departure.review', { name: preview.user.name }) : t('departure.confirm', { name: preview.user.name })}</p>
        {preview.warnings.map((warning) => (
          <p key={warning.code} className="banner bg-warn-soft text-warn" data-warning={warning.code}><TriangleAlert aria-hidden="true" size={16} />{t(`departure.warn_${warning.code}`, { names: preview.stands_in.map((absence) => absence.user.name).join('、') })}</p>
        ))}
        {step === 'review' ? (
          <>
            <div className="grid grid-cols-2 gap-4 max-[900px]:grid-cols-1">
              <LineField id="departure-reason" label={t('departure.reason')} star value={reason} onChange={setReason} maxLength={200} />
              <Field id="departure-otherwise" label={t('departure.otherwise')} star>
                <PersonSelect id="departure-otherwise" preview={preview} value={otherwise} onChange={setOtherwise} />
                <p className="text-muted text-[13px] mt-1">{t('departure.otherwise_hint')}</p>
              </Field>
            </div>
            {kinds.filter((kind) => preview[kind].total > 0).map((kind) => (
              <Group key={kind} kind={kind} preview={preview} chosen={choices[kind]} onChoose={(chosen) => setChoices((old) => ({ ...old, [kind]: chosen }))} />
            ))}
            {kinds.every((kind) => preview[kind].total === 0) && <p className="text-muted">{t('departure.nothing')}</p>}
            <Also preview={preview} />
          </>
        ) : (
          <table className="text-left max-w-3xl" data-summary>
            <thead className="text-[13px] text-muted"><tr className="border-b border-line"><th scope="col" className="py-2 pr-4">{t('departure.receiver')}</th>{kinds.map((kind) => <th key={kind} scope="col" className="px-2 py-2 text-right">{t(`departure.kind_${kind}`)}</th>)}</tr></thead>
            <tbody>
              {receivers.map((receiver) => (
                <tr key={receiver.to} className="border-b border-line"><th scope="row" className="py-2 pr-4">{nameOf(receiver.to)}</th>{kinds.map((kind) => <td key={kind} className="px-2 py-2 text-right tabular-nums">{receiver[kind].length}</td>)}</tr>
              ))}
              <tr><th scope="row" className="py-2 pr-4 font-normal text-muted" colSpan={5}>{t('departure.rest_to', { name: nameOf(otherwise) })}</th></tr>
            </tbody>
          </table>
        )}
        <ErrorLine error={depart.error} />
      </div>
      <footer className="flex justify-end gap-2 px-4 py-2.5 border-t border-line">
        {step === 'review' ? <Link to="/people" className="btn">{t('action.cancel')}</Link> : <button type="button" className="btn" onClick={() => onStep('review')}>{t('departure.back')}</button>}
        <button type="button" className={`btn ${step === 'confirm' ? 'btn-danger' : 'btn-primary'}`} disabled={!ready || depart.isPending} onClick={next}>
          {step === 'review' ? t('departure.next') : t('departure.go')}<KeyCap id="confirm" />
        </button>
      </footer>
    </>
  );
}

function PersonSelect({ id, label, preview, value, empty, onChange }: { id?: string; label?: string; preview: Preview; value: number; empty?: string; onChange(to: number): void }) {
  const { t } = useTranslation();
  return (
    <select id={id} aria-label={label} className="field min-h-[34px]!" value={value || ''} onChange={(event) => onChange(Number(event.target.value))}>
      <option value="">{empty ?? t('action.choose')}</option>
      {preview.receivers.map((receiver) => <option key={receiver.user.id} value={receiver.user.id}>{receiver.user.name} · {t(`departure.reason_${receiver.reason}`)} · {t('departure.carries', { count: receiver.load })}</option>)}
    </select>
  );
}

function Group({ kind, preview, chosen, onChoose }: { kind: Kind; preview: Preview; chosen: Record<number, number>; onChoose(chosen: Record<number, number>): void }) {
  const { t } = useTranslation();
  const { items, total } = preview[kind];
  const all = (to: number) => onChoose(to === 0 ? suggestedChoices(preview)[kind] : Object.fromEntries(items.map((item) => [item.id, to])));
  const one = (id: number, to: number) => {
    const { [id]: _, ...others } = chosen;
    onChoose(to === 0 ? others : { ...others, [id]: to });
  };
  return (
    <section className="panel shrink-0" aria-label={t(`departure.kind_${kind}`)} data-kind={kind}>
      <div className="panel-head flex items-center gap-3">
        <h2>{t(`departure.kind_${kind}`)}<span className="ml-2">{total}</span></h2>
        <span className="ml-auto w-80 font-normal"><PersonSelect label={t('departure.all_to', { kind: t(`departure.kind_${kind}`) })} preview={preview} value={0} empty={t('departure.as_suggested')} onChange={all} /></span>
      </div>
      <ul>
        {items.map((item) => (
          <li key={item.id} className="grid grid-cols-[minmax(0,1fr)_20rem] items-center gap-3 px-3 py-1.5 border-b border-line last:border-0" data-item={item.id}>
            <span className="min-w-0 truncate">
              <span className="font-semibold">{item.title || item.customer_name}</span>{' '}
              <span className="text-muted text-[14px]">
                {kind === 'callbacks' ? t(`callback_kind.${item.detail}`) : kind === 'accounts' ? t(`tier.${item.detail}`) : item.detail}
                {item.customer_name !== '' && item.customer_name !== item.title && ` · ${item.customer_name}`}{item.due_at && ` · ${stamp(item.due_at)}`}
              </span>
            </span>
            <PersonSelect label={t('departure.one_to', { title: item.title || item.customer_name })} preview={preview} value={chosen[item.id] ?? 0} empty={t('departure.the_rest')} onChange={(to) => one(item.id, to)} />
          </li>
        ))}
      </ul>
      {total > items.length && <p className="px-3 py-2 text-muted text-[14px]">{t('departure.more', { count: total - items.length })}</p>}
    </section>
  );
}

function Also({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const lines = (['handled', 'dispatches', 'hand_overs'] as const).filter((name) => preview[name] > 0);
  if (lines.length === 0) return null;
  return <ul className="list-disc pl-5 text-muted text-[14px]">{lines.map((name) => <li key={name}>{t(`departure.also_${name}`, { count: preview[name] })}</li>)}</ul>;
}
