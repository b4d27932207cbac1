import { fileURLToPath } from 'node:url';

/** Sources run as they are by type stripping; the build puts all of the main process flat into `out/main`. */
const fromSources = import.meta.url.endsWith('.ts');

function place(besideSources: string, besideBuilt: string): string {
  return fileURLToPath(new URL(fromSources ? besideSources : besideBuilt, import.meta.url));
}

/** Where the station's own files are, whether it runs from its sources, from `out` or from a package. */
export const places = {
  storeThread: place('adapters/sqlite/worker.ts', 'store-worker.cjs'),
  mirrorThread: place('adapters/sqlite/mirror-thread.ts', 'mirror-thread.cjs'),
  simulation: place('../simulation/main.ts', 'simulation.cjs'),
  recipes: place('../../resources/recipes', '../../resources/recipes'),
  evidenceVerifier: place('../../resources/evidence/verify.sh', '../../resources/evidence/verify.sh'),
  page: place('../../out/renderer', '../renderer'),
  preload: place('../../out/preload/index.cjs', '../preload/index.cjs'),
  icon: place('../../resources/icons/512x512.png', '../../resources/icons/512x512.png'),
} as const;
