import { useSyncExternalStore } from 'react';

/** Pages of the window; each has an address, so that reload, back and a second window find the same one. */
export const pages = [
  'board',
  'orders',
  'quality',
  'returns',
  'overview',
  'queue',
  'records',
  'enrollments',
  'charts',
  'people',
  'settings',
  'barcodes',
  'help',
  'unit',
] as const;
/** Name of a page. */
export type Page = (typeof pages)[number];

/** Where the window is: the page and what stands behind its name (a serial for `unit`). */
export type Route = { readonly page: Page; readonly rest: string };

/** Reads `#/page/rest`; anything unknown is the board. */
export function routeFrom(hash: string): Route {
  const [, name = '', ...rest] = hash.replace(/^#/, '').split('/');
  const page = pages.find((one) => one === name) ?? 'board';
  return { page, rest: decoded(rest.join('/')) };
}

/** A hand-typed address may be no proper encoding; then it is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where the window is now. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (listener) => {
      window.addEventListener('hashchange', listener);
      return () => window.removeEventListener('hashchange', listener);
    },
    () => window.location.hash,
  );
  return routeFrom(hash);
}
