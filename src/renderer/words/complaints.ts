import { z } from 'zod';
import { de, en, es, nl, vi, zhCN } from 'zod/locales';

const locales = { en, de, nl, zh: zhCN, es, vi } as const;

/** Lets the schemas' own complaints speak a language of the page. */
export function speakComplaints(language: keyof typeof locales): void {
  // Only the sentences: what else is configured (no compiling of code) stays.
  z.config(locales[language]());
}
