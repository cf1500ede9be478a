// SPDX-License-Identifier: Apache-2.0
// Money for the customer. Below the limit it is granted at once; above it somebody else decides.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { money, stamp } from '../format';
import { useMe } from '../session';
import { CommandDialog } from '../ui/dialog';
import { LineField } from '../ui/fields';
import { centsOf, type Compensation, colourOfState, type ComplaintRecord, useComplaintCommand } from './model';

export function Compensations({ record }: { record: ComplaintRecord }) {
  const { t, i18n } = useTranslation();
  const [proposing, setProposing] = useState(false);
  if (record.compensations.length === 0 && !record.can.propose) return null;
  return (
    <div className="border-t border-line px-3 py-2 text-[14px] flex flex-col gap-2">
      <div className="flex items-center gap-2">
        <h3 className="text-[14px]">{t('complaint.compensation')}</h3>
        {record.granted_cents > 0 && <span data-granted={record.granted_cents}>{t('complaint.granted', { amount: money(record.granted_cents, i18n.language, record.currency) })}</span>}
        {record.can.propose && <button type="button" className="btn btn-small ml-auto" onClick={() => setProposing(true)}>{t('complaint.propose')}</button>}
      </div>
      {record.compensations.length > 0 && (
        <ul className="flex flex-col gap-2">{record.compensations.map((each) => <Line key={each.id} each={each} mayDecide={record.can.decide} />)}</ul>
      )}
      {proposing && <Propose record={record} onClose={() => setProposing(false)} />}
    </div>
  );
}

function Line({ each, mayDecide }: { each: Compensation; mayDecide: boolean }) {
  const { t, i18n } = useTranslation();
  const mine = each.proposed_by.id === useMe().user.id;
  return (
    <li data-compensation={each.id} data-state={each.state}>
      <div className="flex items-center gap-2 flex-wrap">
        <strong>{money(each.amount_cents, i18n.language, each.currency)}</strong>
        <span className={`tag ${colourOfState[each.state]}`}>{t(`compensation_state.${each.state}`)}</span>
        <span className="flex-1 break-words">{each.what}</span>
      </div>
      <p className="text-[13px] text-muted">
        {each.proposed_by.name} {stamp(each.proposed_at)}
        {each.state !== 'proposed' && ` · ${each.decided_by ? each.decided_by.name : t('complaint.within_limit')}${each.decision_reason ? ` · ${each.decision_reason}` : ''}`}
      </p>
      {each.state === 'proposed' && <Decide each={each} mine={mine} mayDecide={mayDecide} />}
    </li>
  );
}

/** The buttons of a proposal: approve and refuse for another person, withdraw for the proposer. */
export function Decide({ each, mine, mayDecide }: { each: Compensation; mine: boolean; mayDecide: boolean }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'approve' | 'refuse' | 'withdraw' | null>(null);
  if (!mine && !mayDecide) return <p className="text-[13px] text-warn">{t('complaint.waits')}</p>;
  return (
    <p className="flex gap-1.5 mt-1">
      {!mine && mayDecide && <button type="button" className="btn btn-small btn-primary" onClick={() => setAsking('approve')}>{t('complaint.approve')}</button>}
      {!mine && mayDecide && <button type="button" className="btn btn-small" onClick={() => setAsking('refuse')}>{t('complaint.refuse')}</button>}
      {mine && <button type="button" className="btn btn-small" onClick={() => setAsking('withdraw')}>{t('complaint.withdraw')}</button>}
      {asking && <DecideDialog each={each} how={asking} onClose={() => setAsking(null)} />}
    </p>
  );
}

function DecideDialog({ each, how, onClose }: { each: Compensation; how: 'approve' | 'refuse' | 'withdraw'; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const command = useComplaintCommand(each.case_number);
  const [reason, setReason] = useState('');
  const ready = how !== 'refuse' || reason.trim() !== '';
  const go = () => command.mutate({ to: `compensations/${each.id}/${how}`, body: { reason: reason.trim() } }, { onSuccess: onClose });
  return (
    <CommandDialog title={t(`complaint.${how}`)} command={command} ready={ready} onConfirm={go} onClose={onClose}>
      <p><strong>{money(each.amount_cents, i18n.language, each.currency)}</strong> · {each.what} · {each.proposed_by.name}</p>
      <LineField id="decide-reason" label={t('case.reason')} star={how === 'refuse'} value={reason} onChange={setReason} />
    </CommandDialog>
  );
}

function Propose({ record, onClose }: { record: ComplaintRecord; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const command = useComplaintCommand(record.number);
  const [sum, setSum] = useState('');
  const [what, setWhat] = useState('');
  const cents = centsOf(sum);
  const above = cents !== null && cents > record.alone_left_cents;
  const go = () => command.mutate({ to: `cases/${record.number}/compensations`, body: { amount_cents: cents, what: what.trim() } }, { onSuccess: onClose });
  return (
    <CommandDialog title={t('complaint.propose')} command={command} ready={cents !== null && what.trim() !== ''} confirm={t(above ? 'complaint.ask_approval' : 'complaint.grant')} onConfirm={go} onClose={onClose}>
      <LineField id="compensation-sum" label={t('complaint.amount', { currency: record.currency })} star value={sum} onChange={setSum} inputMode="decimal" autoComplete="off" aria-describedby="compensation-hint">
        <p id="compensation-hint" className={`text-[13px] mt-1 ${above ? 'text-warn' : 'text-muted'}`}>
          {t(above ? 'complaint.needs_second' : 'complaint.alone_left', { amount: money(record.alone_left_cents, i18n.language, record.currency) })}
        </p>
      </LineField>
      <LineField id="compensation-what" label={t('complaint.what_for')} star value={what} onChange={setWhat} />
    </CommandDialog>
  );
}
