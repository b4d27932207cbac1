import { type Problem, problem } from '../../shared/problem.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { fillTemplate } from '../../shared/template.ts';
import { longestStationId, stationRegistrationId } from './registration-id.ts';

/** Longest registration id of DPS, in characters. */
const longestId = 128;

/**
 * The registration id of a unit by its recipe's template. It is normalised to lower case before anything is derived
 * from it, because DPS compares without letter case while keys are derived byte for byte; characters are those that the
 * documentation and the specification agree on, without `:`, which a hub's device id may not hold. Errors:
 * `label-has-no-mac`, `registration-id-invalid`, `registration-id-too-long`.
 */
export function registrationIdOf(
  recipe: Recipe,
  values: Readonly<Record<string, string | null>>,
): Result<string, Problem> {
  const text = fillTemplate(recipe.registrationId.template, values);
  if (text === null) return fail(problem('label-has-no-mac', { text: values['serial'] ?? '' }));
  // The board's own encoder takes nothing but these.
  if (recipe.kind === 'mxchip-devkit') return stationRegistrationId(text);
  const registrationId = text.toLowerCase();
  const length = registrationId.length;
  // An X.509 common name ends at 64 characters (RFC 5280, ub-common-name).
  const limit = recipe.kind === 'x509-station' ? longestStationId : longestId;
  const shown = registrationId.slice(0, 128);
  if (length > limit) return fail(problem('registration-id-too-long', { registrationId: shown, length, limit }));
  return /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(registrationId)
    ? ok(registrationId)
    : fail(problem('unit-id-invalid', { registrationId: shown }));
}

/** Whether an id can be told from a scan alone, and what is wrong with it; null when nothing is known to be. */
export function idProblemAtScan(
  recipe: Recipe,
  scan: { readonly serial: string; readonly mac: string | null },
): Problem | null {
  const { template } = recipe.registrationId;
  const known = template.replaceAll('{serial}', '').replaceAll('{mac}', scan.mac === null ? '{mac}' : '');
  if (known.includes('{')) return null; // the board has to tell the rest
  const id = registrationIdOf(recipe, { ...scan, mac: scan.mac?.toLowerCase().replaceAll(/[:-]/g, '') ?? null });
  return id.ok ? null : id.problem;
}
