// SPDX-License-Identifier: Apache-2.0
// Made from the registry, so the sheet cannot tell of a key that does not exist.
import { useTranslation } from 'react-i18next';
import { type KeyId, type KeyScope, keyTable } from '../keys/registry';
import { KeyCap } from '../keys/key_cap';
import { Dialog } from '../ui/dialog';

export function KeySheet({ open, onClose }: { open: boolean; onClose(): void }) {
  const { t } = useTranslation();
  const ids = Object.keys(keyTable) as KeyId[];
  const scopes = [...new Set(ids.map((id) => keyTable[id].scope))] as KeyScope[];
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} wide>
      <div className="columns-1 min-[620px]:columns-2 min-[900px]:columns-3 gap-x-8 text-[14px]">
        {scopes.map((scope) => (
          <section key={scope} className="break-inside-avoid pb-4">
            <h3 className="text-[13px] text-muted mb-1">{t(`key_scope.${scope}`)}</h3>
            <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 items-center">
              {ids.filter((id) => keyTable[id].scope === scope).map((id) => (
                <div key={id} className="contents">
                  <dt><KeyCap id={id} /><span className="sr">{keyTable[id].combo}</span></dt>
                  <dd>{t(`key.${id}`)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p className="text-muted text-[13px]">{t('keys.digits')}</p>
      </div>
      <div className="flex justify-end mt-4">
        <button type="button" className="btn" onClick={onClose}>{t('action.close_sheet')}</button>
      </div>
    </Dialog>
  );
}
