// SPDX-License-Identifier: Apache-2.0
// What may be done with a case now: the engine says so in `can`. Each opens a few words and confirms with
// Ctrl+Enter; nothing here is shown before the engine has answered.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { Caller, Case } from '../api/types';
import { localInput, named, wordOf } from '../format';
import { serverNow, useLive } from '../feed/state';
import { useMe } from '../session';
import { CommandDialog } from '../ui/dialog';
import { CallerField, ChoiceField, LineField, PersonField, WordsField } from '../ui/fields';
import { useCaseCommand } from './use_case_command';

type Verb = 'told' | 'resolve' | 'close' | 'dispatch' | 'accept' | 'answer' | 'return' | 'hand_over' | 'reassign' | 'escalate' | 'pause' | 'reopen' | 'hand_over_accept' | 'hand_over_decline' | 'hand_over_withdraw' | 'unpause';

/** Shown in this order; the first one is the next step and is drawn as such. */
export function verbsOf(row: Case, me: number): Verb[] {
  const { can } = row;
  const live = row.dispatches.find((dispatch) => dispatch.state === 'sent' || dispatch.state === 'accepted');
  const verbs: Verb[] = [];
  if (row.hand_over_to?.id === me) verbs.push('hand_over_accept', 'hand_over_decline');
  if (can.accept && live?.state === 'sent') verbs.push('accept');
  if (can.answer && live?.state === 'accepted') verbs.push('answer');
  if (can.return && live && (live.may_return || can.reassign)) verbs.push('return');
  if (row.told_at === null && row.state !== 'closed' && (can.resolve || row.owner.id === me)) verbs.push('told');
  if (can.resolve) verbs.push('resolve');
  if (can.close) verbs.push('close');
  if (can.reopen) verbs.push('reopen');
  if (can.dispatch) verbs.push('dispatch');
  if (can.escalate) verbs.push('escalate');
  if (can.hand_over) verbs.push(row.hand_over_to ? 'hand_over_withdraw' : 'hand_over');
  if (can.reassign) verbs.push('reassign');
  if (can.pause) verbs.push(row.pause ? 'unpause' : 'pause');
  return verbs;
}

export function CaseActions({ row }: { row: Case }) {
  const { t } = useTranslation();
  const me = useMe().user.id;
  const lost = useLive((live) => live.link === 'lost');
  const [open, setOpen] = useState<Verb | null>(null);
  const verbs = verbsOf(row, me);
  if (verbs.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-1.5" role="group" aria-label={t('case.actions')}>
      {verbs.map((verb, index) => (
        <button key={verb} type="button" className={`btn btn-small min-h-8! ${index === 0 ? 'btn-primary' : ''}`} disabled={lost} title={lost ? t('bar.reconnecting') : undefined} onClick={() => setOpen(verb)} data-verb={verb}>
          {t(`verb.${verb}`)}
        </button>
      ))}
      {open && <ActionDialog row={row} verb={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

const textField: Partial<Record<Verb, string>> = {
  told: 'note', resolve: 'resolution', dispatch: 'note', answer: 'answer', return: 'reason', hand_over: 'reason', hand_over_decline: 'reason', reassign: 'reason', escalate: 'reason', reopen: 'reason',
};
const optionalText = new Set<Verb>(['told', 'dispatch']);

function ActionDialog({ row, verb, onClose }: { row: Case; verb: Verb; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  const me = useMe().user.id;
  const reference = useReference().data;
  const command = useCaseCommand(row.number);
  const [text, setText] = useState('');
  const [department, setDepartment] = useState('');
  const [caller, setCaller] = useState<Caller>('department');
  const [person, setPerson] = useState('');
  const [how, setHow] = useState('same_call');
  const [reason, setReason] = useState(reference?.pause_reasons[0]?.code ?? '');
  const [until, setUntil] = useState(() => localInput(serverNow() + 24 * 3_600_000));
  const field = textField[verb];
  const live = row.dispatches.find((dispatch) => dispatch.state === 'sent' || dispatch.state === 'accepted');
  const people = (reference?.users ?? []).filter((user) => {
    if (user.id === row.owner.id && (verb === 'hand_over' || verb === 'reassign')) return false;
    if (verb === 'escalate') return user.role === 'back_line';
    return user.role === 'agent' || user.role === 'back_line' || user.role === 'supervisor';
  });
  const wantsPerson = verb === 'hand_over' || verb === 'reassign' || verb === 'escalate';
  const wantsDepartment = verb === 'dispatch' || verb === 'return';
  const ready =
    (!field || optionalText.has(verb) || text.trim() !== '') &&
    (verb !== 'dispatch' || department !== '') &&
    (!wantsPerson || verb === 'escalate' || person !== '');

  const body = (): { path: string; body: unknown } => {
    const base = `cases/${row.number}`;
    const words = text.trim();
    switch (verb) {
      case 'told': return { path: `${base}/told`, body: { how, note: words } };
      case 'resolve': return { path: `${base}/resolve`, body: { resolution: words } };
      case 'close': return { path: `${base}/close`, body: {} };
      case 'reopen': return { path: `${base}/reopen`, body: { reason: words } };
      case 'dispatch': return { path: `${base}/dispatch`, body: { department, note: words, callback: { caller } } };
      case 'escalate': return { path: `${base}/escalate`, body: person ? { reason: words, to: Number(person) } : { reason: words } };
      case 'hand_over': return { path: `${base}/hand-over`, body: { to: Number(person), reason: words } };
      case 'hand_over_accept': return { path: `${base}/hand-over/accept`, body: {} };
      case 'hand_over_decline': return { path: `${base}/hand-over/decline`, body: { reason: words } };
      case 'hand_over_withdraw': return { path: `${base}/hand-over/withdraw`, body: {} };
      case 'reassign': return { path: `${base}/reassign`, body: { to: Number(person), reason: words } };
      case 'pause': return { path: `${base}/pause`, body: { reason, until: new Date(until).toISOString() } };
      case 'unpause': return { path: `${base}/unpause`, body: {} };
      case 'accept': return { path: `dispatches/${live?.id}/accept`, body: {} };
      case 'answer': return { path: `dispatches/${live?.id}/answer`, body: { answer: words } };
      case 'return': return { path: `dispatches/${live?.id}/return`, body: department ? { reason: words, suggested_department: department } : { reason: words } };
    }
  };
  return (
    <CommandDialog title={t('case.action_title', { verb: t(`verb.${verb}`), number: row.number })} command={command} ready={ready} confirm={t(`verb.${verb}`)} onConfirm={() => command.mutate(body(), { onSuccess: onClose })} onClose={onClose}>
      <p className="text-muted">{t(`verb_hint.${verb}`)}</p>
      {verb === 'told' && (
        <ChoiceField id="action-how" label={t('case.how')} value={how} onChange={setHow}>
          {['same_call', 'callback', 'email', 'message'].map((value) => <option key={value} value={value}>{t(`told_how.${value}`)}</option>)}
        </ChoiceField>
      )}
      {wantsDepartment && (
        <ChoiceField id="action-department" label={verb === 'return' ? t('liaison.suggested') : t('case.department')} value={department} empty={verb === 'return' ? t('liaison.no_suggestion') : t('action.choose')} onChange={setDepartment}>
          {reference?.departments.map((entry) => <option key={entry.code} value={entry.code}>{named(entry, language)}</option>)}
        </ChoiceField>
      )}
      {verb === 'dispatch' && <CallerField id="action-caller" value={caller} onChange={setCaller} />}
      {wantsPerson && <PersonField id="action-person" label={t('case.to')} people={people} me={me} value={person} empty={verb === 'escalate' ? t('case.any_back_line') : t('action.choose')} onChange={setPerson} />}
      {verb === 'pause' && (
        <div className="grid grid-cols-2 gap-3">
          <ChoiceField id="action-reason" label={t('case.reason')} value={reason} onChange={setReason}>
            {reference?.pause_reasons.map((entry) => <option key={entry.code} value={entry.code}>{wordOf(entry, language)}</option>)}
          </ChoiceField>
          <LineField id="action-until" label={t('case.until')} value={until} onChange={setUntil} type="datetime-local" min={localInput(serverNow())} />
        </div>
      )}
      {field && <WordsField id="action-text" label={t(`verb_text.${verb}`)} star={!optionalText.has(verb)} value={text} onChange={setText} />}
    </CommandDialog>
  );
}
