import type { CatalogueEntry } from './entry.ts';

/** Problems of verifications, lots and evidence. */
export const qualityProblems = {} as const satisfies Record<string, CatalogueEntry>;
