import type { Problem, ProblemCode } from '../../shared/problem.ts';

/** Where a problem's button leads when the place that shows it has no better one: a page and what stands behind its name. */
export type ProblemWay = { readonly to: 'settings' | 'queue' | 'unit' | 'help'; readonly rest?: string };

const settings: readonly ProblemCode[] = [
  'settings-invalid',
  'secret-not-found',
  'vault-unsafe',
  'vault-unreadable',
  'vault-locked',
  'vault-missing',
  'vault-unaccepted',
  'keyring-unavailable',
  'connection-string-invalid',
  'credentials-refused',
  'access-forbidden',
  'no-instance',
  'simulator-in-production',
  'service-in-training',
  'recipe-not-found',
  'recipe-invalid',
  'firmware-hash-mismatch',
  'firmware-other-instance',
  'tls-failed',
  'scanner-not-there',
  'no-bench',
  'name-not-found',
];
const queue: readonly ProblemCode[] = [
  'network-down',
  'service-timeout',
  'service-throttled',
  'service-failed',
  'item-not-found',
  'item-not-parked',
];

/** Finds the page where something can be done about it; the catalogue's own page explains all others. */
export function wayOf(problem: Problem): ProblemWay {
  if (settings.includes(problem.code)) return { to: 'settings' };
  if (queue.includes(problem.code)) return { to: 'queue' };
  const { serial } = problem.facts;
  if (typeof serial === 'string' && serial !== '') return { to: 'unit', rest: serial };
  return { to: 'help', rest: problem.code };
}
