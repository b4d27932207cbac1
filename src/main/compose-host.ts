import type { StationHost } from './ports/station-host.ts';

/** Keeps a station open for doors with a screen. */
export function openHost(_request: { readonly dataFolder: string; readonly door: string }): StationHost {
  throw new Error('not built');
}
