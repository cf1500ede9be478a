// SPDX-License-Identifier: Apache-2.0
// The final response: filled in from the template, completed by a person, sent, and printed again at any time.
import { useQuery } from '@tanstack/react-query';
import { Printer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import type { Instant } from '../api/types';
import { stamp } from '../format';
import { ChipField } from '../ui/chip_group';
import { Dialog, DialogForm } from '../ui/dialog';
import { WordsField } from '../ui/fields';
import { Failed, Loading } from '../ui/states';
import { type ComplaintRecord, useComplaintCommand } from './model';

interface Letter { language: string; text: string; sent_at: Instant | null }
type How = 'mail' | 'email' | 'handed';

export function LetterDialog({ record, onClose }: { record: ComplaintRecord; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const [again, setAgain] = useState(record.letter_at === null);
  const [language, setLanguage] = useState<'zh' | 'en'>(i18n.language === 'en' ? 'en' : 'zh');
  const path = `cases/${encodeURIComponent(record.number)}/letter`;
  const letter = useQuery({
    queryKey: ['letter', record.number, again, language],
    queryFn: ({ signal }) => get<Letter>(`${path}?format=json&lang=${language}${again ? '' : '&sent=true'}`, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <Dialog open wide title={t('complaint.letter')} onClose={onClose}>
      {letter.isPending ? <Loading rows={6} /> : letter.isError ? <Failed error={letter.error} retry={() => void letter.refetch()} /> : again ? (
        <Write record={record} draft={letter.data.text} language={language} onLanguage={setLanguage} onClose={onClose} />
      ) : (
        <div className="flex flex-col gap-3">
          <p className="text-muted">{t('complaint.letter_sent', { at: stamp(letter.data.sent_at ?? record.letter_at!) })}</p>
          <div className="border border-line rounded-md p-4 whitespace-pre-wrap max-h-[50vh] overflow-auto" tabIndex={0} role="group" aria-label={t('complaint.letter')}>{letter.data.text}</div>
          <div className="flex justify-end gap-2">
            {record.can.send_letter && <button type="button" className="btn" onClick={() => setAgain(true)}>{t('complaint.letter_again')}</button>}
            <a className="btn" href={`/api/v1/${path}?sent=true&lang=${language}`} target="_blank" rel="noreferrer"><Printer aria-hidden="true" size={16} />{t('complaint.print')}</a>
            <button type="button" className="btn btn-primary" onClick={onClose}>{t('action.close')}</button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function Write({ record, draft, language, onLanguage, onClose }: { record: ComplaintRecord; draft: string; language: 'zh' | 'en'; onLanguage(next: 'zh' | 'en'): void; onClose(): void }) {
  const { t } = useTranslation();
  const command = useComplaintCommand(record.number);
  const [text, setText] = useState(draft);
  const [how, setHow] = useState<How>('mail');
  useEffect(() => setText(draft), [draft]);
  const go = () => command.mutate({ to: `cases/${record.number}/letter`, body: { how, text: text.trim() } }, { onSuccess: onClose });
  return (
    <DialogForm busy={command.isPending} ready={text.trim() !== ''} error={command.error} confirm={t('complaint.send_letter')} onCancel={onClose} onConfirm={go}>
      <p className="text-muted text-[14px]">{t('complaint.letter_hint')}</p>
      <div className="flex gap-6 flex-wrap">
        <ChipField small label={t('complaint.letter_language')} value={language} choices={[{ value: 'zh', label: '中文' }, { value: 'en', label: 'English' }]} onChange={onLanguage} />
        <ChipField<How> small label={t('complaint.letter_how')} value={how} choices={(['mail', 'email', 'handed'] as const).map((value) => ({ value, label: t(`letter_how.${value}`) }))} onChange={setHow} />
        <a className="btn btn-small self-end ml-auto" href={`/api/v1/cases/${encodeURIComponent(record.number)}/letter?lang=${language}`} target="_blank" rel="noreferrer"><Printer aria-hidden="true" size={14} />{t('complaint.preview')}</a>
      </div>
      <WordsField id="letter-text" label={t('complaint.letter_text')} value={text} onChange={setText} rows={14} />
    </DialogForm>
  );
}
