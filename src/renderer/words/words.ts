import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Problem } from '../../shared/problem.ts';
import { problemCatalogue } from '../../shared/problem-catalogue.ts';
import { readPreference, writePreference } from '../station/preferences.ts';
import { speakComplaints } from './complaints.ts';

/** The languages of the page, each under its own name. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  nl: 'Nederlands',
  zh: '简体中文',
  es: 'Español',
  vi: 'Tiếng Việt',
} as const;
/** Code of a language. */
export type Language = keyof typeof languages;

type WordFile = Record<string, unknown>;
const files = import.meta.glob<WordFile>('./*/*.json', { eager: true, import: 'default' });

/** Words by language and namespace; the English problems are those of the catalogue. */
function resources(): Record<string, Record<string, WordFile>> {
  const all: Record<string, Record<string, WordFile>> = { en: { problems: catalogueWords() } };
  for (const [path, words] of Object.entries(files)) {
    const [, language = '', namespace = ''] = /^\.\/(\w+)\/([\w-]+)\.json$/.exec(path) ?? [];
    all[language] = { ...all[language], [namespace]: words };
  }
  return all;
}

function catalogueWords(): WordFile {
  return Object.fromEntries(
    Object.entries(problemCatalogue).map(([code, { title, remedy }]) => [code, { title, remedy }]),
  );
}

/** The language somebody chose here, else the browser's own, else English. */
export function preferredLanguage(): Language {
  const chosen = readPreference('language') || window.navigator.language.slice(0, 2);
  return chosen in languages ? (chosen as Language) : 'en';
}

/** Makes the words ready; call once before the first component. */
export async function startWords(): Promise<void> {
  speakComplaints(preferredLanguage());
  await i18next.use(initReactI18next).init({
    resources: resources(),
    lng: preferredLanguage(),
    fallbackLng: 'en',
    defaultNS: 'common',
    // React escapes; facts of a problem stand in single braces, as in the catalogue.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = i18next.language;
}

/** Changes the language at once, everywhere in this window. */
export async function chooseLanguage(language: Language): Promise<void> {
  writePreference('language', language);
  speakComplaints(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Words of one namespace. */
export function useWords(namespace: string) {
  return useTranslation(namespace).t;
}

/** The language in use. */
export function useLanguage(): Language {
  return useTranslation().i18n.language as Language;
}

/** Puts a problem into the words of the language in use: what happened, and what to do next. */
export function useProblemWords(): (problem: Problem) => { readonly title: string; readonly remedy: string } {
  const { t } = useTranslation('problems');
  return (problem) => {
    const fill = (text: string): string =>
      text.replace(/\{(\w+)\}/g, (_, name: string) => String(problem.facts[name] ?? '–'));
    return {
      title: fill(t(`${problem.code}.title`, { skipInterpolation: true })),
      remedy: fill(t(`${problem.code}.remedy`, { skipInterpolation: true })),
    };
  };
}
