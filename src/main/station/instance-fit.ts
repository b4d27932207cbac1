import { type Problem, problem } from '../../shared/problem.ts';
import type { Settings } from '../../shared/settings.ts';
import { imageHoldsText } from '../identity/image-contents.ts';
import type { LoadedRecipe } from './loaded-recipe.ts';

/** Why units of the loaded recipe cannot be enrolled in a named DPS instance, or null. */
export type InstanceFit = (name: string) => Problem | null;

/**
 * Judges instances: known on a real line, and the one that the firmware image was made for, where the board has it in
 * its firmware. In training the recipe's own may be missing: its units wait in the queue.
 */
export function instanceFit(
  { recipe, bin }: Pick<LoadedRecipe, 'recipe'> & { readonly bin: Uint8Array | null },
  settings: Pick<Settings, 'dps' | 'mode'>,
): InstanceFit {
  return (name) => {
    const instance = settings.dps[name];
    if (instance === undefined) {
      const waits = settings.mode === 'training' && name === recipe.enrollment.instance;
      return waits ? null : problem('no-instance', { instance: name });
    }
    if (bin === null) return null; // where the device registers is told to the board, or is none of the station's business
    const missing = (what: string, value: string) =>
      problem('firmware-other-instance', { what, value, instance: name });
    if (!imageHoldsText(bin, instance.globalEndpoint)) return missing('device endpoint', instance.globalEndpoint);
    if (instance.idScope === undefined || imageHoldsText(bin, instance.idScope)) return null;
    return missing('ID scope', instance.idScope);
  };
}
