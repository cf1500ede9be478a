// SPDX-License-Identifier: Apache-2.0
// Calendars on the screen: the saved ones, and what somebody has changed and not saved yet. Changes outlive
// the page, not the window.
import { useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import { get } from '../api/client';
import { type Calendar, type CalendarList, same } from './calendar';

export const useCalendars = () => useQuery({ queryKey: ['calendars'], queryFn: ({ signal }) => get<CalendarList>('calendars', signal) });

export interface Draft {
  calendar: Calendar;
  /** As it was when editing began; null for one that is new. */
  base: Calendar | null;
}
interface Drafts { byCode: Record<string, Draft> }
export const useDrafts = create<Drafts>(() => ({ byCode: {} }));

/** Keeps a change, or forgets the draft when nothing is changed any more. */
export function keepDraft(calendar: Calendar, base: Calendar | null): void {
  if (same(calendar, base)) dropDraft(calendar.code);
  else useDrafts.setState(({ byCode }) => ({ byCode: { ...byCode, [calendar.code]: { calendar, base } } }));
}
export function dropDraft(code: string): void {
  useDrafts.setState(({ byCode }) => ({ byCode: Object.fromEntries(Object.entries(byCode).filter(([known]) => known !== code)) }));
}
