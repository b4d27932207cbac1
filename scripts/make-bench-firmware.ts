import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { benchRecipe, firmwareFile } from '../src/simulation/board/bench-recipe.ts';
import { buildFirmware } from '../src/simulation/board/firmware.ts';

/*
 * Writes the firmware image of the simulated boards and the shipped recipe that is pinned to it. Run it after a change
 * to the synthetic image; the files are the same each time.
 */

const resources = join(import.meta.dirname, '..', 'resources');
const build = buildFirmware({ version: '1.6.5', idScope: '0ne00000001', globalEndpoint: 'localhost' });

await writeFile(join(resources, 'bench', `${firmwareFile}.bin`), build.bin);
await writeFile(join(resources, 'bench', `${firmwareFile}.map`), build.map);
const recipe = benchRecipe(build, '../bench');
await writeFile(join(resources, 'recipes', 'mxchip-devkit.json'), `${JSON.stringify(recipe, null, 2)}\n`);
