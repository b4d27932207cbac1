import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import { settingsSchema } from '../../src/shared/settings.ts';

/* Opens a station on a folder once and says how long that took and what memory the process holds. */
const recipe = loadRecipe('mxchip-devkit');
if (!recipe.ok) throw new Error(recipe.problem.code);
const start = performance.now();
const handle = await openStation({
  dataFolder: process.argv[2] ?? '',
  settings: settingsSchema.parse({ lines: { from: 'folder', folder: '/nonexistent' } }),
  recipe: recipe.value,
  door: 'bench',
  actor: 'bench',
});
if (!handle.ok) throw new Error(JSON.stringify(handle.problem));
const counts = await handle.value.books.counts();
const startInMs = performance.now() - start;
if (!counts.ok) throw new Error(counts.problem.code);
const memoryInMiB = process.memoryUsage.rss() / 1024 ** 2;
await handle.value.stop();
process.stdout.write(JSON.stringify({ startInMs, memoryInMiB, passed: counts.value.jobs.passed }));
