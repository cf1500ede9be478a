// SPDX-License-Identifier: Apache-2.0
// The clocks of a case, each of which opens to why it is due when it is. One is open at a time.
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Case, Clock } from '../api/types';
import { SlaBadge } from '../sla/badge';

export const clockPanelId = 'clock-explained';
export const clockButtonId = (clock: number): string => `clock-${clock}`;

/** Running ones by due time, then those that have ended; what was cancelled tells nobody anything. */
export function shownClocks(row: Case): Clock[] {
  const live = row.clocks.filter((clock) => clock.state !== 'cancelled');
  const running = live.filter((clock) => clock.ended_at === null).sort((a, b) => (a.due_at ?? '9').localeCompare(b.due_at ?? '9'));
  return [...running, ...live.filter((clock) => clock.ended_at !== null)];
}

export function CaseClocks({ clocks, open, onOpen }: { clocks: Clock[]; open: number | null; onOpen(clock: number | null): void }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap gap-1.5" aria-label={t('case.clocks')} role="group">
      {clocks.map((clock) => {
        const shown = clock.id === open;
        const Mark = shown ? ChevronUp : ChevronDown;
        return (
          <button
            key={clock.id} id={clockButtonId(clock.id)} type="button" className="inline-flex items-center gap-0.5 min-h-6 rounded-md border border-line bg-panel pr-1 hover:bg-accent-soft aria-expanded:border-accent"
            title={t('explain.title')} aria-expanded={shown} aria-controls={shown ? clockPanelId : undefined} onClick={() => onOpen(shown ? null : clock.id)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && shown) onOpen(null);
            }}
          >
            <SlaBadge clock={clock} />
            <Mark aria-hidden="true" size={14} className="text-muted" />
          </button>
        );
      })}
    </div>
  );
}
