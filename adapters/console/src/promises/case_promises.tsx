// SPDX-License-Identifier: Apache-2.0
// What somebody waits for on this case, above its buttons: a department's word to be verified, work that came
// back and may go on, a dispute, a request for more time.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case, Dispatch } from '../api/types';
import { named, stamp } from '../format';
import { useLive } from '../feed/state';
import { DispatchDialog, type DispatchVerb, dispatchVerbs, liveDispatch } from './dispatch_dialog';

const worded: ReadonlySet<DispatchVerb> = new Set(['uphold', 'refuse_dispute', 'grant', 'refuse_extension']);

export function CasePromises({ row }: { row: Case }) {
  const { t, i18n } = useTranslation();
  const lost = useLive((live) => live.link === 'lost');
  const [open, setOpen] = useState<{ verb: DispatchVerb; dispatch: Dispatch } | null>(null);
  const live = liveDispatch(row.dispatches);
  const last = row.dispatches.at(-1);
  const returned = !live && row.can.dispatch && last?.state === 'returned' && last.suggested_department ? last : undefined;
  const verbs = dispatchVerbs(live, row.can);
  const button = (verb: DispatchVerb, dispatch: Dispatch, label: string) => (
    <button key={verb} type="button" className="btn btn-small text-ink" disabled={lost} data-verb={verb} onClick={() => setOpen({ verb, dispatch })}>{label}</button>
  );
  const said = verbs.filter((verb) => worded.has(verb));
  return (
    <>
      {row.can.verify && last && (
        <p className="banner bg-warn-soft text-warn flex-wrap" data-promise="verify">
          <span>{t('promise.told_by', { department: named(row.dispatches.findLast((entry) => entry.state === 'answered')?.department ?? last.department, i18n.language), at: stamp(row.told_at ?? '') })}</span>
          {button('not_told', last, t('promise.verb_not_told'))}
        </p>
      )}
      {returned && (
        <p className="banner bg-warn-soft text-warn flex-wrap" data-promise="returned">
          <span>{t('case.returned', { reason: returned.return_reason, department: named(returned.suggested_department, i18n.language) })}</span>
          {button('forward', returned, t('promise.forward_to', { department: named(returned.suggested_department, i18n.language) }))}
        </p>
      )}
      {live && live.disputed_at !== null && live.dispute_settled_at === null && (
        <p className="banner bg-risk-soft text-risk flex-wrap" data-promise="dispute">
          <span>{t('promise.disputed', { department: named(live.department, i18n.language), reason: live.dispute_reason })} {t('promise.clock_runs')}</span>
          {said.filter((verb) => verb === 'uphold' || verb === 'refuse_dispute').map((verb) => button(verb, live, t(`promise.verb_${verb}`)))}
        </p>
      )}
      {live?.extension_until && (
        <p className="banner bg-warn-soft text-warn flex-wrap" data-promise="extension">
          <span>{t('promise.extension_asked', { name: live.extension_by?.name ?? '', until: stamp(live.extension_until), reason: live.extension_reason })}</span>
          {said.filter((verb) => verb === 'grant' || verb === 'refuse_extension').map((verb) => button(verb, live, t(`promise.verb_${verb}`)))}
        </p>
      )}
      {live && verbs.some((verb) => !worded.has(verb)) && (
        <div className="flex flex-wrap gap-1.5 items-center" role="group" aria-label={t('promise.with_department')}>
          {verbs.filter((verb) => !worded.has(verb)).map((verb) => button(verb, live, t(`promise.verb_${verb}`)))}
          {live.chase_again_at && row.can.chase && <span className="text-[13px] text-muted">{t('promise.chase_again', { at: stamp(live.chase_again_at) })}</span>}
        </div>
      )}
      {open && <DispatchDialog verb={open.verb} number={row.number} dispatch={open.dispatch} onClose={() => setOpen(null)} />}
    </>
  );
}
