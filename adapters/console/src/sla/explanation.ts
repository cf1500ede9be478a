// SPDX-License-Identifier: Apache-2.0
// Why a clock is due when it is, as the engine tells it: the shape, and the query that reads it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { get } from '../api/client';
import type { Clock, Instant, UserRef } from '../api/types';

export type SpanKind = 'working' | 'paused' | 'closed' | 'holiday' | 'uncovered';
export interface ExplainedSpan { from: Instant; to: Instant; kind: SpanKind; name_zh: string; name_en: string; s: number }
export interface ExplainedStep {
  name: string; at: Instant | null; fired_at: Instant | null; state: 'fired' | 'next' | 'later' | 'skipped';
  recipients: { role: string; name: string }[]; channels: string[]; needs_acknowledgement: boolean;
  if_unacknowledged: boolean; escalate: number;
}
export interface ExplainedPause { from: Instant; to: Instant | null; planned_until: Instant; reason: string; by: UserRef | null }
export interface ClockExplanation {
  clock: Clock & { step: string; revision: number };
  policy: { code: string; version: number; name_zh: string; name_en: string; current_version: number };
  calendar: { code: string; name_zh: string; name_en: string; zone: string; complete_until: string | null; due_beyond: boolean };
  ladder: string; now: Instant; until: Instant; elapsed_s: number; budget_s: number; reproduced: boolean;
  spans: ExplainedSpan[]; truncated: boolean; steps: ExplainedStep[]; pauses: ExplainedPause[];
}

/** Below the key of its case, so that whatever makes the case stale makes this stale. */
export const useExplanation = (number: string, clock: number, version: number) =>
  useQuery({
    queryKey: ['case', number, 'clock', clock, version],
    queryFn: ({ signal }) => get<ClockExplanation>(`cases/${encodeURIComponent(number)}/clocks/${clock}`, signal),
    placeholderData: keepPreviousData,
  });
