import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import { type Settings, settingsSchema } from '../../src/shared/settings.ts';
import { valueFrom } from './books.ts';

/** Opens a station without lines and without a cloud, for tests of its folder; `onStore` is given its books. */
export function openIdleStation(
  dataFolder: string,
  mode: Settings['mode'],
  door: string,
  onStore: (store: StationStore) => void = () => {},
) {
  return openStation({
    dataFolder,
    settings: settingsSchema.parse({ mode }),
    recipe: valueFrom(loadRecipe('mxchip-devkit')),
    door,
    actor: 'tester',
    finder: { list: async () => ({ ok: true, value: [] }), watch: () => () => {} },
    decorateStore: (store) => {
      onStore(store);
      return store;
    },
  });
}
