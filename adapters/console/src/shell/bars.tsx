// SPDX-License-Identifier: Apache-2.0
// What the person must know about the engine itself, above the page: link lost, database away, saved here.
import { CloudUpload, DatabaseZap, PhoneOff, RefreshCw, Wifi, WifiOff, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutbox } from '../api/outbox';
import { useLive } from '../feed/state';
import { useErrorText } from '../ui/states';
import { ApiError } from '../api/client';
import { useTick } from '../sla/ticker';

export function Bars() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { lostAt, link, restored, newBuild, status, call } = useLive();
  const { entries, discard } = useOutbox();
  // Two seconds of silence are normal on a bad network; a bar for them would only frighten.
  const late = useTick(() => link === 'lost' && lostAt !== null && Date.now() - lostAt >= 2000);
  const fresh = useTick(() => restored !== null && link === 'open' && Date.now() - restored.at < 5000);
  // Closed once, it stays closed until the phone system has been there again.
  const [silenced, setSilenced] = useState(false);
  useEffect(() => {
    if (status.telephony) setSilenced(false);
  }, [status.telephony]);
  const waiting = entries.filter((entry) => !entry.refused);
  const refused = entries.filter((entry) => entry.refused);
  return (
    <div role="status" aria-live="polite">
      {late && (
        <div className="bar bg-warn-soft text-warn"><WifiOff aria-hidden="true" size={18} />{t('bar.reconnecting')}</div>
      )}
      {fresh && (
        <div className="bar bg-ok-soft text-ok"><Wifi aria-hidden="true" size={18} />{restored!.count > 0 ? t('bar.restored_count', { count: restored!.count }) : t('bar.restored')}</div>
      )}
      {!status.database && (
        <div className="bar bg-warn-soft text-warn"><DatabaseZap aria-hidden="true" size={18} />{t('bar.database')}</div>
      )}
      {!status.telephony && !silenced && (
        <div className="bar bg-warn-soft text-warn"><PhoneOff aria-hidden="true" size={18} />{t('bar.telephony')}
          <button type="button" className="btn btn-small btn-quiet ml-auto text-ink" aria-label={t('action.close_notice')} onClick={() => setSilenced(true)}><X aria-hidden="true" size={14} /></button>
        </div>
      )}
      {waiting.length > 0 && (
        <div className="bar bg-quiet-soft"><CloudUpload aria-hidden="true" size={18} />{t('bar.outbox', { count: waiting.length })}</div>
      )}
      {refused.map((entry) => (
        <div key={entry.key} className="bar bg-late-soft text-late">
          <CloudUpload aria-hidden="true" size={18} />
          {t('bar.refused', { label: entry.label, why: errorText(new ApiError(409, entry.refused!)) })}
          <button type="button" className="btn btn-small ml-auto text-ink" onClick={() => discard(entry.key)}>{t('action.discard')}</button>
        </div>
      ))}
      {newBuild && call === null && (
        <div className="bar bg-accent-soft text-accent-text">
          <RefreshCw aria-hidden="true" size={18} />{t('bar.new_build')}
          <button type="button" className="btn btn-small ml-auto text-ink" onClick={() => location.reload()}>{t('action.reload')}</button>
        </div>
      )}
    </div>
  );
}
