// SPDX-License-Identifier: Apache-2.0
import { Popover } from '@base-ui/react/popover';
import { Bell } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AlertList } from '../alerts/alert_list';
import { groupAlerts } from '../alerts/group';
import { useMe } from '../session';
import { useAlerts } from '../api/queries';

export function AlertBell() {
  const { t } = useTranslation();
  const alerts = useAlerts();
  const me = useMe().user.id;
  // What somebody else has to acknowledge is on the case; the bell rings for me.
  const open = groupAlerts((alerts.data?.items ?? []).filter((alert) => alert.acknowledged_at === null), me).filter((group) => group.mine);
  return (
    <Popover.Root>
      <Popover.Trigger className="btn btn-icon relative" aria-label={t('alert.bell', { count: open.length })}>
        <Bell aria-hidden="true" size={17} />
        {open.length > 0 && <span aria-hidden="true" className="font-bold text-[13px] text-late">{open.length > 99 ? '99+' : open.length}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-[60]">
          <Popover.Popup className="menu w-[460px] max-w-[calc(100vw-24px)] max-h-[70vh] overflow-auto p-0">
            <Popover.Title className="panel-head text-[15px]">{t('alert.title')}<span className="text-muted">{open.length}</span></Popover.Title>
            <AlertList groups={open} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
