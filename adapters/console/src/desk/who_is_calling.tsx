// SPDX-License-Identifier: Apache-2.0
// Several customers have the number of this call: who is it? One press, and the record follows.
import { useMutation } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { useStale } from '../api/lists';
import type { Pop } from '../api/types';
import { ErrorLine } from '../ui/states';

export function WhoIsCalling({ pop }: { pop: Pop }) {
  const { t } = useTranslation();
  const choose = useMutation({
    mutationFn: (customer: number) => post<{ id: number }>(`interactions/${pop.call.interaction_id}/customer`, { customer_id: customer }),
    onSuccess: useStale('desk'),
  });
  const others = pop.other_callers ?? [];
  if (others.length === 0) return null;
  return (
    <div className="banner bg-accent-soft text-accent-text flex-wrap" role="group" aria-label={t('desk.who')} data-banner="who">
      <Users aria-hidden="true" size={17} className="shrink-0" />
      <strong>{t('desk.who')}</strong>
      <span>{t('desk.who_now', { name: pop.customer.name })}</span>
      {others.map((other) => (
        <button key={other.id} type="button" className="btn btn-small" disabled={choose.isPending} onClick={() => choose.mutate(other.id)}>{other.name}</button>
      ))}
      <ErrorLine error={choose.error} />
    </div>
  );
}
