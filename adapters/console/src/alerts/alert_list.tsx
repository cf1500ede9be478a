// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Bell, BellOff, Check, Mail, Webhook } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import type { Alert } from '../api/types';
import { categoryName, stamp } from '../format';
import { useRole } from '../session';
import type { AlertGroup } from './group';
import { stepOf } from '../history/sentence';
import { notify } from '../ui/toasts';
import { MatterLink, matterName } from '../ui/matter_link';
import { Empty } from '../ui/states';

const channelIcons: Record<string, typeof Bell> = { console: Bell, email: Mail, webhook: Webhook };

export function Channels({ channels }: { channels: Alert['channels'] }) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex gap-1.5 text-muted">
      {channels.map(({ channel, state }) => {
        const Icon = channelIcons[channel] ?? Bell;
        const label = t('alert.channel', { channel: t(`channel.${channel}`), state: t(`notice_state.${state}`) });
        return <span key={channel} role="img" aria-label={label} title={label}><Icon aria-hidden="true" size={14} className={state === 'failed' ? 'text-late' : ''} /></span>;
      })}
    </span>
  );
}

export const useAcknowledge = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => post<Alert>(`alerts/${id}/acknowledge`),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ['alerts'] }), client.invalidateQueries({ queryKey: ['inbox'] }), client.invalidateQueries({ queryKey: ['case'] })]),
    onError: (error) => notify({ kind: 'error', error }),
  });
};

export function AlertLine({ group: { alert, mine, others } }: { group: AlertGroup }) {
  const { t, i18n } = useTranslation();
  const acknowledge = useAcknowledge();
  const mayAcknowledge = useRole() === 'supervisor' || mine;
  const late = stepOf(alert.step) !== 'warn';
  return (
    <div className="flex items-start gap-3 px-3 py-2 border-b border-line" data-alert={alert.id}>
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2 flex-wrap">
          <span className={`tag ${late ? 'bg-late-soft text-late' : 'bg-warn-soft text-warn'}`}>
            {t('alert.step_of', { kind: t(`clock_kind.${alert.clock_kind}`), step: t(`alert_step.${stepOf(alert.step)}`, { defaultValue: alert.step }) })}
          </span>
          <span className="font-semibold">{alert.case_number !== '' ? `${alert.customer_name} · ${categoryName(alert, i18n.language)}` : alert.title}</span>
        </div>
        <div className="text-[13px] text-muted flex items-center gap-2 flex-wrap mt-0.5">
          {alert.case_number !== '' ? <MatterLink matter={alert} /> : <MatterLink matter={{ ...alert, title: t(alert.review_action_id !== null ? 'alert.open_action' : 'alert.open_customer') }} />}
          <span>{t('alert.due', { at: stamp(alert.due_at) })}</span>
          <Channels channels={alert.channels} />
        </div>
      </div>
      {alert.acknowledged_at ? (
        <span className="text-[13px] text-ok whitespace-nowrap">{t('alert.acknowledged', { name: alert.acknowledged_by?.name ?? '', at: stamp(alert.acknowledged_at) })}</span>
      ) : alert.needs_acknowledgement && !mayAcknowledge ? (
        <span className="text-[13px] text-muted text-right">{t('alert.waiting_for', { names: others.join('、') })}</span>
      ) : alert.needs_acknowledgement ? (
        <button type="button" className="btn btn-small" disabled={acknowledge.isPending} onClick={() => acknowledge.mutate(alert.id)}>
          <Check aria-hidden="true" size={14} />{t('alert.acknowledge')}<span className="sr"> {matterName(alert)}</span>
        </button>
      ) : null}
    </div>
  );
}

export function AlertList({ groups }: { groups: AlertGroup[] }) {
  const { t } = useTranslation();
  if (groups.length === 0) return <Empty title={t('alert.none')} icon={<BellOff aria-hidden="true" size={28} />}>{t('alert.none_hint')}</Empty>;
  return <div>{groups.map((group) => <AlertLine key={group.alert.id} group={group} />)}</div>;
}
