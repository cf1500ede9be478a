// SPDX-License-Identifier: Apache-2.0
import { Menu } from '@base-ui/react/menu';
import { BellRing, CalendarOff, ChevronDown, Coffee, KeyRound, LogOut, PhoneIncoming, PowerOff } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { Presence } from '../api/types';
import { becomeAvailable, setPresence } from '../desk/commands';
import { useLive } from '../feed/state';
import { wordOf } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { hasPresence, signOut, useMe } from '../session';
import { PresenceDot } from '../ui/presence_dot';

const AbsenceDialog = lazy(() => import('../people/absence_dialog').then((module) => ({ default: module.AbsenceDialog })));
const AlertSettings = lazy(() => import('../alerts/alert_settings').then((module) => ({ default: module.AlertSettings })));

const PasswordDialog = lazy(() => import('../people/password_dialog').then((module) => ({ default: module.PasswordDialog })));

export function PresenceMenu() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const takesCalls = hasPresence(me.user.role);
  const desk = useLive((live) => live.desk);
  const lost = useLive((live) => live.link === 'lost');
  const reasons = useReference().data?.break_reasons ?? [];
  const presence: Presence = desk?.presence ?? 'offline';
  const usable = takesCalls && !lost;
  useKeys(
    {
      presence_available: () => void becomeAvailable(),
      presence_break: () => void setPresence('break', reasons[0]?.code),
      presence_offline: () => void setPresence('offline'),
    },
    usable,
  );
  const [settings, setSettings] = useState(false);
  const [away, setAway] = useState(false);
  const [password, setPassword] = useState(false);
  const reason = presence === 'break' ? wordOf(reasons.find((entry) => entry.code === desk?.reason), i18n.language) : '';
  const label = takesCalls ? t(`presence.${presence}`) + (reason ? ` · ${reason}` : '') : me.user.name;
  return (
    <>
    <Menu.Root>
      <Menu.Trigger className="btn" data-presence={takesCalls && desk ? presence : undefined}>
        {takesCalls && <PresenceDot presence={presence} />}
        <span className="max-w-44 truncate">{label}</span>
        <ChevronDown aria-hidden="true" size={15} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start" className="z-[60]">
          <Menu.Popup className="menu">
            <div className="px-2.5 py-2 border-b border-line mb-1">
              <div className="font-semibold">{me.user.name}</div>
              <div className="text-muted text-[13px]">{t(`role.${me.user.role}`)}{me.user.extension && ` · ${t('app.extension', { number: me.user.extension })}`}</div>
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
            <Menu.Item className="menu-item" onClick={() => setSettings(true)}>
              <BellRing aria-hidden="true" size={16} />{t('my_alerts.title')}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => setAway(true)}>
              <CalendarOff aria-hidden="true" size={16} />{t('people.mine')}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => setPassword(true)}>
              <KeyRound aria-hidden="true" size={16} />{t('password.title')}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => void signOut()}>
              <LogOut aria-hidden="true" size={16} />{t('action.sign_out')}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
    {away && <Suspense fallback={null}><AbsenceDialog user={me.user} onClose={() => setAway(false)} /></Suspense>}
    {password && <Suspense fallback={null}><PasswordDialog login={me.user.login} onClose={() => setPassword(false)} /></Suspense>}
    {settings && <Suspense fallback={null}><AlertSettings onClose={() => setSettings(false)} /></Suspense>}
    </>
  );
}
