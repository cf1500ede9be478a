// SPDX-License-Identifier: Apache-2.0
import { Download, Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** The whole history of a case or customer, in the language of the screen. */
export function HistoryFile({ of }: { of: string }) {
  const { t, i18n } = useTranslation();
  const file = (format: string) => `/api/v1/${of}/history/export?format=${format}&lang=${i18n.language}`;
  return (
    <span className="flex gap-1.5 flex-wrap">
      <a className="btn btn-small" href={file('csv')} download>
        <Download aria-hidden="true" size={14} />{t('papers.export')}
      </a>
      <a className="btn btn-small" href={file('json')} download title={t('papers.export_json')}>JSON</a>
      <a className="btn btn-small" href={file('html')} target="_blank" rel="noreferrer">
        <Printer aria-hidden="true" size={14} />{t('papers.print')}
      </a>
    </span>
  );
}
