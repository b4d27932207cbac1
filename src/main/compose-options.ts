import type { Handlers } from '../shared/link/serve.ts';
import type { Settings } from '../shared/settings.ts';
import type { SignInPrompt } from './compose-access.ts';
import type { OpenFolder } from './compose-folder.ts';
import type { ConnectedHubs } from './compose-hubs.ts';
import type { People } from './compose-people.ts';
import type { LoadedWithImage } from './compose-recipe.ts';
import type { Vaults } from './compose-vault.ts';
import type { Clock } from './ports/clock.ts';
import type { EnrollmentRegistry } from './ports/enrollment-registry.ts';
import type { LineFinder, LineOpener } from './ports/line.ts';
import type { StationHandle } from './ports/station-handle.ts';
import type { StationStore } from './ports/station-store.ts';
import type { Vault } from './ports/vault.ts';
import type { Instances } from './station/instances.ts';
import type { SessionTimes } from './station/session-options.ts';

/** How a station is opened. Parts given here replace the real ones. */
export type OpenOptions = {
  readonly dataFolder: string;
  readonly settings: Settings;
  readonly recipe: LoadedWithImage;
  readonly door: string; // who opens, for whoever finds the folder taken
  readonly actor: string;
  /** What to do with work that a stop interrupted before the secret was touched; default: resume it with its board. */
  readonly interrupted?: 'resume' | 'end' | 'leave';
  /** Secrets for this run alone, before the vault is asked. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** Vaults of the data folder as this process has unlocked them. */
  readonly vaults?: Vaults;
  /** The people of the data folder; they stay the caller's to close. */
  readonly people?: People;
  /** Shows a person where to sign in to Entra ID; calls then wait. Without it the queue says what is needed. */
  readonly onSignIn?: (prompt: SignInPrompt) => void;
  readonly times?: Partial<SessionTimes>;
  readonly finder?: LineFinder;
  readonly opener?: LineOpener;
  readonly clock?: Clock;
  readonly slowCommitInMs?: number;
  readonly decorateStore?: (store: StationStore) => StationStore;
  readonly decorateRegistry?: (registry: EnrollmentRegistry) => EnrollmentRegistry;
  /** Who answers another door, asked for each link; default: the station itself, without settings or bench. */
  readonly handlersOf?: (handle: StationHandle) => Handlers;
};

/** What stands before the parts are made. */
export type Ground = OpenFolder & {
  readonly signIn: AbortController;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly instances: Instances;
  readonly hubs: ConnectedHubs;
  readonly people: People;
};
