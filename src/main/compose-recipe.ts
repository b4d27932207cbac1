import { readdirSync } from 'node:fs';
import type { Problem } from '../shared/problem.ts';
import { ok, type Result } from '../shared/result.ts';
import { readRecipeFile } from './adapters/files/recipe-file.ts';
import { compileLabelPattern } from './adapters/pattern/label-matcher.ts';
import { places } from './compose-places.ts';
import { measureFirmwareImage } from './identity/firmware-image.ts';
import type { LoadedRecipe } from './station/loaded-recipe.ts';

const shippedFolder = places.recipes;

/** Names of the recipes that the station ships with. */
export function shippedRecipes(): readonly string[] {
  return readdirSync(shippedFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
}

/** A recipe with the bytes of its firmware, where it has any. */
export type LoadedWithImage = LoadedRecipe & { readonly bin: Uint8Array | null };

/** Reads, checks and measures a recipe; every refusal says what to mend. */
export function loadRecipe(nameOrPath: string): Result<LoadedWithImage, Problem> {
  const files = readRecipeFile(nameOrPath, shippedFolder, shippedRecipes());
  if (!files.ok) return files;
  const { recipe, hash, firmware, issuerPem } = files.value;
  const image = firmware === null ? ok(null) : measureFirmwareImage(firmware);
  if (!image.ok) return image;
  const matchLabel = compileLabelPattern(recipe.label.pattern, nameOrPath);
  if (!matchLabel.ok) return matchLabel;
  return ok({ recipe, hash, image: image.value, matchLabel: matchLabel.value, issuerPem, bin: firmware?.bin ?? null });
}
