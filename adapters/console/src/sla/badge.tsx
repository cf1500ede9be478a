// SPDX-License-Identifier: Apache-2.0
import { CircleCheck, CirclePause, Clock3, Flame, TriangleAlert, CircleSlash } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Clock } from '../api/types';
import { useLive } from '../feed/state';
import { type Band, bandOf, countdown } from './bands';
import { useTick } from './ticker';

const icons: Record<Band, typeof Clock3> = {
  ok: CircleCheck, warn: Clock3, risk: TriangleAlert, late: Flame, paused: CirclePause, met: CircleCheck, late_met: CircleCheck, cancelled: CircleSlash,
};
const looks: Record<Band, string> = {
  ok: 'band-ok', warn: 'band-warn', risk: 'band-risk', late: 'band-late', paused: 'band-paused', met: 'band-ok', late_met: 'band-paused', cancelled: 'band-paused',
};

/** Kind, word, icon and time: the colour only repeats what the words say. */
export const SlaBadge = memo(function SlaBadge({ clock, bare = false }: { clock: Clock; bare?: boolean }) {
  const { t } = useTranslation();
  const lost = useLive((live) => live.link === 'lost');
  const words = { day: t('sla.day'), hour: t('sla.hour'), second: t('sla.second') };
  // The selector answers a string, so a row is drawn again only when its text or band changes.
  const shown = useTick((now) => {
    const { band, left } = bandOf(clock, now);
    return `${band}|${left === null ? '' : countdown(left, words)}`;
  });
  const [band, time] = shown.split('|') as [Band, string];
  const Icon = icons[band];
  const kind = bare ? '' : `${t(`clock_kind.${clock.kind}`)} `;
  return (
    <span className={`band ${looks[band]}`} data-band={band}>
      <Icon aria-hidden="true" size={14} />
      <span>
        {kind}
        {t(`sla.${band}`, { time: time === '' ? '' : `${lost ? '~' : ''}${time}` }).trim()}
      </span>
    </span>
  );
});
