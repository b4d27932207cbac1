import type { Recipe } from '../../shared/recipe.ts';
import type { LabelMatcher } from '../domain/scan-rules.ts';
import type { FirmwareImage } from '../identity/firmware-image.ts';

/** A recipe that was read, checked and measured: ready for units. */
export type LoadedRecipe = {
  readonly recipe: Recipe;
  readonly hash: string; // SHA-256 of the file as it was read, lower-case hex
  readonly image: Pick<FirmwareImage, 'riotCoreDigest' | 'fwid'> | null; // of DICE recipes
  readonly issuerPem: string | null; // certificate of the recipe's issuing CA
  readonly matchLabel: LabelMatcher;
};
