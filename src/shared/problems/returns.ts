import type { CatalogueEntry } from './entry.ts';

/** Problems of returns and re-provisioning. */
export const returnsProblems = {} as const satisfies Record<string, CatalogueEntry>;
