// SPDX-License-Identifier: Apache-2.0
// The words on the screen. Each language is a file of its own, loaded when somebody reads it.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { useSettings } from '../settings';

const catalogues = { zh: () => import('./zh.json'), en: () => import('./en.json') };

/** Speaks the language of the settings, as soon as its words are here; rejects when they cannot be had. */
export async function speak(): Promise<void> {
  const { language } = useSettings.getState();
  if (!i18next.hasResourceBundle(language, 'translation')) {
    const words = await catalogues[language]();
    i18next.addResourceBundle(language, 'translation', words.default);
  }
  if (useSettings.getState().language === language) await i18next.changeLanguage(language);
}

void i18next.use(initReactI18next).init({
  resources: {},
  interpolation: { escapeValue: false }, // React escapes.
  returnNull: false,
});
useSettings.subscribe((settings, before) => {
  if (settings.language !== before.language) void speak().catch(() => undefined);
});

export default i18next;
