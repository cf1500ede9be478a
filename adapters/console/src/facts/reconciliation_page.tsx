// SPDX-License-Identifier: Apache-2.0
// The month's end: finance's totals of each customer laid beside ours. Only what differs is shown.
import { FileDown, Scale, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { money, stamp } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { CommandDialog } from '../ui/dialog';
import { LineField } from '../ui/fields';
import { CustomerLink } from '../ui/matter_link';
import { Empty, Loaded } from '../ui/states';
import { FactsTabs } from './facts_tabs';
import { mappingText, missing } from './mapping';
import { type ChosenFile, FileAndMapping } from './mapping_fields';
import { type Reconciliation, type Totals, useReconcile, useReconciliation, useReconciliations } from './model';

export function ReconciliationPage() {
  const { t } = useTranslation();
  const reports = useReconciliations();
  const [comparing, setComparing] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  useKeys({ facts_new: () => setComparing(true) });
  const items = reports.data?.items ?? [];
  const id = chosen ?? items[0]?.id ?? null;
  const report = useReconciliation(id);
  return (
    <section className="panel h-full" aria-label={t('reconcile.title')}>
      <header className="flex items-center gap-3 px-4 py-2.5 border-b border-line flex-wrap">
        <h1 className="text-lg">{t('facts.title')}</h1>
        <FactsTabs />
        {items.length > 0 && (
          <select className="field w-auto! min-h-[34px]!" aria-label={t('reconcile.report')} value={id ?? ''} onChange={(event) => setChosen(Number(event.target.value))}>
            {items.map((each) => <option key={each.id} value={each.id}>{`${stamp(each.at)} ${each.source} ${each.file_name}`}</option>)}
          </select>
        )}
        <span className="flex gap-1.5 ml-auto">
          {id !== null && <a className="btn btn-small" href={`/api/v1/reconciliations/${id}?format=csv`} download><FileDown aria-hidden="true" size={15} />{t('reconcile.file')}</a>}
          <button type="button" className="btn btn-primary btn-small" onClick={() => setComparing(true)}><Upload aria-hidden="true" size={15} />{t('reconcile.new')}<KeyCap id="facts_new" /></button>
        </span>
      </header>
      <Loaded of={reports} rows={8} empty={items.length === 0 && <Empty title={t('reconcile.none')} icon={<Scale aria-hidden="true" size={30} />}><p>{t('reconcile.none_hint')}</p></Empty>}>
        {report.data && <Differences report={report.data} />}
      </Loaded>
      {comparing && <Compare onClose={() => setComparing(false)} onDone={setChosen} />}
    </section>
  );
}

function Differences({ report }: { report: Reconciliation }) {
  const { t, i18n } = useTranslation();
  const cents = (value: number | undefined) => (value === undefined ? '—' : money(value, i18n.language));
  const side = (totals: Totals | null) => (['invoiced_cents', 'received_cents', 'due_cents'] as const).map((each) => <td key={each} className="px-2 py-1 text-right whitespace-nowrap">{cents(totals?.[each])}</td>);
  return (
    <>
      <p role="status" className="px-4 py-2" data-reconciled={report.summary.differing}>
        {t('reconcile.summary', { customers: report.summary.customers, equal: report.summary.equal, differing: report.summary.differing, refused: report.summary.refused })}
      </p>
      {report.items.length === 0 ? <Empty title={t('reconcile.all_equal')} /> : (
        <div className="flex-1 min-h-0 overflow-auto border-t border-line" tabIndex={0} role="group" aria-label={t('reconcile.differences')}>
          <table className="w-full text-left text-[14px]" data-differences>
            <thead className="sticky top-0 bg-panel text-[13px] text-muted">
              <tr className="border-b border-line">
                <th scope="col" className="px-4 py-1.5">{t('reconcile.customer')}</th><th scope="col" className="px-2">{t('reconcile.state')}</th>
                {(['ours', 'theirs'] as const).flatMap((whose) => (['invoiced', 'received', 'due'] as const).map((what) => <th key={`${whose}${what}`} scope="col" className="px-2 text-right">{t(`reconcile.${whose}`, { what: t(`money.${what}`) })}</th>))}
                <th scope="col" className="px-2 text-right">{t('reconcile.difference')}</th>
              </tr>
            </thead>
            <tbody>
              {report.items.map((each) => (
                <tr key={each.place} className="border-b border-line align-top">
                  <td className="px-4 py-1">
                    {each.customer_id === null ? each.reference : <CustomerLink customer={{ id: each.customer_id, name: each.customer_name }} />}
                    {each.customer_id !== null && each.reference !== '' && <span className="text-muted"> {each.reference}</span>}
                    {each.line !== null && <span className="text-muted text-[13px]"> {t('reconcile.line', { line: each.line })}</span>}
                  </td>
                  <td className="px-2 py-1">{t(`reconcile_state.${each.state}`)}{each.note !== '' && <span className="text-muted"> {each.note}</span>}</td>
                  {side(each.ours)}
                  {side(each.theirs)}
                  <td className="px-2 py-1 text-right whitespace-nowrap font-semibold">{each.state === 'refused' ? '' : cents(each.difference_cents)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {report.next !== null && <p className="p-3 text-muted">{t('reconcile.more')}</p>}
        </div>
      )}
    </>
  );
}

function Compare({ onClose, onDone }: { onClose(): void; onDone(id: number): void }) {
  const { t } = useTranslation();
  const [source, setSource] = useState('erp');
  const [file, setFile] = useState<ChosenFile | null>(null);
  const run = useReconcile();
  const lacks = file ? missing('totals', file.choices) : [];
  const go = () => {
    if (!file) return;
    run.mutate(
      { source: source.trim(), file_name: file.name, mapping: mappingText('totals', file.choices), csv: file.text },
      {
        onSuccess: (report) => {
          onDone(report.summary.id);
          onClose();
        },
      },
    );
  };
  return (
    <CommandDialog wide title={t('reconcile.new')} command={run} ready={file !== null && file.head.columns.length > 0 && lacks.length === 0 && source.trim() !== ''} confirm={t('reconcile.compare')} onConfirm={go} onClose={onClose}>
      <LineField id="facts-source" label={t('imports.source')} value={source} onChange={setSource} className="field w-40!" maxLength={64} />
      <FileAndMapping purpose="totals" file={file} onFile={setFile} />
      {lacks.length > 0 && <p className="banner bg-warn-soft text-warn">{t('imports.missing', { fields: lacks.map((field) => t(`import_field.${field}`)).join('、') })}</p>}
    </CommandDialog>
  );
}
