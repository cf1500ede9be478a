// SPDX-License-Identifier: Apache-2.0
// Imports: what came in and when, how far the running one is, which lines were not taken; and a new one, tried
// before it is done.
import { FileDown, FileUp, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { stamp } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { useMe } from '../session';
import { Empty, Loaded } from '../ui/states';
import { FactsTabs } from './facts_tabs';
import { ImportDialog } from './import_dialog';
import { type Import, useImports, useRefusals } from './model';

export function ImportsPage() {
  const { t } = useTranslation();
  const may = useMe().can.includes('import_data');
  const imports = useImports();
  const [importing, setImporting] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  useKeys({ facts_new: () => (may ? setImporting(true) : false) });
  const items = imports.data?.items ?? [];
  const shown = items.find((each) => each.id === chosen) ?? items[0];
  return (
    <div className="h-full grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-3 max-[1100px]:grid-cols-1 max-[1100px]:h-auto">
      <section className="panel" aria-label={t('imports.title')}>
        <header className="flex items-center gap-3 px-4 py-2.5 border-b border-line flex-wrap">
          <h1 className="text-lg">{t('facts.title')}</h1>
          <FactsTabs />
          {may && <button type="button" className="btn btn-primary btn-small ml-auto" onClick={() => setImporting(true)}><Upload aria-hidden="true" size={15} />{t('imports.new')}<KeyCap id="facts_new" /></button>}
        </header>
        <Loaded of={imports} rows={8} empty={items.length === 0 && <Empty title={t('imports.none')} icon={<FileUp aria-hidden="true" size={30} />}><p>{t('imports.none_hint')}</p></Empty>}>
          <ul className="flex-1 min-h-0 overflow-auto" tabIndex={0} aria-label={t('imports.list')}>
            {items.map((each) => (
              <li key={each.id} className="border-b border-line">
                <button type="button" className={`w-full text-left px-4 py-2 flex flex-col gap-0.5 hover:bg-accent-soft ${each.id === shown?.id ? 'bg-accent-soft' : ''}`} aria-pressed={each.id === shown?.id} onClick={() => setChosen(each.id)} data-import={each.id}>
                  <span className="flex gap-2 items-center">
                    <strong>{t(`file_kind.${each.kind}`)}</strong>
                    <span>{each.source}</span>
                    {each.dry_run && <span className="tag bg-quiet-soft">{t('imports.dry_run')}</span>}
                    <span className={`tag ${each.state === 'failed' ? 'bg-late-soft text-late' : each.state === 'running' ? 'bg-warn-soft text-warn' : 'bg-quiet-soft'}`}>{t(`import_state.${each.state}`)}</span>
                    <time className="ml-auto text-muted text-[13px]" dateTime={each.started_at}>{stamp(each.started_at)}</time>
                  </span>
                  <span className="text-muted text-[13px] truncate">{[each.file_name, each.by?.name ?? each.client].filter(Boolean).join(' · ')}</span>
                  <span className="text-[14px]">{t('imports.counts', { lines: each.lines, added: each.added, changed: each.changed, unchanged: each.unchanged, refused: each.refused })}</span>
                </button>
              </li>
            ))}
          </ul>
        </Loaded>
      </section>
      <section className="panel" aria-label={t('imports.report')}>{shown && <Report shown={shown} />}</section>
      {importing && <ImportDialog onClose={() => setImporting(false)} onDone={(done) => setChosen(done.id)} />}
    </div>
  );
}

export function Report({ shown }: { shown: Import }) {
  const { t } = useTranslation();
  const refusals = useRefusals(shown.refused > 0 ? shown.id : null);
  const share = shown.bytes_total > 0 ? Math.min(100, Math.round((100 * shown.bytes_done) / shown.bytes_total)) : 0;
  return (
    <>
      <header className="flex items-center gap-3 px-4 py-2.5 border-b border-line">
        <h2 className="text-[16px]">{t('imports.report')}</h2>
        {shown.refused > 0 && <a className="btn btn-small ml-auto" href={`/api/v1/imports/${shown.id}/refusals?format=csv`} download><FileDown aria-hidden="true" size={15} />{t('imports.refusals_file')}</a>}
      </header>
      <div className="px-4 py-2.5 flex flex-col gap-2">
        {shown.state === 'running' && (
          <div className="flex items-center gap-2">
            <progress className="flex-1" max={100} value={share} aria-label={t('imports.progress')} />
            <span className="w-12 text-right">{share}%</span>
          </div>
        )}
        {shown.error !== '' && <p role="alert" className="error">{shown.error}</p>}
        <p role="status" data-report>{t('imports.counts', { lines: shown.lines, added: shown.added, changed: shown.changed, unchanged: shown.unchanged, refused: shown.refused })}</p>
        {shown.dry_run && <p className="text-muted text-[13px]">{t('imports.dry_run_hint')}</p>}
      </div>
      {shown.refused === 0 ? <Empty title={t('imports.all_taken')} /> : (
        <div className="flex-1 min-h-0 overflow-auto border-t border-line" tabIndex={0} role="group" aria-label={t('imports.refusals')}>
          <table className="w-full text-left text-[14px]" data-refusals>
            <thead className="sticky top-0 bg-panel text-[13px] text-muted">
              <tr className="border-b border-line"><th scope="col" className="px-4 py-1.5 whitespace-nowrap">{t('imports.line')}</th><th scope="col" className="px-2">{t('imports.field')}</th><th scope="col" className="px-2">{t('imports.why')}</th><th scope="col" className="px-2">{t('imports.text')}</th></tr>
            </thead>
            <tbody>
              {refusals.data?.items.map((each) => (
                <tr key={each.line} className="border-b border-line align-top">
                  <td className="px-4 py-1 font-semibold">{each.line}</td>
                  <td className="px-2 py-1 whitespace-nowrap">{each.field === '' ? '—' : t(`import_field.${each.field}`, { defaultValue: each.field })}</td>
                  <td className="px-2 py-1">{t(`import_code.${each.code}`, { defaultValue: each.sentence })}</td>
                  <td className="px-2 py-1 text-muted font-mono text-[12px] break-all">{each.text}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {refusals.data?.next && <p className="p-3 text-muted">{t('imports.more_refusals')}</p>}
        </div>
      )}
    </>
  );
}
