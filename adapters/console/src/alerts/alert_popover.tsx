// SPDX-License-Identifier: Apache-2.0
// What the bell opens.
import { Popover } from '@base-ui/react/popover';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Before, useOpener } from '../ui/later';
import { AlertList } from './alert_list';
import type { groupAlerts } from './group';

interface Props { before: Before; label: string; groups: ReturnType<typeof groupAlerts>; children: ReactNode }

export function AlertPopover({ before, label, groups, children }: Props) {
  const { t } = useTranslation();
  const opener = useOpener(before);
  return (
    <Popover.Root defaultOpen={before.asked}>
      <Popover.Trigger ref={opener} className="btn btn-icon relative" aria-label={label}>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-[60]">
          <Popover.Popup className="menu w-[460px] max-w-[calc(100vw-24px)] max-h-[70vh] overflow-auto p-0">
            <Popover.Title className="panel-head text-[15px]">{t('alert.title')}<span className="text-muted">{groups.length}</span></Popover.Title>
            <AlertList groups={groups} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
