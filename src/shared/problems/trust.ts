import type { CatalogueEntry } from './entry.ts';

/** Problems of the audit chain, backups and restoring. */
export const trustProblems = {
  'station-key-unusable': {
    title: 'What the vault holds as "{name}" is no signing key.',
    remedy:
      'Move that secret away for an engineer; the station makes a new key then. Records are kept meanwhile, unsigned.',
    retry: 'operator',
    blame: 'station',
  },
} as const satisfies Record<string, CatalogueEntry>;
