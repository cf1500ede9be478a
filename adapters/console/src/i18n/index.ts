// SPDX-License-Identifier: Apache-2.0
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { useSettings } from '../settings';
import en from './en.json';
import zh from './zh.json';

void i18next.use(initReactI18next).init({
  resources: { zh: { translation: zh }, en: { translation: en } },
  lng: useSettings.getState().language,
  fallbackLng: 'zh',
  interpolation: { escapeValue: false }, // React escapes.
  returnNull: false,
});
useSettings.subscribe((settings) => {
  if (i18next.language !== settings.language) void i18next.changeLanguage(settings.language);
});

export default i18next;
