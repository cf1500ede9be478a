// SPDX-License-Identifier: Apache-2.0
import { Building2, ClipboardPen, Coins, FileText, Phone, PhoneForwarded, TimerReset, UserCog } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReference } from '../api/queries';
import type { HistoryEntry } from '../api/types';
import { stamp } from '../format';
import { CaseLink } from '../ui/matter_link';
import { RecordingPlayer } from './recording_player';
import { type Group, groupOf, sentence, words } from './sentence';

const icons: Record<Group, typeof Phone> = {
  call: Phone, case: FileText, note: ClipboardPen, department: Building2, callback: PhoneForwarded, clock: TimerReset, money: Coins, change: UserCog,
};
const urgent = new Set(['clock_breached', 'call_abandoned', 'callback_exhausted', 'recording_lost']);

/** Beside a live call only what helps the talk; the case page and the customer's page show everything. */
const aside = new Set([
  'offer_made', 'offer_accepted', 'offer_declined', 'offer_missed', 'offer_withdrawn', 'call_held', 'call_resumed', 'clock_started', 'clock_warned',
  'clock_met', 'clock_cancelled', 'alert_sent', 'alert_acknowledged', 'presence', 'number_revealed', 'ownership', 'callback_dialled',
  'recording_asked', 'recording_begun', 'recording_paused', 'recording_resumed', 'recording_ended', 'recording_heard',
]);

interface Props {
  entries: HistoryEntry[]; groups: Group[]; linkCases?: boolean; compact?: boolean;
  /** Whoever reads page by page lets the engine filter. */
  onGroup?: (group: Group | 'all') => void;
}

/** One column of sentences, newest or oldest first as given, with filter chips. */
export const Timeline = memo(function Timeline({ entries, groups, linkCases = false, compact = false, onGroup }: Props) {
  const { t } = useTranslation();
  const [group, setGroup] = useState<Group | 'all'>('all');
  const choose = (name: Group | 'all') => {
    setGroup(name);
    onGroup?.(name);
  };
  const shown = useMemo(
    () => entries.filter((entry) => (group === 'all' ? !compact || !aside.has(entry.kind) : groupOf[entry.kind] === group)),
    [entries, group, compact],
  );
  return (
    <div className="flex flex-col gap-2 min-h-0">
      <div className="flex flex-wrap gap-1.5" role="group" aria-label={t('timeline.filter')}>
        {(['all', ...groups] as const).map((name) => (
          <button key={name} type="button" className="tab min-h-7! px-2.5! text-[13px]" aria-pressed={group === name} onClick={() => choose(name)}>
            {t(`timeline.${name}`)}
          </button>
        ))}
      </div>
      {shown.length === 0 ? (
        <p className="text-muted py-2">{t('timeline.empty')}</p>
      ) : (
        <ol className="flex flex-col">
          {shown.map((entry) => <Line key={entry.id} entry={entry} linkCases={linkCases} compact={compact} />)}
        </ol>
      )}
    </div>
  );
});

const Line = memo(function Line({ entry, linkCases, compact }: { entry: HistoryEntry; linkCases: boolean; compact: boolean }) {
  const { t, i18n } = useTranslation();
  const reference = useReference().data;
  const Icon = icons[groupOf[entry.kind] ?? 'change'];
  const own = words(entry) || (entry.data.erased ? t('history_words.erased') : '');
  const who = entry.actor ? (entry.acting_for ? t('timeline.acting', { actor: entry.actor.name, owner: entry.acting_for.name }) : entry.actor.name) : t('timeline.engine');
  return (
    <li className="grid grid-cols-[26px_minmax(0,1fr)] gap-1.5 pb-2.5 last:pb-0" data-kind={entry.kind}>
      <span className={`flex flex-col items-center ${urgent.has(entry.kind) ? 'text-late' : 'text-muted'}`}>
        <Icon aria-hidden="true" size={17} className="mt-0.5 shrink-0" />
        <span className="flex-1 w-px bg-line mt-1.5" aria-hidden="true" />
      </span>
      <div className="min-w-0">
        <div className="text-[13px] text-muted flex flex-wrap gap-x-2">
          <time dateTime={entry.at}>{stamp(entry.at)}</time>
          {!compact && <span>{who}</span>}
          {linkCases && entry.case_number && <CaseLink number={entry.case_number} />}
        </div>
        <p className={urgent.has(entry.kind) ? 'text-late font-semibold' : ''}>{sentence(entry, i18n, reference)}</p>
        {entry.kind === 'recording_kept' && !compact && typeof entry.data.recording === 'number' && <RecordingPlayer id={entry.data.recording} />}
        {own !== '' && <p className="mt-0.5 whitespace-pre-wrap break-words border-l-2 border-line pl-2 text-muted">{own}</p>}
      </div>
    </li>
  );
});
