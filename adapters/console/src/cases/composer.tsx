// SPDX-License-Identifier: Apache-2.0
// An internal note. The draft is kept per case on this machine and is only cleared by a saved note.
import { StickyNote } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { ErrorLine } from '../ui/states';
import { useCaseCommand } from './use_case_command';

export function Composer({ number }: { number: string }) {
  const { t } = useTranslation();
  const storage = `firsthand.note.${number}`;
  const [text, setText] = useState(() => localStorage.getItem(storage) ?? '');
  const command = useCaseCommand(number);
  const change = (value: string) => {
    setText(value);
    if (value === '') localStorage.removeItem(storage);
    else localStorage.setItem(storage, value);
  };
  const send = () => {
    if (text.trim() === '' || command.isPending) return;
    command.mutate({ path: `cases/${number}/notes`, body: { text: text.trim() } }, { onSuccess: () => change('') });
  };
  useKeys({ send });
  return (
    <footer className="border-t border-line px-4 py-2.5">
      <label className="label" htmlFor="note"><StickyNote aria-hidden="true" size={14} />{t('case.note')}<span className="font-normal">{t('case.note_hint')}</span></label>
      <div className="flex gap-2 items-end">
        <textarea id="note" className="field resize-none" rows={2} value={text} onChange={(event) => change(event.target.value)} />
        <button type="button" className="btn btn-primary" disabled={text.trim() === '' || command.isPending} onClick={send}>{t('case.save_note')}<KeyCap id="send" /></button>
      </div>
      <ErrorLine error={command.error} />
    </footer>
  );
}
