// SPDX-License-Identifier: Apache-2.0
import { Link } from '@tanstack/react-router';
import { BookOpen, CalendarDays, ClipboardCheck, FileInput, Headset, Inbox, ListChecks, Mails, MonitorCheck, PhoneForwarded, Scale, ShieldAlert, Timer, UserCog, Users, Waves } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFailedDeliveries } from '../admin/deliveries';
import { type Screen, screensOf, useRole } from '../session';

const icons: Record<Screen, typeof Headset> = {
  desk: Headset, cases: ListChecks, customers: Users, pool: Waves, callbacks: PhoneForwarded, 'back-line': ShieldAlert, liaison: Inbox, 'review-actions': ClipboardCheck, register: BookOpen, wallboard: MonitorCheck, promises: Scale, people: UserCog, imports: FileInput, 'admin/deliveries': Mails, 'admin/calendars': CalendarDays, 'admin/policies': Timer,
};

export function Nav() {
  const { t } = useTranslation();
  const screens = screensOf[useRole()];
  const failed = useFailedDeliveries();
  return (
    <nav aria-label={t('nav.label')} className="bg-panel border-r border-line flex flex-col gap-0.5 p-1 pt-2 overflow-y-auto max-[700px]:flex-row max-[700px]:overflow-x-auto">
      {screens.map((screen) => {
        const Icon = icons[screen];
        return (
          <Link
            key={screen} to={`/${screen}`}
            className="flex shrink-0 flex-col items-center justify-center gap-1 rounded-md px-1 py-1.5 min-h-[54px] text-[13px] text-center leading-tight hover:bg-accent-soft"
            activeProps={{ className: 'bg-accent-soft font-bold text-accent-text', 'aria-current': 'page' }}
          >
            <Icon aria-hidden="true" size={21} />
            {t(`nav.${screen}`)}
            {screen === 'admin/deliveries' && failed > 0 && <span className="tag bg-late-soft text-late" data-failed={failed}>{t('deliveries.badge', { count: failed })}</span>}
          </Link>
        );
      })}
    </nav>
  );
}
