// SPDX-License-Identifier: Apache-2.0
// A rule document that has no editor of its own, as text. What was typed is never lost: neither by a mistake nor
// because somebody else has saved meanwhile.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, request } from '../../api/client';
import { stamp } from '../../format';
import { CommandDialog } from '../../ui/dialog';
import { LineField, WordsField } from '../../ui/fields';
import { notify } from '../../ui/toasts';
import { RuleErrors } from '../rule_errors';
import type { RuleDocument } from './queries';

export function TextDialog({ document, text, base, onClose }: { document: string; text: string; base: number; onClose(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [body, setBody] = useState(text);
  const [note, setNote] = useState('');
  const [other, setOther] = useState<RuleDocument<unknown> | null>(null);
  const save = useMutation({
    mutationFn: () => request<{ version: number }>(`rules/${document}`, { method: 'PUT', body: { body, note: note.trim() }, version: other?.version ?? base }),
    onSuccess: async (saved) => {
      notify({ kind: 'done', text: t('policies.saved', { version: saved.version }) });
      onClose();
      await client.invalidateQueries({ queryKey: ['rules'] });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 412) setOther(error.body.current as RuleDocument<unknown>);
    },
  });
  return (
    <CommandDialog wide title={t(`rule_document.${document}`)} command={save} error={null} ready={body.trim() !== ''} confirm={t('action.save')} onConfirm={() => save.mutate()} onClose={onClose}>
      <WordsField id="rules-text" label={t('policies.text')} value={body} onChange={setBody} rows={18} spellCheck={false} className="field font-mono text-[13px]" />
      <LineField id="rules-note" label={t('policies.note')} value={note} onChange={setNote} maxLength={150} />
      {other
        ? <p role="alert" className="banner bg-warn-soft text-warn">{t('policies.text_conflict', { name: other.by?.name ?? '', version: other.version, at: stamp(other.at) })}</p>
        : <RuleErrors error={save.error} />}
    </CommandDialog>
  );
}
