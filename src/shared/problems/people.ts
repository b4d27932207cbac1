import type { CatalogueEntry } from './entry.ts';

/** Problems of people, badges and what they may do. */
export const peopleProblems = {
  'countersign-same': {
    title: 'The badge {badge} has signed already.',
    remedy: 'Scan the badge of a second person.',
    retry: 'operator',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
