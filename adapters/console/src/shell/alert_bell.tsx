// SPDX-License-Identifier: Apache-2.0
import { Bell } from 'lucide-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { groupAlerts } from '../alerts/group';
import { useAlerts } from '../api/queries';
import { useMe } from '../session';
import { later, useStandIn } from '../ui/later';

const AlertPopover = later(() => import('../alerts/alert_popover').then((module) => module.AlertPopover));

export function AlertBell() {
  const { t } = useTranslation();
  const alerts = useAlerts();
  const me = useMe().user.id;
  // What somebody else has to acknowledge is on the case; the bell rings for me.
  const open = groupAlerts((alerts.data?.items ?? []).filter((alert) => alert.acknowledged_at === null), me).filter((group) => group.mine);
  const label = t('alert.bell', { count: open.length });
  const face = (
    <>
      <Bell aria-hidden="true" size={17} />
      {open.length > 0 && <span aria-hidden="true" className="font-bold text-[13px] text-late">{open.length > 99 ? '99+' : open.length}</span>}
    </>
  );
  const { before, button } = useStandIn({ className: 'btn btn-icon relative', label, kind: 'dialog', children: face });
  return <Suspense fallback={button}><AlertPopover before={before} label={label} groups={open}>{face}</AlertPopover></Suspense>;
}
