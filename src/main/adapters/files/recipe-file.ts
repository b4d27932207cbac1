import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Problem, problem } from '../../../shared/problem.ts';
import { type Recipe, recipeSchema } from '../../../shared/recipe.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { readableIssues } from '../../../shared/settings.ts';

/** A recipe and the files it pins, as they were read. */
export type RecipeFiles = {
  readonly recipe: Recipe;
  readonly hash: string;
  /** Firmware of a DICE recipe, else null. */
  readonly firmware: { readonly bin: Buffer; readonly map: Buffer } | null;
  /** Certificate of an issuing CA, else null. */
  readonly issuerPem: string | null;
};

/** Why a recipe cannot be used. */
export type RecipeProblem = Problem<
  'recipe-not-found' | 'recipe-invalid' | 'firmware-hash-mismatch' | 'file-unreadable'
>;

/**
 * Reads a recipe by path, or by name from `shippedFolder`, and the firmware files it pins; a file with another hash
 * is refused. (That a .map belongs to its .bin cannot be told in general; only their pins say so.)
 */
export function readRecipeFile(
  nameOrPath: string,
  shippedFolder: string,
  known: readonly string[],
): Result<RecipeFiles, RecipeProblem> {
  const file = nameOrPath.endsWith('.json') ? resolve(nameOrPath) : resolve(shippedFolder, `${nameOrPath}.json`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return fail(problem('recipe-not-found', { recipe: nameOrPath, known: known.join(', ') }));
  }
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    return fail(problem('recipe-invalid', { recipe: nameOrPath, reason: `no JSON: ${(error as Error).message}` }));
  }
  const parsed = recipeSchema.safeParse(value);
  if (!parsed.success) {
    return fail(problem('recipe-invalid', { recipe: nameOrPath, reason: readableIssues(parsed.error) }));
  }
  const recipe = parsed.data;
  const hash = sha256(bytes);
  const folder = dirname(file);
  if (recipe.kind === 'mxchip-devkit') {
    const bin = readPinned(folder, recipe.firmware.bin);
    if (!bin.ok) return bin;
    const map = readPinned(folder, recipe.firmware.map);
    if (!map.ok) return map;
    return ok({ recipe, hash, firmware: { bin: bin.value, map: map.value }, issuerPem: null });
  }
  const certificate = recipe.kind === 'x509-station' ? recipe.issuer.certificate : undefined;
  if (certificate === undefined) return ok({ recipe, hash, firmware: null, issuerPem: null });
  const issuer = readPinned(folder, certificate);
  return issuer.ok ? ok({ recipe, hash, firmware: null, issuerPem: issuer.value.toString('utf8') }) : issuer;
}

function readPinned(
  folder: string,
  { file: name, sha256: pin }: { readonly file: string; readonly sha256: string },
): Result<Buffer, RecipeProblem> {
  const file = resolve(folder, name);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return fail(problem('file-unreadable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }));
  }
  return sha256(bytes) === pin ? ok(bytes) : fail(problem('firmware-hash-mismatch', { file }));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
