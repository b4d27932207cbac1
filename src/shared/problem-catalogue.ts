import { accessProblems } from './problems/access.ts';
import { boardsProblems } from './problems/boards.ts';
import { cloudProblems } from './problems/cloud.ts';
import { enrollmentsProblems } from './problems/enrollments.ts';
import { hubsProblems } from './problems/hubs.ts';
import { identityProblems } from './problems/identity.ts';
import { importsProblems } from './problems/imports.ts';
import { judgementsProblems } from './problems/judgements.ts';
import { linesProblems } from './problems/lines.ts';
import { ordersProblems } from './problems/orders.ts';
import { peopleProblems } from './problems/people.ts';
import { qualityProblems } from './problems/quality.ts';
import { recipesProblems } from './problems/recipes.ts';
import { returnsProblems } from './problems/returns.ts';
import { scansProblems } from './problems/scans.ts';
import { stationProblems } from './problems/station.ts';
import { trustProblems } from './problems/trust.ts';
import { vaultProblems } from './problems/vault.ts';

export type { CatalogueEntry } from './problems/entry.ts';

/** All problems by code. Every sentence an operator reads about a failure comes from here and from nowhere else. */
export const problemCatalogue = {
  ...enrollmentsProblems,
  ...identityProblems,
  ...linesProblems,
  ...boardsProblems,
  ...scansProblems,
  ...recipesProblems,
  ...cloudProblems,
  ...judgementsProblems,
  ...importsProblems,
  ...stationProblems,
  ...vaultProblems,
  ...accessProblems,
  ...hubsProblems,
  ...peopleProblems,
  ...ordersProblems,
  ...qualityProblems,
  ...returnsProblems,
  ...trustProblems,
} as const;

/** Code of a problem: a key of the catalogue, never shown as text to an operator alone. */
export type ProblemCode = keyof typeof problemCatalogue;
