// SPDX-License-Identifier: Apache-2.0
// A new import: which system, which file, which column is which field. First a dry run with its report, then
// the import of the very same text.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChipGroup } from '../ui/chip_group';
import { CommandDialog } from '../ui/dialog';
import { LineField } from '../ui/fields';
import { type ChosenFile, FileAndMapping } from './mapping_fields';
import { mappingText, missing } from './mapping';
import { type FileKind, type Import, useImport } from './model';

export function ImportDialog({ onClose, onDone }: { onClose(): void; onDone(done: Import): void }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<FileKind>('facts');
  const [source, setSource] = useState('erp');
  const [file, setFile] = useState<ChosenFile | null>(null);
  const [tried, setTried] = useState<Import | null>(null);
  const run = useImport();
  const lacks = file ? missing(kind, file.choices) : [];
  const ready = file !== null && file.head.columns.length > 0 && lacks.length === 0 && source.trim() !== '';
  const take = (next: ChosenFile | null) => {
    setFile(next);
    setTried(null);
  };
  const go = (dryRun: boolean) => {
    if (!file) return;
    run.mutate(
      { kind, source: source.trim(), file_name: file.name, mapping: mappingText(kind, file.choices), csv: file.text, dry_run: dryRun },
      {
        onSuccess: (done) => {
          onDone(done);
          if (dryRun && done.state === 'done') setTried(done);
          else onClose();
        },
      },
    );
  };
  return (
    <CommandDialog wide title={t('imports.new')} command={run} ready={ready} confirm={t(tried ? 'imports.do_it' : 'imports.try')} onConfirm={() => go(tried === null)} onClose={onClose}>
      <div className="flex gap-5 flex-wrap items-end">
        <ChipGroup<FileKind>
          label={t('imports.kind')} value={kind}
          onChange={(next) => {
            setKind(next);
            take(null);
          }}
          choices={(['facts', 'customers'] as const).map((value) => ({ value, label: t(`file_kind.${value}`) }))}
        />
        <LineField id="facts-source" label={t('imports.source')} value={source} onChange={setSource} className="field w-40!" maxLength={64} />
      </div>
      <FileAndMapping key={kind} purpose={kind} file={file} onFile={take} />
      {lacks.length > 0 && <p className="banner bg-warn-soft text-warn">{t('imports.missing', { fields: lacks.map((field) => t(`import_field.${field}`)).join('、') })}</p>}
      {tried && (
        <p role="status" className="banner bg-accent-soft text-accent-text" data-tried>
          {t('imports.tried', { lines: tried.lines, added: tried.added, changed: tried.changed, unchanged: tried.unchanged, refused: tried.refused })}
        </p>
      )}
    </CommandDialog>
  );
}
