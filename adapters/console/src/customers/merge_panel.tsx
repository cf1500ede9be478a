// SPDX-License-Identifier: Apache-2.0
// Records that are one customer: who merged them, when and why, with the way back; and who else may be the
// same. Nothing is lost by a merge, so it can always be undone.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomer } from '../api/queries';
import type { CustomerCard } from '../api/types';
import { stamp } from '../format';
import { CommandDialog } from '../ui/dialog';
import { WordsField } from '../ui/fields';
import { CustomerLink } from '../ui/matter_link';
import { Failed, Loading } from '../ui/states';
import { CustomerPicker } from './customer_picker';
import { LineSection } from './line_section';
import { type CustomerMerge, useLookAlikes, useRecord, useRecordCommand } from './record';

export function MergePanel({ customer, editable }: { customer: CustomerCard; editable: boolean }) {
  const { t } = useTranslation();
  const record = useRecord(customer.id);
  const alike = useLookAlikes(customer.id).data?.items ?? [];
  const [merging, setMerging] = useState<number | 'choose' | null>(null);
  const [undoing, setUndoing] = useState<CustomerMerge | null>(null);
  if (record.isPending) return <Loading />;
  if (record.isLoadingError) return <Failed error={record.error} retry={() => void record.refetch()} />;
  const { merges } = record.data;
  return (
    <div className="flex flex-col gap-5">
      <LineSection title={t('merge.alike')} none={t('merge.no_alike')} add={editable && t('merge.with_another')} onAdd={() => setMerging('choose')}>
        {alike.map((one) => (
          <li key={one.customer.id} className="flex items-center gap-3 min-h-9 flex-wrap">
            <CustomerLink customer={one.customer} className="link font-semibold" />
            <span className="text-muted">{one.number}</span>
            <span className="tag bg-warn-soft text-warn">{t(`known_why.${one.why}`)}</span>
            {editable && one.customer.kind === customer.kind && <button type="button" className="btn btn-small ml-auto" onClick={() => setMerging(one.customer.id)}>{t('merge.compare')}</button>}
          </li>
        ))}
      </LineSection>
      <LineSection title={t('merge.title')} none={t('merge.none')} spaced>
        {merges.map((merge) => (
          <li key={merge.id} className="flex items-start gap-3" data-merge={merge.id}>
            <div className="min-w-0">
              <p>{t('merge.line', { gone: merge.gone.name, kept: merge.kept.name })}</p>
              <p className="text-muted text-[13px]">{stamp(merge.at)} · {merge.by?.name ?? t('timeline.engine')} · {merge.reason}</p>
              {merge.undone_at && <p className="text-muted text-[13px]">{t('merge.undone', { at: stamp(merge.undone_at), by: merge.undone_by?.name ?? t('timeline.engine') })} · {merge.undone_why}</p>}
            </div>
            {editable && !merge.undone_at && <button type="button" className="btn btn-small ml-auto" onClick={() => setUndoing(merge)}>{t('merge.undo')}</button>}
          </li>
        ))}
      </LineSection>
      {merging !== null && <MergeDialog customer={customer} other={merging === 'choose' ? 0 : merging} onClose={() => setMerging(null)} />}
      {undoing && <UndoDialog merge={undoing} onClose={() => setUndoing(null)} />}
    </div>
  );
}

function UndoDialog({ merge, onClose }: { merge: CustomerMerge; onClose(): void }) {
  const { t } = useTranslation();
  const command = useRecordCommand();
  const [reason, setReason] = useState('');
  return (
    <CommandDialog title={t('merge.undo_title', { gone: merge.gone.name })} command={command} ready={reason.trim() !== ''} confirm={t('merge.undo')} onConfirm={() => command.mutate({ path: `merges/${merge.id}/undo`, body: { reason: reason.trim() } }, { onSuccess: onClose })} onClose={onClose}>
      <p className="text-muted">{t('merge.undo_hint')}</p>
      <ul className="list-disc pl-5 flex flex-col gap-1" data-undo>
        <li>{t('merge.undo_goes', { gone: merge.gone.name })}</li>
        <li>{t('merge.undo_stays', { kept: merge.kept.name })}</li>
      </ul>
      <WordsField id="undo-reason" label={t('merge.undo_reason')} star value={reason} onChange={setReason} rows={2} maxLength={200} />
    </CommandDialog>
  );
}

/** Both records side by side; the one that is kept is chosen, and nothing of the other is lost. */
function MergeDialog({ customer, other, onClose }: { customer: CustomerCard; other: number; onClose(): void }) {
  const { t } = useTranslation();
  const command = useRecordCommand();
  const [picked, setPicked] = useState<CustomerCard | null>(null);
  const second = useCustomer(picked?.id ?? (other === 0 ? customer.id : other)).data;
  const partner = picked ?? (other === 0 ? null : second ?? null);
  // A record with a name is worth more than an unnamed caller's.
  const [kept, setKept] = useState<number | null>(null);
  const [reason, setReason] = useState('');
  const keep = kept ?? (customer.provisional && partner && !partner.provisional ? partner.id : customer.id);
  const merge = () => {
    if (!partner) return;
    const gone = keep === customer.id ? partner.id : customer.id;
    command.mutate({ path: `customers/${keep}/merge`, body: { gone_id: gone, reason: reason.trim() } }, { onSuccess: onClose });
  };
  const rows: [string, (one: CustomerCard) => string][] = [
    [t('customer.numbers'), (one) => one.numbers.map((entry) => entry.number).join('  ')],
    [t('customer.email'), (one) => one.email],
    [t('customer.address'), (one) => one.address],
    [t('customer.product'), (one) => one.product],
    [t('customer.tier'), (one) => t(`tier.${one.tier}`)],
    [t('customer.open_cases'), (one) => String(one.open_cases)],
    [t('customer.calls'), (one) => String(one.calls)],
    [t('merge.since'), (one) => one.created_at.slice(0, 10)],
  ];
  return (
    <CommandDialog wide title={t('merge.dialog')} command={command} ready={partner !== null && reason.trim() !== ''} confirm={t('merge.confirm')} onConfirm={merge} onClose={onClose}>
      {other === 0 && <CustomerPicker label={t('merge.other')} kind={customer.kind} except={customer.id} value={picked} onPick={setPicked} />}
      {partner && (
        <table className="w-full border-collapse">
          <thead>
            <tr className="text-left">
              <td className="py-1" />
              {[customer, partner].map((one) => (
                <th key={one.id} className="py-1 px-3">
                  <label className="flex items-center gap-2 min-h-9">
                    <input type="radio" name="kept" className="size-5 accent-(--accent)" checked={keep === one.id} onChange={() => setKept(one.id)} />
                    <span>{one.name}<span className="block text-[13px] font-normal text-muted">{keep === one.id ? t('merge.kept') : t('merge.gone')}</span></span>
                  </label>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name} className="border-t border-line align-top">
                <th className="py-1 pr-3 text-left font-normal text-muted whitespace-nowrap">{name}</th>
                <td className="py-1 px-3 break-words">{value(customer)}</td>
                <td className={`py-1 px-3 break-words ${value(customer) === value(partner) && value(partner) !== '' ? 'font-semibold' : ''}`}>{value(partner)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <WordsField id="merge-reason" label={t('merge.reason')} star value={reason} onChange={setReason} rows={2} maxLength={200} />
      <p className="text-muted">{t('merge.hint')}</p>
    </CommandDialog>
  );
}
