import type { Job } from '../../shared/job.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Ask } from '../../shared/station-snapshot.ts';
import type { Clock } from '../ports/clock.ts';
import type { LineFinder, LineOpener } from '../ports/line.ts';
import type { Random } from '../ports/random.ts';
import type { StationStore } from '../ports/station-store.ts';
import type { Vault } from '../ports/vault.ts';
import type { LoadedRecipe } from './loaded-recipe.ts';

/** How long things may take, in milliseconds. */
export type SessionTimes = {
  readonly answer: number; // a command's answer
  readonly secretAnswer: number; // storing the secret and reading it back
  readonly probe: number; // silence after which a person is asked
  readonly silence: number; // silence after a banner that means a failed start
  readonly operator: number; // a person's patience is longer than any board's
};

/** Times for real boards. */
export const defaultSessionTimes: SessionTimes = {
  answer: 10_000,
  secretAnswer: 20_000,
  probe: 400,
  silence: 20_000,
  operator: 1_800_000,
};

/** What a session needs; each part is asked for the least. */
export type SessionOptions = {
  readonly job: Job;
  readonly path: string;
  readonly recipe: LoadedRecipe;
  readonly opener: LineOpener;
  readonly clock: Clock;
  readonly random: Pick<Random, 'secretBytes'>;
  readonly vault: Pick<Vault, 'get' | 'set'>;
  /** Where the board will register: what is told to boards that do not have it in their firmware. */
  readonly provisioning: { readonly globalEndpoint: string; readonly idScope: string | null };
  readonly store: Pick<StationStore, 'wasQueued' | 'wasWritten' | 'holder' | 'auditHead'>;
  readonly times: SessionTimes;
  /** What a person should do now, and what went wrong with the last attempt at it. */
  readonly onAsk: (ask: Ask | null, hint: Problem | null) => void;
  /** Resolves with what a person typed when a MAC is asked for. */
  readonly typedMac: () => Promise<string>;
  /** Whether the job's own board is still in its place; asked when the line is open. */
  readonly isHere: () => boolean;
  /** The lines that are there now, looked up anew. */
  readonly present: LineFinder['list'];
};

/** What it takes to talk to a board's shell. */
export type ShellTools = Pick<SessionOptions, 'path' | 'opener' | 'isHere' | 'clock' | 'times' | 'vault'>;
