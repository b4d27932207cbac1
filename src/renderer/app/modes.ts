import type { Act, PeopleState, Role } from '../../shared/people.ts';
import type { Page } from './route.ts';

/** Pages that need an act to be of use; all others are for everyone who stands at the station. */
const needs: Partial<Record<Page, Act>> = {
  orders: 'run-order',
  quality: 'verify',
  returns: 'return',
  overview: 'run-order',
  enrollments: 'entries',
  people: 'see-people',
  settings: 'settings',
};

/** Where the work of a role begins; the first that somebody has, in this order, is the mode that their badge opens. */
const homes: readonly (readonly [Role, Page])[] = [
  ['engineer', 'board'],
  ['lead', 'overview'],
  ['technician', 'returns'],
  ['qa', 'quality'],
  ['operator', 'board'],
];

/** Whether a page is offered. A station that knows nobody offers everything. */
export function isOffered(page: Page, people: PeopleState | null): boolean {
  const act = needs[page];
  if (act === undefined || people === null || people.open) return true;
  return people.atWork?.may.includes(act) ?? false;
}

/** The page that a badge opens. */
export function homeOf(roles: readonly Role[]): Page {
  return homes.find(([role]) => roles.includes(role))?.[1] ?? 'board';
}
