// SPDX-License-Identifier: Apache-2.0
// Actions that reviews have agreed on: what the page reads and what it asks for.
import { useMutation, useQuery } from '@tanstack/react-query';
import { get, patch, post } from '../api/client';
import { useStale } from '../api/lists';
import type { Clock, Department, Instant, Page, UserRef } from '../api/types';

export interface ReviewAction {
  id: number; title: string; text: string; state: 'open' | 'done' | 'cancelled'; department: Department | null; assignee: UserRef | null;
  case_number: string | null; by: UserRef | null; agreed_at: Instant; due_at: Instant; late: boolean; result: string;
  ended_by: UserRef | null; ended_at: Instant | null; clock: Clock | null; can: { edit: boolean; finish: boolean; cancel: boolean }; version: number;
}
export const lists = ['mine', 'department', 'open', 'late', 'all'] as const;
export type List = (typeof lists)[number];

export const useReviewActions = (list: List) =>
  useQuery({ queryKey: ['review-actions', list], queryFn: ({ signal }) => get<Page<ReviewAction>>(`review-actions?list=${list}&limit=200`, signal), placeholderData: (old) => old });
export const useReviewAction = (id: number | null) =>
  useQuery({ queryKey: ['review-actions', 'one', id], enabled: id !== null, queryFn: ({ signal }) => get<ReviewAction>(`review-actions/${id}`, signal) });

export interface NewAction { title: string; text: string; department?: string; assignee?: number; case_number?: string; due_at?: Instant }
export interface Change { title: string; text: string; assignee?: number; due_at?: Instant; reason: string }

/** One request about an action; what it makes stale is read again, whether it was granted or not. */
export const useAsk = <T>(ask: (what: T) => Promise<ReviewAction>, done: (action: ReviewAction) => void) =>
  useMutation({ mutationFn: ask, onSuccess: done, onSettled: useStale('review-actions', 'inbox', 'alerts', 'history') });
export const agree = (action: NewAction) => post<ReviewAction>('review-actions', action);
export const changeAction = (action: ReviewAction, change: Change) => patch<ReviewAction>(`review-actions/${action.id}`, change, action.version);
export const finishAction = (action: ReviewAction, result: string) => post<ReviewAction>(`review-actions/${action.id}/done`, { result });
export const cancelAction = (action: ReviewAction, reason: string) => post<ReviewAction>(`review-actions/${action.id}/cancel`, { reason });
