// SPDX-License-Identifier: Apache-2.0
// When a customer wants to be called, wherever somebody is about to call or to promise a call.
import { Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';

export interface Hours { contact_from: string | null; contact_until: string | null }

export function ContactHours({ of }: { of: Hours }) {
  const { t } = useTranslation();
  if (of.contact_from === null || of.contact_until === null) return null;
  return (
    <span className="tag bg-warn-soft text-warn" data-contact-hours={`${of.contact_from}-${of.contact_until}`}>
      <Clock aria-hidden="true" size={13} />{t('contact_hours.tag', { from: of.contact_from, until: of.contact_until })}
    </span>
  );
}

/** Another time is promised only when somebody says that the customer wants it so. */
export function AskedField({ of, id, asked, onAsked }: { of: Hours; id: string; asked: boolean; onAsked(asked: boolean): void }) {
  const { t } = useTranslation();
  if (of.contact_from === null) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <ContactHours of={of} />
      <label className="flex items-center gap-2 min-h-8">
        <input id={id} type="checkbox" className="size-5 accent-(--accent)" checked={asked} onChange={(event) => onAsked(event.target.checked)} />
        {t('contact_hours.asked')}
      </label>
    </div>
  );
}
