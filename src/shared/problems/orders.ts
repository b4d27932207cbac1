import type { CatalogueEntry } from './entry.ts';

/** Problems of work orders and the line. */
export const ordersProblems = {} as const satisfies Record<string, CatalogueEntry>;
