import type { CatalogueEntry } from './entry.ts';

/** Problems of the audit chain, backups and restoring. */
export const trustProblems = {} as const satisfies Record<string, CatalogueEntry>;
