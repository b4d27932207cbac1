import { useSyncExternalStore } from 'react';

/** Pages of the window; each has an address, so that reload, back and a second window find the same one. */
export const pages = ['board', 'queue', 'records', 'charts', 'settings', 'barcodes', 'help', 'unit'] as const;
/** Name of a page. */
export type Page = (typeof pages)[number];

/** Where the window is: the page and what stands behind its name (a serial for `unit`). */
export type Route = { readonly page: Page; readonly rest: string };

/** Reads `#/page/rest`; anything unknown is the board. */
export function routeFrom(hash: string): Route {
  const [, name = '', ...rest] = hash.replace(/^#/, '').split('/');
  const page = pages.find((one) => one === name) ?? 'board';
  return { page, rest: decodeURIComponent(rest.join('/')) };
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
