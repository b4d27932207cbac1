import { ok } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { createByIdFinder } from './adapters/line/by-id-finder.ts';
import { createSerialportFinder } from './adapters/line/serialport-finder.ts';
import type { LineFinder } from './ports/line.ts';
import type { LoadedRecipe } from './station/loaded-recipe.ts';

/** Finds boards as the settings say: links of a folder, or the ports of the recipe's adapter. */
export function finderFrom(settings: Settings, recipe: LoadedRecipe): LineFinder {
  const { usb } = recipe.recipe.board;
  const finder =
    settings.lines.from === 'folder'
      ? createByIdFinder({ folder: settings.lines.folder, intervalInMs: 1_000 })
      : createSerialportFinder({ intervalInMs: 500 });
  return onlyAdapter(finder, usb.vendorId, usb.productId);
}

function onlyAdapter(finder: LineFinder, vendorId: string, productId: string): LineFinder {
  const fits = (line: { vendorId: string | null; productId: string | null }) =>
    line.vendorId === vendorId && line.productId === productId;
  return {
    list: async () => {
      const all = await finder.list();
      return all.ok ? ok(all.value.filter(fits)) : all;
    },
    watch: (listener, onTrouble) => finder.watch((present) => listener(present.filter(fits)), onTrouble),
  };
}
