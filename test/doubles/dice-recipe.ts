import { type Recipe, type RecipeOf, recipeSchema } from '../../src/shared/recipe.ts';

/** A recipe of the DevKit with its certificate, by its schema; throws for every other kind. */
export function diceRecipeFrom(value: unknown): RecipeOf<'mxchip-devkit'> {
  const recipe: Recipe = recipeSchema.parse(value);
  if (recipe.kind !== 'mxchip-devkit') throw new Error(`a recipe of kind ${recipe.kind}`);
  return recipe;
}
