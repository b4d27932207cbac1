import type { CatalogueEntry } from './entry.ts';

/** Problems of recipes and the images they pin. */
export const recipesProblems = {
  'recipe-not-found': {
    title: 'There is no recipe "{recipe}".',
    remedy: 'Give the name of a shipped recipe ({known}) or the path of a .json file.',
    retry: 'never',
    blame: 'operator',
  },
  'recipe-invalid': {
    title: 'The recipe {recipe} cannot be used: {reason}.',
    remedy: 'Mend the file as said; nothing was started.',
    retry: 'never',
    blame: 'operator',
  },
  'firmware-hash-mismatch': {
    title: 'The file {file} is not the one the recipe was made for.',
    remedy:
      'Take the pinned build back, or pin the new one on purpose: every certificate made from the old one stops matching.',
    retry: 'never',
    blame: 'operator',
  },
  'firmware-other-instance': {
    title: 'The firmware image does not hold {what} "{value}" of the DPS instance "{instance}".',
    remedy:
      'The image was made for another instance. Build the sketch with this endpoint and ID scope, or choose its instance.',
    retry: 'never',
    blame: 'operator',
  },
  'label-has-no-mac': {
    title: 'The label "{text}" holds no MAC, but the recipe takes it from there.',
    remedy: 'Scan the label that carries the MAC, or let the recipe take it from the display or AP mode.',
    retry: 'operator',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
