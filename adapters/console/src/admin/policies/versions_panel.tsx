// SPDX-License-Identifier: Apache-2.0
// Who saved what when and why, how far the change has reached the running clocks, and an old version to
// read or to take up again.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf, stamp } from '../../format';
import { Failed, Loading } from '../../ui/states';
import type { Document, Trees } from './model';
import { type RuleChange, useChanges, useRules, useVersions } from './queries';
import { DocumentText } from './document_text';
import { TextDialog } from './text_dialog';

/** How each is edited: as a draft on this page, on the page of the calendars, or as the text that it is. */
const editors = {
  policies: 'draft', ladders: 'draft', calendars: 'elsewhere', accounts: 'text', tiers: 'text', callbacks: 'text', complaints: 'text', letters: 'text',
} as const;
type Named = keyof typeof editors;
const documents = Object.keys(editors) as Named[];

type Restore = <D extends Document>(document: D, tree: Trees[D]) => void;

export function VersionsPanel({ onRestore }: { onRestore: Restore | null }) {
  const { t } = useTranslation();
  const [document, setDocument] = useState<Named>('policies');
  const [version, setVersion] = useState<number | null>(null);
  const versions = useVersions(document);
  const changes = useChanges().data?.items ?? [];
  const newest = versions.data?.items[0]?.version ?? 0;
  const shown = version ?? newest;
  return (
    <div className="grid grid-cols-[420px_minmax(0,1fr)] gap-3 h-full min-h-0 max-[1000px]:grid-cols-1">
      <section className="panel" aria-label={t('policies.versions')}>
        <div className="panel-head">
          <select className="field min-h-8! h-8 py-0!" aria-label={t('policies.document')} value={document} onChange={(event) => { setDocument(event.target.value as Named); setVersion(null); }}>
            {documents.map((name) => <option key={name} value={name}>{t(`rule_document.${name}`)}</option>)}
          </select>
        </div>
        {versions.isPending && <Loading />}
        {versions.error && <Failed error={versions.error} retry={() => void versions.refetch()} />}
        <ul className="overflow-auto min-h-0">
          {versions.data?.items.map((row) => (
            <li key={row.version}>
              <button type="button" className="row" aria-current={row.version === shown ? 'true' : undefined} onClick={() => setVersion(row.version)} data-version={row.version}>
                <span className="flex gap-2 items-baseline justify-between"><span className="font-semibold">{t('policies.version', { version: row.version })}{row.version === newest && <span className="tag bg-ok-soft text-ok ml-2">{t('policies.in_force')}</span>}</span><span className="text-muted text-[13px]">{stamp(row.at)}</span></span>
                <span className="block text-[14px]">{row.by?.name ?? t('policies.by_defaults')}{row.note && ` · ${row.note}`}</span>
                <Reach change={changes.find((change) => change.document === document && change.version === row.version)} />
              </button>
            </li>
          ))}
        </ul>
      </section>
      {shown > 0 && <OneVersion key={`${document}${shown}`} document={document} version={shown} newest={newest} onRestore={onRestore} />}
    </div>
  );
}

function Reach({ change }: { change: RuleChange | undefined }) {
  const { t, i18n } = useTranslation();
  if (!change || (change.clocks_total === 0 && change.done_at)) return null;
  const number = new Intl.NumberFormat(localeOf(i18n.language));
  const words = { moved: number.format(change.clocks_moved), total: number.format(change.clocks_total), left: number.format(change.clocks_left) };
  return <span className="block text-muted text-[13px]">{change.done_at ? t('policies.reached', { moved: words.moved, total: words.total }) : t('policies.reaching', words)}</span>;
}

interface OneVersionProps { document: Named; version: number; newest: number; onRestore: Restore | null }
function OneVersion({ document, version, newest, onRestore }: OneVersionProps) {
  const { t } = useTranslation();
  const found = useRules<unknown>(document, version);
  const [editing, setEditing] = useState(false);
  const editor = editors[document];
  const old = version !== newest;
  const offered = onRestore && (editor === 'text' || (editor === 'draft' && old));
  const edit = () => (editor === 'text' ? setEditing(true) : onRestore!(document as Document, found.data!.parsed as Trees[Document]));
  return (
    <section className="panel" aria-label={t('policies.version', { version })}>
      <div className="panel-head">
        <h2>{t(`rule_document.${document}`)} · {t('policies.version', { version })}</h2>
        {offered && <button type="button" className="btn btn-small" disabled={!found.data?.parsed} onClick={edit}>{t(old ? 'policies.restore' : 'policies.edit_text')}</button>}
      </div>
      {editing && found.data && <TextDialog document={document} text={found.data.body} base={newest} onClose={() => setEditing(false)} />}
      <div className="p-3 overflow-auto min-h-0" tabIndex={0} role="group" aria-label={t('policies.text')}>
        {found.isPending && <Loading />}
        {found.error && <Failed error={found.error} retry={() => void found.refetch()} />}
        {found.data && <DocumentText document={document} found={found.data} />}
      </div>
    </section>
  );
}
