// SPDX-License-Identifier: Apache-2.0
import { ChevronDown } from 'lucide-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { Presence } from '../api/types';
import { becomeAvailable, setPresence } from '../desk/commands';
import { useLive } from '../feed/state';
import { wordOf } from '../format';
import { useKeys } from '../keys/use_keys';
import { hasPresence, useMe } from '../session';
import { useTick } from '../sla/ticker';
import { later, useStandIn } from '../ui/later';
import { PresenceDot } from '../ui/presence_dot';
import type { OwnDialog } from './presence_items';

const PresenceItems = later(() => import('./presence_items').then((module) => module.PresenceItems));
const AbsenceDialog = later(() => import('../people/absence_dialog').then((module) => module.AbsenceDialog));
const AlertSettings = later(() => import('../alerts/alert_settings').then((module) => module.AlertSettings));
const OwnKeysDialog = later(() => import('../keys/own_keys_dialog').then((module) => module.OwnKeysDialog));
const PasswordDialog = later(() => import('../people/password_dialog').then((module) => module.PasswordDialog));

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
  const [dialog, setDialog] = useState<OwnDialog | null>(null);
  const close = () => setDialog(null);
  const reason = presence === 'break' ? wordOf(reasons.find((entry) => entry.code === desk?.reason), i18n.language) : '';
  const lastFrom = presence === 'offline' ? null : desk?.last_calls_from ?? null;
  const leaving = useTick((now) => lastFrom !== null && Date.parse(lastFrom) <= now);
  const label = takesCalls ? t(`presence.${presence}`) + (reason ? ` · ${reason}` : '') : me.user.name;
  const face = (
    <>
      {takesCalls && <PresenceDot presence={presence} />}
      <span className="max-w-44 truncate">{label}{leaving && ` · ${t('desk.last_calls')}`}</span>
      <ChevronDown aria-hidden="true" size={15} />
    </>
  );
  const { before, button } = useStandIn({ className: 'btn', kind: 'menu', children: face });
  return (
    <>
      <Suspense fallback={button}>
        <PresenceItems before={before} usable={usable} presence={takesCalls && desk ? presence : undefined} onOpen={setDialog}>{face}</PresenceItems>
      </Suspense>
      <Suspense fallback={null}>
        {dialog === 'absence' && <AbsenceDialog user={me.user} onClose={close} />}
        {dialog === 'keys' && <OwnKeysDialog onClose={close} />}
        {dialog === 'password' && <PasswordDialog login={me.user.login} onClose={close} />}
        {dialog === 'alerts' && <AlertSettings onClose={close} />}
      </Suspense>
    </>
  );
}
