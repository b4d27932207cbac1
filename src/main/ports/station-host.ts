import type { HostState } from '../../shared/host-state.ts';
import type { Handlers } from '../../shared/link/serve.ts';
import type { Unsubscribe } from './line.ts';

/** What the slots are doing, for whoever wants to close the station. */
export type HostActivity = {
  readonly working: number; // slots with a job under way
  readonly writing: number; // of these: between intent and acknowledged; a close waits for them in any case
};

/**
 * The station as a door with a screen holds it: it outlives a change of settings, a failure to open, and every page that
 * looks at it.
 */
export interface StationHost {
  /** Answers the contract for any number of links, whatever state the station is in. */
  readonly handlers: Handlers;
  state(): HostState;
  onChange(listener: () => void): Unsubscribe;
  activity(): HostActivity;
  /** Waits for slots between intent and acknowledged, then closes station and bench. Calling it again waits for the same end. */
  stop(): Promise<void>;
}

/** One file of the built page. */
export type PageFile = { readonly body: Buffer; readonly type: string };

/** What doors with a screen may do; built by the composition. */
export type ScreenTools = {
  readonly version: string;
  defaultDataFolder(): string;
  /** Opens the station of a data folder; resolves at once, the state tells how it goes. */
  openHost(request: { readonly dataFolder: string; readonly door: string }): StationHost;
  /** A file of the page by its path ("/" is the page itself), or null. `nonce` stands in the page's own tags. */
  readPage(path: string, nonce: string): Promise<PageFile | null>;
  /** Where a bug is told: the log of the station's data folder. */
  onBug(error: unknown): void;
};
