// SPDX-License-Identifier: Apache-2.0
// Gives actions other keys. A press is tried at once: what is refused says why, what is taken works from then on.
import { RotateCcw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog';
import { KeyCap, showCombo } from './key_cap';
import { giveKey, type Refusal, standardKeys, useOwnKeys } from './own_keys';
import { comboOf, composing } from './registry';
import { type KeyId, keyIds, keyScopes, keyTable } from './table';

const modifiers = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Process', 'Dead', 'Unidentified']);

interface Said { id: KeyId; combo: string; refusal: Refusal | null }

export function OwnKeysDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const own = useOwnKeys((keys) => keys.own);
  const [waiting, setWaiting] = useState<KeyId | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const give = (id: KeyId, combo: string) => {
    const refusal = giveKey(id, combo);
    setSaid({ id, combo, refusal });
    if (!refusal) setWaiting(null);
  };
  useEffect(() => {
    if (waiting === null) return;
    // Before everybody else: the key that is being chosen must not act, and Escape only ends the choice.
    const press = (event: KeyboardEvent) => {
      if (composing(event) || modifiers.has(event.key)) return;
      if (event.key === 'Tab' && !event.ctrlKey) return setWaiting(null);
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.repeat) return;
      if (event.key === 'Escape') return setWaiting(null);
      give(waiting, comboOf(event));
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [waiting]);
  return (
    <Dialog open onClose={onClose} title={t('own_keys.title')} wide>
      <p className="text-muted mb-3">{t('own_keys.hint')}</p>
      <div className="columns-1 min-[800px]:columns-2 gap-x-8 text-[14px]">
        {keyScopes.map((scope) => (
          <section key={scope} className="pb-4 break-inside-avoid">
            <h3 className="text-[13px] text-muted mb-1">{t(`key_scope.${scope}`)}</h3>
            <ul>
              {keyIds.filter((id) => keyTable[id].scope === scope).map((id) => (
                <li key={id} data-key={id} className="break-inside-avoid border-b border-line py-1">
                  <div className="flex items-center gap-2 min-h-8">
                    <span className="flex-1 min-w-0">{t(`key.${id}`)}</span>
                    {own[id] !== undefined && (
                      <button type="button" className="btn btn-small btn-quiet" title={t('own_keys.back', { key: showCombo(keyTable[id].combo) })} onClick={() => give(id, keyTable[id].combo)}>
                        <RotateCcw aria-hidden="true" size={13} />{showCombo(keyTable[id].combo)}
                        <span className="sr-only">{t('own_keys.back_of', { action: t(`key.${id}`) })}</span>
                      </button>
                    )}
                    <button
                      type="button" className="btn btn-small min-w-24" aria-pressed={waiting === id}
                      onClick={() => {
                        setWaiting(waiting === id ? null : id);
                        setSaid(null);
                      }}
                      onBlur={() => setWaiting(null)}
                    >
                      {waiting === id ? t('own_keys.press') : <KeyCap id={id} />}
                      <span className="sr-only">{t('own_keys.change', { action: t(`key.${id}`) })}</span>
                    </button>
                  </div>
                  {said?.id === id && <Answer said={said} />}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="flex justify-end gap-2 mt-4">
        <button type="button" className="btn" disabled={Object.keys(own).length === 0} onClick={() => { standardKeys(); setSaid(null); }}>
          <RotateCcw aria-hidden="true" size={15} />{t('own_keys.all_back')}
        </button>
        <button type="button" className="btn btn-primary" onClick={onClose}>{t('action.close_sheet')}</button>
      </div>
    </Dialog>
  );
}

function Answer({ said: { id, combo, refusal } }: { said: Said }) {
  const { t } = useTranslation();
  const words = { key: showCombo(combo), action: t(`key.${id}`) };
  if (!refusal) return <p role="status" className="text-ok text-[13px]">{t('own_keys.given', words)}</p>;
  const by = refusal.why === 'taken' ? { other: t(`key.${refusal.by}`), where: t(`key_scope.${keyTable[refusal.by].scope}`) } : {};
  return <p role="alert" className="error">{t(`own_keys_refused.${refusal.why}`, { ...words, ...by })}</p>;
}
