// SPDX-License-Identifier: Apache-2.0
// Language and theme: kept on this machine, applied before the first paint.
import { create } from 'zustand';
import type { Language } from './api/types';

export type Theme = 'light' | 'dark';
interface Settings { language: Language; theme: Theme }

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Storage switched off: the defaults serve.
  }
};

const wantsDark = (): boolean => typeof matchMedia === 'function' && matchMedia('(prefers-color-scheme: dark)').matches;

export const useSettings = create<Settings>(() => ({
  language: read('firsthand.language') === 'en' ? 'en' : 'zh',
  theme: ((read('firsthand.theme') as Theme | null) ?? (wantsDark() ? 'dark' : 'light')) === 'dark' ? 'dark' : 'light',
}));

export function applySettings(): void {
  const { language, theme } = useSettings.getState();
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.documentElement.dataset.theme = theme;
}

export function changeSettings(change: Partial<Settings>): void {
  useSettings.setState(change);
  for (const [name, value] of Object.entries(change)) localStorage.setItem(`firsthand.${name}`, value);
  applySettings();
}
