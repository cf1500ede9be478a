// SPDX-License-Identifier: Apache-2.0
import { TimerReset } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../feed/state';
import { lasting } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { useTick } from '../sla/ticker';
import { wrapUp } from './commands';

/** The work after a call: a countdown that can be extended, and an end by one key. */
export function WrapUpStrip() {
  const { t } = useTranslation();
  const desk = useLive((live) => live.desk);
  const active = desk?.presence === 'wrap_up';
  const until = desk?.wrap_up_until ?? null;
  const left = useTick((now) => (until ? Math.max(0, Math.ceil((Date.parse(until) - now) / 1000)) : -1));
  useKeys({ wrap_up_extend: () => void wrapUp('extend') }, active);
  if (!active) return null;
  return (
    <div className="banner bg-accent-soft text-accent-text" data-strip="wrap_up">
      <TimerReset aria-hidden="true" size={17} className="shrink-0" />
      <strong>{t('presence.wrap_up')}</strong>
      {left >= 0 && <span className="font-semibold" aria-hidden="true">{lasting(left)}</span>}
      <span className="flex-1 truncate text-[13px]">{t('desk.wrap_up_hint')}</span>
      <button type="button" className="btn btn-small min-h-8! text-ink" onClick={() => void wrapUp('extend')}>
        {t('desk.extend')}<KeyCap text="^⇧4" />
      </button>
      <button type="button" className="btn btn-small btn-primary min-h-8!" onClick={() => void wrapUp('finish')}>
        {t('desk.finish')}<KeyCap text="^⇧1" />
      </button>
    </div>
  );
}
