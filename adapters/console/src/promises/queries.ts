// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client';
import type { CaseRow, Dispatch } from '../api/types';

export interface DispatchRow { case: CaseRow; dispatch: Dispatch }
export type DispatchListName = 'disputed' | 'extension' | 'chased';
export const useDispatches = (list: DispatchListName) =>
  useQuery({ queryKey: ['dispatches', list], queryFn: ({ signal }) => get<{ items: DispatchRow[] }>(`dispatches?list=${list}`, signal), placeholderData: (old) => old });

export interface SatisfactionRow {
  code: string; name_zh: string; name_en: string; asked: number; answered: number; satisfied: number; scored: number;
  mean: number | null; share: number | null;
}
export interface Satisfaction { from: string; to: string; by: SatisfactionBy; total: SatisfactionRow; items: SatisfactionRow[] }
export type SatisfactionBy = 'owner' | 'category' | 'office';
export const useSatisfaction = (by: SatisfactionBy, from: string) =>
  useQuery({ queryKey: ['satisfaction', by, from], queryFn: ({ signal }) => get<Satisfaction>(`satisfaction?by=${by}&from=${encodeURIComponent(from)}`, signal), placeholderData: (old) => old });
