// SPDX-License-Identifier: Apache-2.0
// While a complaint is taken in: the earlier one of the same matter that it will be linked to, unless the
// agent knows better.
import { useTranslation } from 'react-i18next';
import { stamp } from '../format';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { CaseLink } from '../ui/matter_link';
import { useEarlier } from './model';

interface Props { customer: number; category: string; product: string; linked: boolean; onChange(linked: boolean): void }

export function IntakeRepeat({ customer, category, product, linked, onChange }: Props) {
  const { t } = useTranslation();
  const earlier = useEarlier(customer, category, product).data?.items[0];
  useKeys({ repeat_intake: () => (earlier ? onChange(!linked) : false) });
  if (!earlier) return null;
  return (
    <p className="banner bg-warn-soft text-warn flex-wrap" data-repeat={linked ? 'linked' : 'not_linked'}>
      <span className="flex-1 min-w-60">
        {t(linked ? 'complaint.repeats' : 'complaint.not_repeat')}{' '}
        <CaseLink number={earlier.number} className="underline whitespace-nowrap" /> {stamp(earlier.opened_at)}
      </span>
      <button type="button" className="btn btn-small text-ink" aria-pressed={linked} onClick={() => onChange(!linked)}>
        {t(linked ? 'complaint.unlink' : 'complaint.link')}<KeyCap id="repeat_intake" />
      </button>
    </p>
  );
}
