// SPDX-License-Identifier: Apache-2.0
import { TimerReset } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import { useLive } from '../feed/state';
import { lasting } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { useTick } from '../sla/ticker';
import { wrapUp } from './commands';

/** The work after a call: a countdown that can be extended, and an end by one key. Where none follows by itself it
 * can be asked for while talking. */
export function WrapUpStrip() {
  const { t } = useTranslation();
  const desk = useLive((live) => live.desk);
  const queue = useLive((live) => live.call?.queue_code);
  const queues = useReference().data?.queues;
  const active = desk?.presence === 'wrap_up';
  const talks = desk?.presence === 'talking' && queues?.find((entry) => entry.code === queue)?.wrap_up_mode === 'optional';
  const until = desk?.wrap_up_until ?? null;
  const left = useTick((now) => (until ? Math.max(0, Math.ceil((Date.parse(until) - now) / 1000)) : -1));
  const longest = until !== null && until === desk?.wrap_up_limit;
  const longer = active && until !== null && !longest;
  const asked = desk?.reason === 'wrap_up_asked';
  useKeys({ wrap_up_extend: () => void wrapUp(talks ? 'ask' : 'extend') }, longer || (talks && !asked));
  if (talks) {
    return (
      <div className="banner bg-quiet-soft" data-strip="wrap_up_asked">
        <TimerReset aria-hidden="true" size={17} className="shrink-0" />
        <span className="flex-1 truncate text-[13px]">{asked ? t('desk.wrap_up_follows') : t('desk.no_wrap_up_follows')}</span>
        {!asked && <button type="button" className="btn btn-small min-h-8!" onClick={() => void wrapUp('ask')}>{t('desk.ask_wrap_up')}<KeyCap id="wrap_up_extend" short /></button>}
      </div>
    );
  }
  if (!active) return null;
  return (
    <div className="banner bg-accent-soft text-accent-text" data-strip="wrap_up">
      <TimerReset aria-hidden="true" size={17} className="shrink-0" />
      <strong>{t('presence.wrap_up')}</strong>
      {left >= 0 && <span className="font-semibold" aria-hidden="true">{lasting(left)}</span>}
      <span className="flex-1 truncate text-[13px]">{until === null ? t('desk.wrap_up_by_hand') : longest ? t('desk.wrap_up_longest') : t('desk.wrap_up_hint')}</span>
      {longer && (
        <button type="button" className="btn btn-small min-h-8! text-ink" onClick={() => void wrapUp('extend')}>
          {t('desk.extend')}<KeyCap id="wrap_up_extend" short />
        </button>
      )}
      <button type="button" className="btn btn-small btn-primary min-h-8!" onClick={() => void wrapUp('finish')}>
        {t('desk.finish')}<KeyCap id="presence_available" short />
      </button>
    </div>
  );
}
