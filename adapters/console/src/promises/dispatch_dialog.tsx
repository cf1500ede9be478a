// SPDX-License-Identifier: Apache-2.0
// What owner, department and supervisor settle between them about work that is out. One dialog; the verb says
// what is asked for.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { Caller, CaseAction, Dispatch } from '../api/types';
import { useCaseCommand } from '../cases/use_case_command';
import { localInput, named, stamp } from '../format';
import { serverNow } from '../feed/state';
import { CommandDialog } from '../ui/dialog';
import { CallerField, ChoiceField, LineField, WordsField } from '../ui/fields';

export type DispatchVerb = 'chase' | 'dispute' | 'extend' | 'grant' | 'refuse_extension' | 'uphold' | 'refuse_dispute' | 'not_told' | 'forward';

/** The live one, or the last that the department gave back. */
export const liveDispatch = (dispatches: Dispatch[]): Dispatch | undefined => dispatches.find(({ state }) => state === 'sent' || state === 'accepted');

export function dispatchVerbs(dispatch: Dispatch | undefined, can: Partial<Record<CaseAction, boolean>>): DispatchVerb[] {
  const verbs: DispatchVerb[] = [];
  if (dispatch && can.settle) verbs.push('uphold', 'refuse_dispute');
  if (dispatch && can.answer_extension) verbs.push('grant', 'refuse_extension');
  if (dispatch && can.chase) verbs.push('chase');
  if (dispatch && can.extend) verbs.push('extend');
  if (dispatch && can.dispute && !dispatch.may_return && dispatch.dispute_settled_at === null) verbs.push('dispute');
  return verbs;
}

interface Props { verb: DispatchVerb; number: string; dispatch: Dispatch; onClose(): void }

export function DispatchDialog({ verb, number, dispatch, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const departments = useReference().data?.departments ?? [];
  const command = useCaseCommand(number);
  const [text, setText] = useState('');
  const [department, setDepartment] = useState(verb === 'forward' ? (dispatch.suggested_department?.code ?? '') : '');
  // What was returned became the owner's to call; who calls from here on is chosen anew.
  const [caller, setCaller] = useState<Caller>('department');
  const [until, setUntil] = useState(() => localInput(Math.max(serverNow(), Date.parse(dispatch.due_at ?? '') || 0) + 24 * 3_600_000));
  const optional = verb === 'chase' || verb === 'grant' || verb === 'forward';
  const choosesDepartment = verb === 'uphold' || verb === 'forward';
  const ready = (optional || text.trim() !== '') && (verb !== 'forward' || department !== '') && (verb !== 'extend' || until !== '');
  const request = (): { path: string; body: unknown } => {
    const base = `dispatches/${dispatch.id}`;
    const reason = text.trim();
    switch (verb) {
      case 'chase': return { path: `${base}/chase`, body: { note: reason } };
      case 'dispute': return { path: `${base}/dispute`, body: { reason } };
      case 'extend': return { path: `${base}/extension`, body: { until: new Date(until).toISOString(), reason } };
      case 'grant': return { path: `${base}/extension/answer`, body: { granted: true, reason } };
      case 'refuse_extension': return { path: `${base}/extension/answer`, body: { granted: false, reason } };
      case 'uphold': return { path: `${base}/settle`, body: department ? { upheld: true, reason, department } : { upheld: true, reason } };
      case 'refuse_dispute': return { path: `${base}/settle`, body: { upheld: false, reason } };
      case 'not_told': return { path: `cases/${number}/not-told`, body: { reason } };
      case 'forward': return { path: `cases/${number}/dispatch`, body: { department, note: reason, callback: { caller } } };
    }
  };
  return (
    <CommandDialog title={t('case.action_title', { verb: t(`promise.verb_${verb}`), number })} command={command} ready={ready} confirm={t(`promise.verb_${verb}`)} onConfirm={() => command.mutate(request(), { onSuccess: onClose })} onClose={onClose}>
      <p className="text-muted">{t(`promise.hint_${verb}`)}</p>
      {(verb === 'grant' || verb === 'refuse_extension') && dispatch.extension_until && (
        <p>{t('promise.extension_asked', { name: dispatch.extension_by?.name ?? '', until: stamp(dispatch.extension_until), reason: dispatch.extension_reason })}</p>
      )}
      {(verb === 'uphold' || verb === 'refuse_dispute') && <p>{t('promise.disputed', { department: named(dispatch.department, i18n.language), reason: dispatch.dispute_reason })}</p>}
      {choosesDepartment && (
        <ChoiceField id="dispatch-department" label={verb === 'uphold' ? t('promise.onwards') : t('case.department')} value={department} empty={verb === 'uphold' ? t('promise.back_to_owner') : t('action.choose')} onChange={setDepartment}>
          {departments.filter((entry) => entry.id !== dispatch.department.id).map((entry) => <option key={entry.code} value={entry.code}>{named(entry, i18n.language)}</option>)}
        </ChoiceField>
      )}
      {verb === 'forward' && <CallerField id="dispatch-caller" value={caller} onChange={setCaller} />}
      {verb === 'extend' && <LineField id="dispatch-until" label={t('promise.until')} value={until} onChange={setUntil} type="datetime-local" min={localInput(serverNow())} />}
      <WordsField id="dispatch-text" label={t(`promise.text_${verb}`)} star={!optional} value={text} onChange={setText} />
    </CommandDialog>
  );
}
