// SPDX-License-Identifier: Apache-2.0
// What leaves the house about a customer, and what is removed for good: the history as a file or a page to
// print, the legal hold, and the erasure.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Eraser, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, put } from '../api/client';
import type { CustomerCard } from '../api/types';
import { HistoryFile } from '../history/history_file';
import { useMe } from '../session';
import { CommandDialog } from '../ui/dialog';
import { LineField } from '../ui/fields';

interface Holding { reason: string; erased: boolean }

export function CustomerPapers({ customer }: { customer: CustomerCard }) {
  const may = useMe().can.includes('erase_customer');
  return (
    <div className="flex flex-col gap-2">
      <div className="flex gap-1.5 flex-wrap">
        <HistoryFile of={`customers/${customer.id}`} />
      </div>
      {may && <Erasing customer={customer} />}
    </div>
  );
}

function Erasing({ customer }: { customer: CustomerCard }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'erase' | 'hold' | null>(null);
  const { data: holding } = useQuery({
    queryKey: ['legal-hold', customer.id],
    queryFn: ({ signal }) => get<Holding>(`customers/${customer.id}/legal-hold`, signal),
  });
  if (!holding) return null;
  if (holding.erased) return <p className="text-muted">{t('papers.erased')}</p>;
  const held = holding.reason !== '';
  return (
    <>
      {held && <p className="banner">{t('papers.held', { reason: holding.reason })}</p>}
      <div className="flex gap-1.5 flex-wrap">
        <button type="button" className="btn btn-small" onClick={() => setOpen('hold')}>
          <ShieldCheck aria-hidden="true" size={14} />{t(held ? 'papers.end_hold' : 'papers.hold')}
        </button>
        <button type="button" className="btn btn-small" disabled={held} onClick={() => setOpen('erase')}>
          <Eraser aria-hidden="true" size={14} />{t('papers.erase')}
        </button>
      </div>
      {open === 'hold' && <HoldDialog customer={customer} held={held} onClose={() => setOpen(null)} />}
      {open === 'erase' && <EraseDialog customer={customer} onClose={() => setOpen(null)} />}
    </>
  );
}

/** While there is a reason nothing of this customer is erased. */
function HoldDialog({ customer, held, onClose }: { customer: CustomerCard; held: boolean; onClose(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const hold = useMutation({
    mutationFn: () => put<CustomerCard>(`customers/${customer.id}/legal-hold`, { reason: held ? '' : reason.trim() }),
    onSuccess: () => {
      void client.invalidateQueries();
      onClose();
    },
  });
  const title = t(held ? 'papers.end_hold' : 'papers.hold');
  return (
    <CommandDialog title={title} command={hold} ready={held || reason.trim() !== ''} onConfirm={() => hold.mutate()} onClose={onClose}>
      <p>{t(held ? 'papers.end_hold_hint' : 'papers.hold_hint')}</p>
      {!held && <LineField id="hold-reason" label={t('papers.hold_reason')} value={reason} onChange={setReason} />}
    </CommandDialog>
  );
}

/** For good: so the name is typed once more. */
function EraseDialog({ customer, onClose }: { customer: CustomerCard; onClose(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const erase = useMutation({
    mutationFn: () => post<CustomerCard>(`customers/${customer.id}/erase`, { reason: reason.trim() }),
    onSuccess: () => {
      client.clear();
      onClose();
    },
  });
  return (
    <CommandDialog title={t('papers.erase_title', { name: customer.name })} command={erase} ready={reason.trim() !== '' && typed.trim() === customer.name.trim()} confirm={t('papers.erase')} onConfirm={() => erase.mutate()} onClose={onClose}>
      <p className="banner bg-late-soft text-late">{t('papers.erase_hint')}</p>
      <LineField id="erase-reason" label={t('papers.reason')} value={reason} onChange={setReason} />
      <LineField id="erase-name" label={t('papers.again', { name: customer.name })} value={typed} onChange={setTyped} autoComplete="off" />
    </CommandDialog>
  );
}
