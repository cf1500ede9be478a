// SPDX-License-Identifier: Apache-2.0
// The intake. Keyboard path: the short code and Enter choose the category and move on to the words,
// Ctrl+Enter registers. Everything else has a default.
import { Star } from 'lucide-react';
import { type RefObject, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, post } from '../api/client';
import { submit } from '../api/outbox';
import { queryClient, useReference } from '../api/queries';
import type { Case, Pop, Reference } from '../api/types';
import { IntakeRepeat } from '../complaints/intake_repeat';
import { AskedField, ContactHours } from '../customers/contact_hours';
import { localInput, named, phone, timeOf, wordOf } from '../format';
import { serverNow } from '../feed/state';
import { KeyCap } from '../keys/key_cap';
import { useCombo } from '../keys/own_keys';
import { useKeys } from '../keys/use_keys';
import { useMe } from '../session';
import { usePromise } from '../sla/use_promise';
import { ChipField, ChipGroup } from '../ui/chip_group';
import { Combobox } from '../ui/combobox';
import { CallerField, ChoiceField, LineField, WordsField } from '../ui/fields';
import { ErrorLine } from '../ui/states';
import { notify } from '../ui/toasts';
import { type Draft, rememberRegistered, saveDraft, useDrafts } from './drafts';
import { channels, chosen, pickTime, receivedAtMostMs, reduceIntake, shortChoices, startIntake, toIntake } from './intake_state';
import { PopBanners } from './pop_banners';
import { WhoIsCalling } from './who_is_calling';
import { WrapUpStrip } from './wrap_up_strip';

interface Props {
  pop: Pop;
  draftKey: string;
  interactionId: number | null;
  categoryRef: RefObject<HTMLInputElement | null>;
  onRegistered(number: string | null): void;
  /** Puts an intake without a call aside; its draft stays. */
  onLeave: (() => void) | null;
}

const nothing: Reference = {
  categories: [], departments: [], queues: [], users: [], break_reasons: [], pause_reasons: [], callback_choices: [], server_now: '', calendar: '',
};

export function Intake({ pop, draftKey, interactionId, categoryRef, onRegistered, onLeave }: Props) {
  const { t, i18n } = useTranslation();
  const when = usePromise();
  const registerKey = useCombo('register');
  const language = i18n.language;
  const me = useMe();
  const reference = useReference().data ?? nothing;
  const draft = useDrafts((drafts) => drafts.entries[draftKey]);
  const [state, send] = useReducer(reduceIntake, undefined, () => useDrafts.getState().entries[draftKey]?.intake ?? startIntake(pop));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [wrong, setWrong] = useState('');
  const [repeats, setRepeats] = useState(true);
  const text = useRef<HTMLTextAreaElement>(null);
  const callbacks = useRef<HTMLDivElement>(null);
  const now = chosen(state, reference);
  const { customer } = pop;
  const unknown = customer.provisional || customer.name === '';

  // Saved on every change; the first state is what the pop brought and is not worth a draft.
  const started = useRef(state);
  useEffect(() => {
    if (state === started.current) return;
    const kept: Draft = {
      key: draftKey, intake: state, customer_id: customer.id, customer_name: state.name || customer.name, number: pop.number, interaction_id: interactionId, saved_at: Date.now(),
    };
    saveDraft(kept);
  }, [state, draftKey, customer.id, customer.name, pop.number, interactionId]);

  const options = useMemo(
    () => reference.categories.map((category) => {
      const department = reference.departments.find((entry) => entry.code === category.department_code);
      return {
        value: category.code, label: named(category, language), hint: [language === 'en' ? category.path_en : category.path_zh, named(department, language)].filter(Boolean).join(' · '), code: category.initials || category.code,
        search: [category.code, category.name_zh, category.name_en, ...category.name_en.split(/\s+/), category.path_zh ?? '', category.path_en ?? ''],
      };
    }),
    [reference, language],
  );

  const fail = (field: string, cause: unknown) => {
    setWrong(field);
    setError(cause);
    const target: Record<string, HTMLElement | null> = { category: categoryRef.current, text: text.current };
    (target[field] ?? document.getElementById(`intake-${field}`))?.focus();
  };
  const register = async () => {
    if (busy) return;
    const check = toIntake(state, reference, { interaction_id: interactionId, customer_id: customer.id > 0 ? customer.id : null, provisional: unknown, number: pop.number, now: serverNow() });
    if (!check.ok) return fail(check.field, null);
    setBusy(true);
    setWrong('');
    setError(null);
    try {
      const label = state.name || customer.name || phone(pop.number);
      const sent = await submit<Case>('cases', check.body, label, draftKey);
      if (sent.state === 'done') {
        rememberRegistered(draftKey, sent.answer.number);
        // The engine has linked what it found; who took the complaint in knows better.
        if (!repeats && sent.answer.repeat_of !== '') await post(`cases/${sent.answer.number}/repeat`, {});
        notify({ kind: 'done', text: t('intake.registered', { number: sent.answer.number }) });
        queryClient.setQueryData(['case', sent.answer.number], sent.answer);
        void queryClient.invalidateQueries({ queryKey: ['desk'] });
        onRegistered(sent.answer.number);
      } else {
        saveDraft({ key: draftKey, intake: state, customer_id: customer.id, customer_name: label, number: pop.number, interaction_id: interactionId, saved_at: Date.now(), kept: true });
        onRegistered(null);
      }
    } catch (cause) {
      fail(cause instanceof ApiError ? cause.field : '', cause);
    } finally {
      setBusy(false);
    }
  };
  const suggested = pop.suggested_case;
  const canAdd = suggested !== null && interactionId !== null;
  const addToCase = async () => {
    if (!suggested || busy || interactionId === null) return;
    setBusy(true);
    try {
      await post(`cases/${suggested.number}/contact`, { interaction_id: interactionId, text: state.text.trim() });
      rememberRegistered(draftKey, suggested.number);
      notify({ kind: 'done', text: t('intake.added', { number: suggested.number }) });
      void queryClient.invalidateQueries({ queryKey: ['case', suggested.number] });
      onRegistered(suggested.number);
    } catch (cause) {
      fail('', cause);
    } finally {
      setBusy(false);
    }
  };
  useKeys({
    register: () => void register(),
    add_to_case: () => (canAdd ? void addToCase() : false),
    callback: () => callbacks.current?.querySelector<HTMLElement>('[role="radio"][tabindex="0"]')?.focus(),
  });

  const choices = [
    ...shortChoices(reference.callback_choices, now.callback, serverNow()).map((choice) => ({ value: choice.code, label: wordOf(choice, language) })),
    { value: pickTime, label: t('intake.pick'), digit: '5' },
  ];
  const promised = reference.callback_choices.find((choice) => choice.code === now.callback);
  const repeat = customer.calls_30d;
  return (
    <section className="panel" data-pane="middle" tabIndex={-1} aria-label={t('intake.title')}>
      <div className="flex-1 min-h-0 overflow-auto px-3 pt-3 pb-2 flex flex-col gap-2 scroll-pb-16">
        <div className="flex items-center justify-between gap-2">
          <h1 className="text-lg leading-tight">{t('intake.title')}</h1>
          {repeat > 1 && <span className="tag bg-warn-soft text-warn">{t('intake.repeat', { count: repeat })}</span>}
        </div>
        <WrapUpStrip />
        <WhoIsCalling pop={pop} />
        <PopBanners pop={pop} canAdd={canAdd} busy={busy} onAdd={() => void addToCase()} />
        {unknown && <LineField id="intake-name" label={t('intake.name')} value={state.name} onChange={(next) => send({ do: 'set', field: 'name', value: next })} placeholder={t('intake.name_hint')} autoComplete="off" />}
        <div className="grid grid-cols-2 gap-3 max-[900px]:grid-cols-1">
          <div>
            <label className="label" htmlFor="intake-category">{t('intake.category')}<span aria-hidden="true"> *</span></label>
            <Combobox
              id="intake-category" label={t('intake.category')} inputRef={categoryRef} options={options} value={state.category} placeholder={t('intake.category_hint')} empty={t('intake.no_category')}
              invalid={wrong === 'category'} describedBy={wrong === 'category' ? 'intake-category-error' : undefined}
              onPick={(code) => send({ do: 'category', code })} onDone={() => text.current?.focus()}
            />
            {wrong === 'category' && <p id="intake-category-error" className="error" role="alert">{t('intake.need_category')}</p>}
          </div>
          <LineField id="intake-product" label={t('intake.product')} value={state.product} onChange={(next) => send({ do: 'set', field: 'product', value: next })} autoComplete="off" />
        </div>
        {interactionId === null && (
          <div className="grid grid-cols-2 gap-3 max-[900px]:grid-cols-1">
            <ChoiceField id="intake-channel" label={t('intake.channel')} value={state.channel ?? ''} empty={t('channel.call')} onChange={(code) => send({ do: 'channel', channel: channels.find((channel) => channel === code) ?? '' })}>
              {channels.map((channel) => <option key={channel} value={channel}>{t(`channel.${channel}`)}</option>)}
            </ChoiceField>
            <LineField
              id="intake-received_at" label={t('intake.received_at')} type="datetime-local" min={localInput(serverNow() - receivedAtMostMs)} max={localInput(serverNow())} value={state.received_at ?? ''}
              onChange={(next) => send({ do: 'set', field: 'received_at', value: next })} aria-invalid={wrong === 'received_at' || undefined} aria-describedby="intake-received_at-hint"
            >
              {wrong === 'received_at' ? <p id="intake-received_at-hint" className="error" role="alert">{t('intake.wrong_received_at')}</p> : <p id="intake-received_at-hint" className="text-[13px] text-muted mt-1">{t('intake.received_at_hint')}</p>}
            </LineField>
          </div>
        )}
        <WordsField
          id="intake-text" label={t('intake.text')} star value={state.text} onChange={(next) => send({ do: 'set', field: 'text', value: next })}
          ref={text} className="field min-h-[84px] block resize-y" aria-required="true" aria-invalid={wrong === 'text' || undefined} aria-describedby="intake-text-hint"
        >
          {wrong === 'text' ? <p id="intake-text-hint" className="error" role="alert">{t('intake.need_text')}</p> : <p id="intake-text-hint" className="text-[13px] text-muted mt-1">{t('intake.text_hint', { key: registerKey })}</p>}
        </WordsField>
        {now.category?.kind === 'complaint' && <IntakeRepeat customer={customer.id} category={state.category} product={state.product.trim()} linked={repeats} onChange={setRepeats} />}
        <ChipField label={t('intake.severity')} value={now.severity} choices={[1, 2, 3, 4].map((value) => ({ value, label: t(`severity.${value}`) }))} onChange={(value) => send({ do: 'severity', value })} />
        <div>
          <div className="label">
            {t('intake.callback')}<KeyCap id="callback" />
            {promised && <span className="font-normal">{t('intake.promised_at', { at: when(promised.at) })}{customer.contact_from !== null && t('intake.promised_then')}</span>}
            {promised && <ContactHours of={customer} />}
          </div>
          <div className="flex flex-wrap gap-2 items-center">
            <ChipGroup
              label={t('intake.callback')} groupRef={callbacks} value={now.callback} choices={choices}
              onChange={(choice) => {
                send({ do: 'callback', choice });
                if (choice === pickTime && state.callback_at === '') send({ do: 'set', field: 'callback_at', value: localInput(serverNow() + 3_600_000) });
              }}
            />
            {now.callback === pickTime && (
              <input
                id="intake-callback_at" type="datetime-local" className="field w-auto!" aria-label={t('intake.pick_label')} min={localInput(serverNow())} value={state.callback_at}
                onChange={(event) => send({ do: 'set', field: 'callback_at', value: event.target.value })}
              />
            )}
          </div>
          {now.callback === pickTime && <AskedField of={customer} id="intake-asked" asked={state.customer_asked ?? false} onAsked={(asked) => send({ do: 'asked', asked })} />}
        </div>
        <div className={`grid ${now.caller ? 'grid-cols-[minmax(0,4fr)_minmax(0,4fr)_minmax(0,5fr)]' : 'grid-cols-2'} gap-3 max-[900px]:grid-cols-1`}>
          <div>
            <div className="label">{t('case.owner')}</div>
            <div className="field-read" title={me.user.name}><Star aria-hidden="true" size={16} /><span className="truncate">{t('intake.owner_me')}</span></div>
          </div>
          <ChoiceField id="intake-department" label={t('case.department')} value={now.department} onChange={(code) => send({ do: 'department', code })}>
            {now.department === '' && <option value="">—</option>}
            {reference.departments.map((department) => <option key={department.code} value={department.code}>{named(department, language)}</option>)}
          </ChoiceField>
          {now.caller && <CallerField id="intake-caller" value={now.caller} onChange={(caller) => send({ do: 'caller', caller })} />}
        </div>
        <ErrorLine error={wrong === 'received_at' ? null : error} />
      </div>
      <footer className="flex items-center gap-3 px-3 py-2.5 border-t border-line">
        <span className="text-[13px] text-muted flex-1 truncate" role="status">{draft ? t('intake.draft_saved', { at: timeOf(draft.saved_at) }) : t('intake.draft_auto')}</span>
        {onLeave && <button type="button" className="btn" onClick={onLeave}>{t('intake.aside')}</button>}
        <button type="button" className="btn btn-primary" disabled={busy} onClick={() => void register()}>
          {busy ? t('state.saving') : t('intake.register')}<KeyCap id="register" />
        </button>
      </footer>
    </section>
  );
}
