import type { Act, Role } from '../../src/shared/people.ts';

/**
 * Who may do what at a station of the shipped table, written down apart from it: each kind of person has its own work,
 * and only engineers change what the station is.
 */
export const whoMay: Readonly<Record<Act, readonly Role[]>> = {
  provision: ['operator', 'lead', 'engineer'],
  rework: ['technician', 'lead', 'engineer'],
  verify: ['qa', 'technician', 'lead', 'engineer'],
  return: ['technician', 'lead', 'engineer'],
  retire: ['lead', 'engineer'],
  'run-order': ['lead', 'engineer'],
  release: ['qa', 'lead', 'engineer'],
  queue: ['technician', 'lead', 'engineer'],
  entries: ['lead', 'engineer'],
  'entries-for-good': ['engineer'],
  backups: ['lead', 'engineer'],
  settings: ['engineer'],
  secrets: ['engineer'],
  recipes: ['engineer'],
  people: ['engineer'],
  'see-people': ['lead', 'engineer'],
  bench: ['operator', 'qa', 'technician', 'lead', 'engineer'],
};
