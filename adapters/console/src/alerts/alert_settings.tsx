// SPDX-License-Identifier: Apache-2.0
// My own settings, for every role: the mails I get about alerts, my quiet hours, my language. The console
// shows every alert at once whatever is set here.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, put } from '../api/client';
import type { Language } from '../api/types';
import { changeSettings } from '../settings';
import { Dialog, DialogForm } from '../ui/dialog';
import { Failed, Loading } from '../ui/states';
import { notify } from '../ui/toasts';

interface Wishes { mails: 'each' | 'digest'; quiet_from: string | null; quiet_to: string | null; language: Language; zone: string }

export function AlertSettings({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const wishes = useQuery({ queryKey: ['my_alerts'], queryFn: ({ signal }) => get<Wishes>('me/alerts', signal), staleTime: 0, gcTime: 0 });
  return (
    <Dialog open title={t('my_alerts.title')} onClose={onClose}>
      {wishes.data ? <Form wishes={wishes.data} onClose={onClose} /> : wishes.isPending ? <Loading rows={4} /> : <Failed error={wishes.error} retry={() => void wishes.refetch()} />}
    </Dialog>
  );
}

function Choice({ name, value, current, onChoose, children }: { name: string; value: string; current: string; onChoose(value: string): void; children: ReactNode }) {
  return (
    <label className="flex items-start gap-2 py-1 min-h-7">
      <input type="radio" name={name} value={value} checked={current === value} onChange={() => onChoose(value)} className="mt-1 size-4" />
      <span>{children}</span>
    </label>
  );
}

function Form({ wishes, onClose }: { wishes: Wishes; onClose(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [mails, setMails] = useState(wishes.mails);
  const [language, setLanguage] = useState(wishes.language);
  const [quiet, setQuiet] = useState(wishes.quiet_from !== null);
  const [from, setFrom] = useState(wishes.quiet_from ?? '21:00');
  const [to, setTo] = useState(wishes.quiet_to ?? '08:00');
  const save = useMutation({
    mutationFn: () => put<Wishes>('me/alerts', { mails, language, quiet_from: quiet ? from : null, quiet_to: quiet ? to : null }),
    onSuccess: (saved) => {
      client.setQueryData(['my_alerts'], saved);
      if (saved.language !== wishes.language) changeSettings({ language: saved.language });
      notify({ kind: 'done', text: t('my_alerts.saved') });
      onClose();
    },
  });
  const wrong = save.error instanceof ApiError && save.error.field.startsWith('quiet_');
  return (
    <DialogForm busy={save.isPending} ready={!quiet || (from !== '' && to !== '' && from !== to)} error={save.error} confirm={t('my_alerts.save')} onConfirm={() => save.mutate()} onCancel={onClose}>
      <p className="text-muted">{t('my_alerts.hint')}</p>
      <fieldset className="border-0 p-0 m-0">
        <legend className="label">{t('my_alerts.mails')}</legend>
        <Choice name="mails" value="each" current={mails} onChoose={() => setMails('each')}>{t('my_alerts.each')}</Choice>
        <Choice name="mails" value="digest" current={mails} onChoose={() => setMails('digest')}>{t('my_alerts.digest')}</Choice>
      </fieldset>
      <fieldset className="border-0 p-0 m-0">
        <legend className="label">{t('my_alerts.quiet')}</legend>
        <label className="flex items-center gap-2 min-h-7">
          <input type="checkbox" id="quiet" checked={quiet} onChange={(event) => setQuiet(event.target.checked)} className="size-4" />
          {t('my_alerts.quiet_on')}
        </label>
        <div className="flex items-center gap-3 mt-1">
          <label className="flex items-center gap-2">{t('my_alerts.from')}
            <input type="time" id="quiet-from" className="field w-32!" value={from} disabled={!quiet} required={quiet} aria-invalid={wrong} onChange={(event) => setFrom(event.target.value)} />
          </label>
          <label className="flex items-center gap-2">{t('my_alerts.to')}
            <input type="time" id="quiet-to" className="field w-32!" value={to} disabled={!quiet} required={quiet} aria-invalid={wrong} onChange={(event) => setTo(event.target.value)} />
          </label>
        </div>
        <p className="text-muted text-[13px] mt-1">{t('my_alerts.quiet_hint', { zone: wishes.zone })}</p>
      </fieldset>
      <fieldset className="border-0 p-0 m-0">
        <legend className="label">{t('my_alerts.language')}</legend>
        <Choice name="language" value="zh" current={language} onChoose={() => setLanguage('zh')}><span lang="zh-CN">中文</span></Choice>
        <Choice name="language" value="en" current={language} onChoose={() => setLanguage('en')}><span lang="en">English</span></Choice>
      </fieldset>
    </DialogForm>
  );
}
