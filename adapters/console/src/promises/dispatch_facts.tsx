// SPDX-License-Identifier: Apache-2.0
// What has been said about a piece of work: how often it was chased, disputed, more time asked for.
import { useTranslation } from 'react-i18next';
import type { Dispatch } from '../api/types';
import { named, stamp } from '../format';

export function ChasedTag({ chases }: { chases: number }) {
  const { t } = useTranslation();
  if (chases === 0) return null;
  return <span className={`tag self-start ${chases >= 3 ? 'bg-late-soft text-late' : 'bg-risk-soft text-risk'}`} data-chases={chases}>{t('promise.chased', { count: chases })}</span>;
}

export function DispatchFacts({ dispatch }: { dispatch: Dispatch }) {
  const { t, i18n } = useTranslation();
  const open = dispatch.disputed_at !== null && dispatch.dispute_settled_at === null;
  const live = dispatch.state === 'sent' || dispatch.state === 'accepted';
  return (
    <>
      {live && dispatch.due_at && <p className="text-muted text-[13px]">{t('promise.work_due', { at: stamp(dispatch.due_at) })}</p>}
      {live && <ChasedTag chases={dispatch.chases} />}
      {open && <p className="text-risk">{t('promise.disputed', { department: named(dispatch.department, i18n.language), reason: dispatch.dispute_reason })}</p>}
      {dispatch.extension_until && <p>{t('promise.extension_asked', { name: dispatch.extension_by?.name ?? '', until: stamp(dispatch.extension_until), reason: dispatch.extension_reason })}</p>}
    </>
  );
}
