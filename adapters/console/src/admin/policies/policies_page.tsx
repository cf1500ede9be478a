// SPDX-License-Identifier: Apache-2.0
// Which case gets which time and who is alerted when. Whoever leads reads it and may ask what a case would
// get; the administrator changes it, sees what that does to running clocks, and saves a new version.
import { ArrowDown, ArrowUp, Plus, Save, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '../../feed/state';
import { localeOf, named } from '../../format';
import { useMe } from '../../session';
import { Failed, Loading } from '../../ui/states';
import { Tabs } from '../../ui/tabs';
import { LadderEditor } from './ladder_editor';
import { bodyOf, type Document, freeCode, type LadderTree, moved, type PolicyTree, replaced, type Trees, without } from './model';
import { PolicyEditor } from './policy_editor';
import { dropDraft, keepDraft, type NamedCalendar, type RuleChange, useChanges, useDrafts, useRules } from './queries';
import { SaveDialog } from './save_dialog';
import { VersionsPanel } from './versions_panel';
import { WhatIfPanel } from './what_if_panel';
import { useRuleWords } from './words';

type Tab = Document | 'versions';
const tabs: Tab[] = ['policies', 'ladders', 'versions'];

export function PoliciesPage() {
  const { t } = useTranslation();
  const policies = useRules<PolicyTree>('policies');
  const ladders = useRules<LadderTree>('ladders');
  const calendars = useRules<{ calendar: NamedCalendar[] }>('calendars');
  const changes = useChanges().data?.items ?? [];
  const drafts = useDrafts();
  const mayEdit = useMe().can.includes('edit_rules');
  const [tab, setTab] = useState<Tab>('policies');
  const [code, setCode] = useState<Record<Document, string>>({ policies: '', ladders: '' });
  const [saving, setSaving] = useState(false);
  const [now] = useState(serverNow);
  if (policies.isPending || ladders.isPending || calendars.isPending) return <Loading rows={8} />;
  const failed = [policies, ladders, calendars].find((query) => !query.data);
  if (failed) return <div className="panel h-full"><Failed error={failed.error} retry={() => void failed.refetch()} /></div>;

  const saved = { policies: policies.data!.parsed ?? { policy: [] }, ladders: ladders.data!.parsed ?? { ladder: [] } };
  const trees: Trees = { policies: drafts.policies?.tree ?? saved.policies, ladders: drafts.ladders?.tree ?? saved.ladders };
  const named_calendars = calendars.data!.parsed?.calendar ?? [];
  const document: Document | null = tab === 'versions' ? null : tab;
  const draft = document ? drafts[document] : null;
  const keep = <D extends Document>(which: D, tree: Trees[D]) => {
    const base = which === 'policies' ? (drafts.policies?.base ?? policies.data!.version) : (drafts.ladders?.base ?? ladders.data!.version);
    keepDraft(which, { base, tree });
  };
  const unsaved = { ...(drafts.policies ? { body: bodyOf('policies', trees.policies) } : {}), ...(drafts.ladders ? { ladders: bodyOf('ladders', trees.ladders) } : {}) };
  const running = changes.find((change) => change.done_at === null);
  return (
    <div className="h-full flex flex-col gap-3 min-h-0">
      <header className="flex items-center gap-3 flex-wrap">
        <h1 className="text-lg">{t('policies.title')}</h1>
        <Tabs className="flex gap-1.5" label={t('policies.parts')} names={tabs} value={tab} name={(name) => <>{t(`policies_tab.${name}`)}{name !== 'versions' && drafts[name] && <span className="tag bg-warn-soft text-warn">{t('policies.changed')}</span>}</>} onChange={setTab} />
        {running && <Progress change={running} />}
        {mayEdit && document && draft && (
          <div className="ml-auto flex gap-2">
            <button type="button" className="btn" onClick={() => dropDraft(document)}><Undo2 aria-hidden="true" size={16} />{t('action.discard')}</button>
            <button type="button" className="btn btn-primary" onClick={() => setSaving(true)}><Save aria-hidden="true" size={16} />{t('policies.preview_and_save')}</button>
          </div>
        )}
        {!mayEdit && <p className="ml-auto text-muted text-[14px]">{t('policies.read_only')}</p>}
      </header>
      {tab === 'versions' ? (
        <VersionsPanel
          onRestore={mayEdit ? (which, tree) => {
            keep(which, tree);
            setTab(which);
          } : null}
        />
      ) : (
        <div className="grid grid-cols-[280px_minmax(0,1fr)_330px] gap-3 flex-1 min-h-0 max-[1100px]:grid-cols-1 max-[1100px]:flex-none">
          {tab === 'policies'
            ? <Policies tree={trees.policies} ladders={trees.ladders.ladder} calendars={named_calendars} mayEdit={mayEdit} code={code.policies} onCode={(next) => setCode({ ...code, policies: next })} onChange={(tree) => keep('policies', tree)} />
            : <Ladders tree={trees.ladders} mayEdit={mayEdit} code={code.ladders} onCode={(next) => setCode({ ...code, ladders: next })} onChange={(tree) => keep('ladders', tree)} />}
          <WhatIfPanel unsaved={unsaved} calendars={named_calendars} now={now} />
        </div>
      )}
      {saving && tab === 'policies' && drafts.policies && <SaveDialog document="policies" draft={drafts.policies} onClose={() => setSaving(false)} />}
      {saving && tab === 'ladders' && drafts.ladders && <SaveDialog document="ladders" draft={drafts.ladders} onClose={() => setSaving(false)} />}
    </div>
  );
}

function Progress({ change }: { change: RuleChange }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(localeOf(i18n.language));
  const done = Math.max(0, change.clocks_total - change.clocks_left);
  return (
    <p role="status" className="flex items-center gap-2 text-[14px]" data-running={change.revision}>
      <progress className="w-28" max={Math.max(1, change.clocks_total)} value={done} aria-label={t('policies.running')} />
      {t('policies.progress', { done: number.format(done), total: number.format(change.clocks_total), moved: number.format(change.clocks_moved) })}
    </p>
  );
}

interface ListProps<T> { rows: T[]; code: string; mayEdit: boolean; title: string; add: string; onCode(code: string): void; onAdd(): void; onMove(from: number, to: number): void; onRemove(at: number): void; hint(row: T): string }
function RuleList<T extends { code: string; name_zh: string; name_en: string }>({ rows, code, mayEdit, title, add, onCode, onAdd, onMove, onRemove, hint }: ListProps<T>) {
  const { t, language } = useRuleWords();
  const at = Math.max(0, rows.findIndex((row) => row.code === code));
  const name = rows[at] ? named(rows[at], language) || rows[at].code : '';
  return (
    <section className="panel" aria-label={title}>
      <h2 className="panel-head">{title}<span>{rows.length}</span></h2>
      <ol className="overflow-auto min-h-0 flex-1">
        {rows.map((row, index) => (
          <li key={index}>
            <button type="button" className="row" aria-current={index === at ? 'true' : undefined} onClick={() => onCode(row.code)} data-code={row.code}>
              <span className="flex gap-2 items-baseline"><span className="text-muted">{index + 1}</span><span className="font-semibold">{named(row, language) || row.code}</span></span>
              <span className="block text-muted text-[13px]">{hint(row)}</span>
            </button>
          </li>
        ))}
      </ol>
      {mayEdit && (
        <footer className="p-2 border-t border-line flex gap-1.5">
          <button type="button" className="btn btn-small flex-1" onClick={onAdd}><Plus aria-hidden="true" size={15} />{add}</button>
          <button type="button" className="btn btn-small btn-icon" aria-label={t('policies.up', { name })} disabled={at === 0} onClick={() => onMove(at, at - 1)}><ArrowUp aria-hidden="true" size={15} /></button>
          <button type="button" className="btn btn-small btn-icon" aria-label={t('policies.down', { name })} disabled={at >= rows.length - 1} onClick={() => onMove(at, at + 1)}><ArrowDown aria-hidden="true" size={15} /></button>
          <button type="button" className="btn btn-small btn-icon" aria-label={t('policies.remove', { name })} disabled={rows.length <= 1} onClick={() => onRemove(at)}><Trash2 aria-hidden="true" size={15} /></button>
        </footer>
      )}
    </section>
  );
}

interface PoliciesProps { tree: PolicyTree; ladders: LadderTree['ladder']; calendars: NamedCalendar[]; mayEdit: boolean; code: string; onCode(code: string): void; onChange(tree: PolicyTree): void }
function Policies({ tree, ladders, calendars, mayEdit, code, onCode, onChange }: PoliciesProps) {
  const { t, language, conditions } = useRuleWords();
  const rows = tree.policy;
  const at = Math.max(0, rows.findIndex((row) => row.code === code));
  const policy = rows[at];
  return (
    <>
      <RuleList
        rows={rows} code={policy?.code ?? ''} mayEdit={mayEdit} title={t('policies.in_order')} add={t('policies.add_policy')} hint={(row) => conditions(row.when, row.scope)} onCode={onCode}
        onMove={(from, to) => onChange({ policy: moved(rows, from, to) })} onRemove={(index) => onChange({ policy: without(rows, index) })}
        onAdd={() => {
          const fresh = freeCode(rows.map((row) => row.code), 'policy');
          // Before the last one, which takes all that no other takes.
          const made = { ...(policy ?? rows[0]!), code: fresh, name_zh: t('policies.new_policy'), name_en: t('policies.new_policy'), when: { kinds: ['complaint'] } };
          onChange({ policy: [...rows.slice(0, -1), made, ...rows.slice(-1)] });
          onCode(fresh);
        }}
      />
      <section className="panel" aria-label={policy ? named(policy, language) : ''}>
        <h2 className="panel-head">{policy ? named(policy, language) : ''}</h2>
        <div className="overflow-auto min-h-0" tabIndex={0} role="group" aria-label={t('policies.editor')}>
          {policy && (
            <fieldset disabled={!mayEdit} className="border-0 p-0 m-0 min-w-0">
              <PolicyEditor
                policy={policy} ladders={ladders} calendars={calendars}
                onChange={(next) => {
                  onChange({ policy: replaced(rows, at, next) });
                  onCode(next.code);
                }}
              />
            </fieldset>
          )}
        </div>
      </section>
    </>
  );
}

interface LaddersProps { tree: LadderTree; mayEdit: boolean; code: string; onCode(code: string): void; onChange(tree: LadderTree): void }
function Ladders({ tree, mayEdit, code, onCode, onChange }: LaddersProps) {
  const { t, language } = useRuleWords();
  const rows = tree.ladder;
  const at = Math.max(0, rows.findIndex((row) => row.code === code));
  const ladder = rows[at];
  return (
    <>
      <RuleList
        rows={rows} code={ladder?.code ?? ''} mayEdit={mayEdit} title={t('policies.ladders')} add={t('policies.add_ladder')} hint={(row) => t('policies.step_count', { count: row.step.length })} onCode={onCode}
        onMove={(from, to) => onChange({ ladder: moved(rows, from, to) })} onRemove={(index) => onChange({ ladder: without(rows, index) })}
        onAdd={() => {
          const fresh = freeCode(rows.map((row) => row.code), 'ladder');
          onChange({ ladder: [...rows, { ...(ladder ?? rows[0]!), code: fresh, name_zh: t('policies.new_ladder'), name_en: t('policies.new_ladder') }] });
          onCode(fresh);
        }}
      />
      <section className="panel" aria-label={ladder ? named(ladder, language) : ''}>
        <h2 className="panel-head">{ladder ? named(ladder, language) : ''}</h2>
        <div className="overflow-auto min-h-0" tabIndex={0} role="group" aria-label={t('policies.editor')}>
          {ladder && (
            <fieldset disabled={!mayEdit} className="border-0 p-0 m-0 min-w-0">
              <LadderEditor
                ladder={ladder}
                onChange={(next) => {
                  onChange({ ladder: replaced(rows, at, next) });
                  onCode(next.code);
                }}
              />
            </fieldset>
          )}
        </div>
      </section>
    </>
  );
}
