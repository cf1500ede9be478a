// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import type { Instant } from '../api/types';
import { serverNow } from '../feed/state';
import { promise } from '../format';

/** Says when something is promised in the words of the screen: today 17:00, tomorrow 10:00. */
export function usePromise(): (at: Instant) => string {
  const { t, i18n } = useTranslation();
  const words = { today: t('time.today'), tomorrow: t('time.tomorrow'), yesterday: t('time.yesterday') };
  return (at) => promise(at, i18n.language, words, serverNow());
}
