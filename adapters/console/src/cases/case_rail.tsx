// SPDX-License-Identifier: Apache-2.0
// The right rail of a case: people, callbacks, dispatches, alerts.
import { useTranslation } from 'react-i18next';
import { AlertLine } from '../alerts/alert_list';
import { groupAlerts } from '../alerts/group';
import { itemsOf } from '../api/lists';
import { useHistory, useReference } from '../api/queries';
import { useMe } from '../session';
import { responsibility } from './responsibility';
import type { Case } from '../api/types';
import { CallbackCard } from '../callbacks/callback_card';
import { named, stamp } from '../format';
import { DispatchFacts } from '../promises/dispatch_facts';
import { FactList } from '../ui/facts';

export function CaseRail({ row }: { row: Case }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  const alerts = groupAlerts(row.alerts, useMe().user.id);
  const history = useHistory(row.number);
  const reference = useReference().data;
  const roles = responsibility(row.ownership, itemsOf(history.data), reference);
  const people: [string, string][] = [
    [t('case.owner'), row.owner.name],
    [t('case.handler'), row.handler?.name ?? named(row.department, language)],
    [t('case.department'), named(row.department, language)],
  ];
  return (
    <>
      <section className="panel shrink-0">
        <h2 className="panel-head">{t('case.people')}</h2>
        <FactList padded facts={people} />
        {roles.length > 1 && (
          <ol className="px-3 pb-2.5 text-[13px] text-muted" aria-label={t('case.responsibility')}>
            {roles.map((entry) => (
              <li key={`${entry.at}${entry.role}`} data-role={entry.role}>
                {t('case.ledger', { at: stamp(entry.at), name: entry.name, how: [t(`case.became_${entry.role}`), entry.how && t(`ownership_how.${entry.how}`)].filter(Boolean).join(' · '), reason: entry.reason })}
              </li>
            ))}
          </ol>
        )}
      </section>
      {row.callbacks.length > 0 && (
        <section className="panel shrink-0">
          <h2 className="panel-head">{t('case.callbacks')}<span>{row.callbacks.length}</span></h2>
          {row.callbacks.map((callback) => <CallbackCard key={callback.id} callback={callback} caseNumber={row.number} />)}
        </section>
      )}
      {row.dispatches.length > 0 && (
        <section className="panel shrink-0">
          <h2 className="panel-head">{t('case.dispatches')}<span>{row.dispatches.length}</span></h2>
          <ul>
            {row.dispatches.map((dispatch) => (
              <li key={dispatch.id} className="px-3 py-2 border-b border-line last:border-0 text-[14px]">
                <div className="flex items-center justify-between gap-2"><span className="font-semibold">{named(dispatch.department, language)}</span><span className="tag bg-quiet-soft text-quiet">{t(`dispatch_state.${dispatch.state}`)}</span></div>
                <p className="text-muted text-[13px]">{stamp(dispatch.at)}{dispatch.accepted_at && ` · ${t('case.accepted_by', { name: dispatch.accepted_by?.name ?? '', at: stamp(dispatch.accepted_at) })}`}</p>
                {dispatch.note && <p>{dispatch.note}</p>}
                {dispatch.return_reason && <p>{t('case.returned', { reason: dispatch.return_reason, department: named(dispatch.suggested_department, language) || '—' })}</p>}
                <DispatchFacts dispatch={dispatch} />
                {dispatch.answer && <p>{t('case.answered', { answer: dispatch.answer })}</p>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {alerts.length > 0 && (
        <section className="panel shrink-0">
          <h2 className="panel-head">{t('alert.title')}<span>{alerts.length}</span></h2>
          {alerts.map((group) => <AlertLine key={group.alert.id} group={group} />)}
        </section>
      )}
    </>
  );
}
