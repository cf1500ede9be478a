// SPDX-License-Identifier: Apache-2.0
// A rule document that has no editor of its own, as text. What was typed is never lost: neither by a mistake nor
// because somebody else has saved meanwhile.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { stamp } from '../../format';
import { CommandDialog } from '../../ui/dialog';
import { LineField, WordsField } from '../../ui/fields';
import { RuleErrors } from '../rule_errors';
import { type RuleDocument, useSaveRules } from './queries';

export function TextDialog({ document, text, base, onClose }: { document: string; text: string; base: number; onClose(): void }) {
  const { t } = useTranslation();
  const [body, setBody] = useState(text);
  const [note, setNote] = useState('');
  const [other, setOther] = useState<RuleDocument<unknown> | null>(null);
  const save = useSaveRules<unknown>(document, onClose, setOther);
  return (
    <CommandDialog wide title={t(`rule_document.${document}`)} command={save} error={null} ready={body.trim() !== ''} confirm={t('action.save')} onConfirm={() => save.mutate({ body, note, base: other?.version ?? base })} onClose={onClose}>
      <WordsField id="rules-text" label={t('policies.text')} value={body} onChange={setBody} rows={18} spellCheck={false} className="field font-mono text-[13px]" />
      <LineField id="rules-note" label={t('policies.note')} value={note} onChange={setNote} maxLength={150} />
      {other
        ? <p role="alert" className="banner bg-warn-soft text-warn">{t('policies.text_conflict', { name: other.by?.name ?? '', version: other.version, at: stamp(other.at) })}</p>
        : <RuleErrors error={save.error} />}
    </CommandDialog>
  );
}
