// SPDX-License-Identifier: Apache-2.0
// What waits for a second person, oldest first: on the page that supervisors and managers see first.
import { useTranslation } from 'react-i18next';
import { categoryName, money, stamp } from '../format';
import { useMe } from '../session';
import { CaseLink } from '../ui/matter_link';
import { Decide } from './compensations';
import { usePending } from './model';

export function Approvals() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const may = me.can.includes('decide_compensation');
  const items = usePending(may).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="panel shrink-0 max-h-56" aria-label={t('complaint.approvals')} data-panel="approvals">
      <h2 className="panel-head">{t('complaint.approvals')}<span>{items.length}</span></h2>
      <ul className="overflow-auto" tabIndex={0} aria-label={t('complaint.approvals')}>
        {items.map((each) => (
          <li key={each.id} className="px-3 py-2 border-b border-line last:border-0 flex items-center gap-x-3 flex-wrap" data-compensation={each.id}>
            <strong>{money(each.amount_cents, i18n.language, each.currency)}</strong>
            <span className="flex-1 min-w-48 break-words">
              {each.what}
              <span className="block text-[13px] text-muted">
                <CaseLink number={each.case_number} /> · {each.customer.name} · {categoryName(each, i18n.language)} · {each.proposed_by.name} {stamp(each.proposed_at)}
              </span>
            </span>
            <Decide each={each} mine={each.proposed_by.id === me.user.id} mayDecide={may} />
          </li>
        ))}
      </ul>
    </section>
  );
}
