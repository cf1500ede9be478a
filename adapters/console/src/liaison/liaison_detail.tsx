// SPDX-License-Identifier: Apache-2.0
import { Check, Hourglass, MessageCircleReply, Phone, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AlertLine } from '../alerts/alert_list';
import { groupAlerts } from '../alerts/group';
import type { Callback, InboxRow } from '../api/types';
import { categoryName, phone, stamp, timeOf } from '../format';
import { KeyCap } from '../keys/key_cap';
import { DispatchFacts } from '../promises/dispatch_facts';
import { SlaBadge } from '../sla/badge';
import { CaseLink } from '../ui/matter_link';
import { useMe } from '../session';
import { useTick } from '../sla/ticker';

interface Props { row: InboxRow; done: boolean; accepting: boolean; onAccept: (() => void) | null; onCalled(): void; onReturn(): void; onExtend(): void }

/** What the department may do beside the work: give it back in time, dispute it later, ask for more time. */
export function waysOut({ dispatch }: InboxRow): { mayReturn: boolean; mayDispute: boolean; mayExtend: boolean } {
  const disputed = dispatch.disputed_at !== null && dispatch.dispute_settled_at === null;
  return {
    mayReturn: dispatch.may_return,
    mayDispute: !dispatch.may_return && dispatch.disputed_at === null,
    mayExtend: !disputed && dispatch.extension_until === null,
  };
}

/** The live call that the department makes; with the owner's call it only writes the answer. */
export function ownCall({ callback }: InboxRow): Callback | null {
  return callback?.state === 'open' && callback.caller === 'department' ? callback : null;
}

export function LiaisonDetail({ row, done, accepting, onAccept, onCalled, onReturn, onExtend }: Props) {
  const { t, i18n } = useTranslation();
  const late = useTick((now) => row.accept_by !== null && Date.parse(row.accept_by) < now);
  const me = useMe().user.id;
  const calls = ownCall(row) !== null;
  const { mayReturn, mayDispute, mayExtend } = waysOut(row);
  const open = groupAlerts(row.alerts.filter((alert) => alert.acknowledged_at === null), me);
  const by = row.accept_by ? (new Date(row.accept_by).toDateString() === new Date().toDateString() ? timeOf(row.accept_by) : stamp(row.accept_by)) : '';
  return (
    <>
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-lg">{row.case.customer.name} · {categoryName(row.case, i18n.language)}</h2>
          <p className="text-muted">
            <CaseLink number={row.case.number} /> · {phone(row.callback?.number || row.case.customer.number)} · {t('liaison.owner', { name: row.case.owner.name })}
          </p>
        </div>
        {row.case.clock && <SlaBadge clock={row.case.clock} />}
      </div>
      {onAccept && row.accept_by && (
        <p className={`banner ${late ? 'bg-late-soft text-late' : 'bg-warn-soft text-warn'} py-2`}>
          <strong>{late ? t('liaison.accept_late', { at: by }) : t('liaison.accept_by', { at: by })}</strong>{!late && <span>· {t('liaison.then')}</span>}
        </p>
      )}
      {!onAccept && !done && row.callback && row.callback.state === 'open' && (
        <p className="banner bg-accent-soft text-accent-text py-2"><strong>{t(calls ? 'liaison.callback_due' : 'liaison.owner_calls', { at: stamp(row.callback.due_at) })}</strong></p>
      )}
      {!done && <DispatchFacts dispatch={row.dispatch} />}
      {!done && (
        <div className="flex flex-wrap gap-2">
          {onAccept && <button type="button" className="btn btn-primary" disabled={accepting} onClick={onAccept}><Check aria-hidden="true" size={16} />{t('liaison.accept')}<KeyCap id="accept" /></button>}
          <button type="button" className={`btn ${onAccept ? '' : 'btn-primary'}`} onClick={onCalled}>{calls ? <Phone aria-hidden="true" size={16} /> : <MessageCircleReply aria-hidden="true" size={16} />}{calls ? t('liaison.called') : t('liaison.write_answer')}<KeyCap id="called" /></button>
          {(mayReturn || mayDispute) && <button type="button" className="btn" onClick={onReturn}><Undo2 aria-hidden="true" size={16} />{mayReturn ? t('liaison.return') : t('promise.verb_dispute')}<KeyCap id="give_back" /></button>}
          {mayExtend && <button type="button" className="btn" onClick={onExtend}><Hourglass aria-hidden="true" size={16} />{t('promise.verb_extend')}<KeyCap id="extend" /></button>}
        </div>
      )}
      <div>
        <h3 className="text-[15px] mb-1">{t('case.text')}</h3>
        <p className="whitespace-pre-wrap break-words">{row.text}</p>
        {row.case.product !== '' && <p className="text-muted mt-1">{t('case.product')} · {row.case.product}</p>}
      </div>
      {row.callback && row.callback.tries.length > 0 && (
        <ol className="flex flex-col gap-1 text-[14px]">
          {row.callback.tries.map((entry) => (
            <li key={entry.number} className="text-muted">{stamp(entry.at)} · {entry.by?.name} · <span className="text-ink">{t(`outcome.${entry.outcome}`)}</span>{entry.note && ` · ${entry.note}`}</li>
          ))}
        </ol>
      )}
      {open.length > 0 && (
        <div className="border border-line rounded-md overflow-hidden">
          <h3 className="text-[15px] px-3 py-2 border-b border-line">{t('liaison.to_acknowledge')}</h3>
          {open.map((group) => <AlertLine key={group.alert.id} group={group} />)}
        </div>
      )}
    </>
  );
}
