// SPDX-License-Identifier: Apache-2.0
// What the menu of one's presence opens.
import { Menu } from '@base-ui/react/menu';
import { BellRing, CalendarOff, Coffee, Keyboard, KeyRound, LogOut, PhoneIncoming, PowerOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { Presence } from '../api/types';
import { becomeAvailable, setPresence } from '../desk/commands';
import { useLive } from '../feed/state';
import { timeOf, wordOf } from '../format';
import { KeyCap } from '../keys/key_cap';
import { hasPresence, signOut, useMe } from '../session';
import { type Before, useOpener } from '../ui/later';

export type OwnDialog = 'alerts' | 'absence' | 'keys' | 'password';

interface Props { before: Before; usable: boolean; presence?: Presence; children: ReactNode; onOpen(dialog: OwnDialog): void }

export function PresenceItems({ before, usable, presence, children, onOpen }: Props) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const takesCalls = hasPresence(me.user.role);
  const reasons = useReference().data?.break_reasons ?? [];
  const shiftUntil = useLive((live) => live.desk?.shift_until ?? null);
  const opener = useOpener(before);
  return (
    <Menu.Root defaultOpen={before.asked}>
      <Menu.Trigger ref={opener} className="btn" data-presence={presence}>{children}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start" className="z-[60]">
          <Menu.Popup className="menu">
            <div className="px-2.5 py-2 border-b border-line mb-1">
              <div className="font-semibold">{me.user.name}</div>
              <div className="text-muted text-[13px]">{t(`role.${me.user.role}`)}{me.user.extension && ` · ${t('app.extension', { number: me.user.extension })}`}</div>
              {shiftUntil && <div className="text-muted text-[13px]">{t('desk.shift_until', { time: timeOf(shiftUntil) })}</div>}
            </div>
            {takesCalls && (
              <>
                <Menu.Item className="menu-item" disabled={!usable} onClick={() => void becomeAvailable()}>
                  <PhoneIncoming aria-hidden="true" size={16} />{t('presence.available')}<span className="ml-auto"><KeyCap id="presence_available" /></span>
                </Menu.Item>
                {reasons.map((entry, index) => (
                  <Menu.Item key={entry.code} className="menu-item" disabled={!usable} onClick={() => void setPresence('break', entry.code)}>
                    <Coffee aria-hidden="true" size={16} />{t('presence.break')} · {wordOf(entry, i18n.language)}
                    {index === 0 && <span className="ml-auto"><KeyCap id="presence_break" /></span>}
                  </Menu.Item>
                ))}
                <Menu.Item className="menu-item" disabled={!usable} onClick={() => void setPresence('offline')}>
                  <PowerOff aria-hidden="true" size={16} />{t('presence.offline')}<span className="ml-auto"><KeyCap id="presence_offline" /></span>
                </Menu.Item>
                <Menu.Separator className="border-t border-line my-1" />
              </>
            )}
            <Menu.Item className="menu-item" onClick={() => onOpen('alerts')}>
              <BellRing aria-hidden="true" size={16} />{t('my_alerts.title')}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => onOpen('absence')}>
              <CalendarOff aria-hidden="true" size={16} />{t('people.mine')}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => onOpen('keys')}>
              <Keyboard aria-hidden="true" size={16} />{t('own_keys.title')}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => onOpen('password')}>
              <KeyRound aria-hidden="true" size={16} />{t('password.title')}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => void signOut()}>
              <LogOut aria-hidden="true" size={16} />{t('action.sign_out')}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
