// SPDX-License-Identifier: Apache-2.0
// Made from the registry and one's own keys, so the sheet cannot tell of a key that does not exist. It prints on a page.
import { Keyboard, Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { KeyCap, showCombo } from '../keys/key_cap';
import { comboFor, useOwnKeys } from '../keys/own_keys';
import { keyIds, keyScopes, keyTable } from '../keys/table';
import { useMe } from '../session';
import { Dialog } from '../ui/dialog';

export function KeySheet({ open, onClose, onOwn }: { open: boolean; onClose(): void; onOwn(): void }) {
  const { t } = useTranslation();
  const me = useMe();
  const own = useOwnKeys((keys) => keys.own);
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} wide printed>
      <div className="flex items-center gap-2 mb-2">
        {Object.keys(own).length > 0 && <p className="text-muted text-[13px]">{t('keys.of', { name: me.user.name })}</p>}
        <span className="flex gap-2 ml-auto no-print">
          <button type="button" className="btn btn-small" onClick={onOwn}><Keyboard aria-hidden="true" size={14} />{t('own_keys.title')}</button>
          <button type="button" className="btn btn-small" onClick={() => window.print()}><Printer aria-hidden="true" size={14} />{t('keys.print')}</button>
          <button type="button" className="btn btn-small" onClick={onClose}>{t('action.close_sheet')}</button>
        </span>
      </div>
      <div className="columns-1 min-[620px]:columns-2 min-[900px]:columns-3 gap-x-8 text-[14px]">
        {keyScopes.map((scope) => (
          <section key={scope} className="break-inside-avoid pb-4">
            <h3 className="text-[13px] text-muted mb-1">{t(`key_scope.${scope}`)}</h3>
            <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 items-center">
              {keyIds.filter((id) => keyTable[id].scope === scope).map((id) => (
                <div key={id} className="contents">
                  <dt><KeyCap id={id} /><span className="sr">{comboFor(id)}</span></dt>
                  <dd>{t(`key.${id}`)}{own[id] !== undefined && <span className="text-muted text-[13px]"> {t('keys.standard', { key: showCombo(keyTable[id].combo) })}</span>}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p className="text-muted text-[13px]">{t('keys.digits')}</p>
      </div>
    </Dialog>
  );
}
