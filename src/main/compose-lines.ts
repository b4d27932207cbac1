import { fail, ok } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { createByIdFinder } from './adapters/line/by-id-finder.ts';
import { createSerialportFinder } from './adapters/line/serialport-finder.ts';
import { createSerialportOpener } from './adapters/line/serialport-line.ts';
import { createSimulatedOpener, isSimulatedLine } from './adapters/line/simulated-line.ts';
import { judgeSimulatedLine } from './domain/mode-rules.ts';
import type { LineFinder, LineOpener } from './ports/line.ts';
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

/** Opens lines by what is at the path: a file of the simulation's (never in production), else a serial port. */
export function openerFor(mode: Settings['mode']): LineOpener {
  const serial = createSerialportOpener();
  const simulated = createSimulatedOpener();
  return {
    async open(path, options) {
      if (!(await isSimulatedLine(path))) return serial.open(path, options);
      const refusal = judgeSimulatedLine(mode, path);
      return refusal === null ? simulated.open(path, options) : fail(refusal);
    },
  };
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
