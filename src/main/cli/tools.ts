import type { z } from 'zod';
import type { CallInput, CallOutput } from '../../shared/contract.ts';
import type { peopleContract } from '../../shared/contract-people.ts';
import type { CheckSummary, ImportProgress, ImportSummary, RowCheck, RowResult } from '../../shared/import.ts';
import type { Client } from '../../shared/link/connect.ts';
import type { Act } from '../../shared/people.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Recipe } from '../../shared/recipe.ts';
import type { Result } from '../../shared/result.ts';
import type { Measure } from '../../shared/returns.ts';
import type { Settings } from '../../shared/settings.ts';
import type { LinePresence } from '../ports/line.ts';
import type { Books, StationHandle } from '../ports/station-handle.ts';
import type { Vault } from '../ports/vault.ts';
import type { TrustTools } from './trust-tools.ts';

export type { AuditReport, BooksPlace, TrustTools } from './trust-tools.ts';

/** A recipe ready for use; commands read its data and pass it on. */
export type UsableRecipe = { readonly recipe: Recipe; readonly hash: string };

/** How a command opens a station. */
export type OpenRequest = {
  readonly dataFolder: string;
  readonly settings: Settings;
  readonly recipe: UsableRecipe;
  readonly door: string;
  readonly actor: string;
  readonly secrets?: ReadonlyMap<string, string>;
  /** Work that a stop interrupted before the secret was touched. */
  readonly interrupted?: 'resume' | 'end' | 'leave';
  /** One fixed line instead of what the settings say; null: no boards at all. */
  readonly onlyLine?: LinePresence | null;
};

/** Asks a person, or a file that a person named; the Buffer is the caller's to wipe. */
export type AskPassphrase = () => Promise<Result<Buffer, Problem>>;

/** A program that runs beside this one. */
export type Companion<Ready> = { readonly ready: Ready; stop(): Promise<void> };

/** What an identity command gives. */
export type MadeIdentity = {
  readonly registrationId: string;
  readonly certificatePem: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly warnings: readonly Problem[];
};

/** One finding of "doctor". */
export type Finding = {
  readonly about: string;
  readonly ok: boolean;
  readonly text: string;
  readonly remedy: string | null;
};

/** What is to be imported, how, and by whom. */
export type ImportTask = {
  readonly dataFolder: string;
  readonly settings: Settings;
  readonly instance: string;
  readonly path: string; // of a file or a folder
  readonly actor: string;
  readonly skipBad: boolean;
  /** Interrupts it; what was sent is known, and the next run goes on. */
  readonly signal: AbortSignal;
  readonly onRow: (check: RowCheck) => void;
  readonly onResult: (result: RowResult) => void;
  readonly onProgress: (progress: ImportProgress) => void;
};

/** Calls about people that read, and those that change something. */
type PeopleRead = 'people-list' | 'recipe-approvals';
type PeopleChange = Exclude<keyof typeof peopleContract.calls, PeopleRead | 'badge-in' | 'badge-out'>;

/** Everything commands may do; the door builds it from the composition, so that commands import nothing of the station. */
export type CliTools = {
  readonly version: string;
  defaultDataFolder(): string;
  readSettings(dataFolder: string): Result<Settings, Problem>;
  loadRecipe(nameOrPath: string): Result<UsableRecipe, Problem>;
  /** What the image that a recipe pins measures; null: it has none. */
  measureOf(recipe: UsableRecipe): Measure | null;
  openStation(request: OpenRequest): Promise<Result<StationHandle, Problem>>;
  /** Reaches the station of a folder: its owner, or one that is opened without boards for this command. */
  reachStation(request: {
    readonly dataFolder: string;
    readonly settings: Settings;
    readonly door: string;
    readonly actor: string;
  }): Promise<Result<{ readonly client: Client; close(): Promise<void> }, Problem>>;
  /**
   * Reaches the process that owns the folder; null when it cannot be reached. What is then called there is done by the
   * badge that `identify` took, not by whoever is at work at the bench.
   */
  connectOwner(
    dataFolder: string,
    mode: Settings['mode'],
  ): Promise<Result<{ readonly client: Client; close(): void }, Problem> | null>;
  /** Who is answerable for a command that is this act: the badge with its PIN, or, where nobody is known, `claimed`. */
  identify(request: {
    readonly dataFolder: string;
    readonly settings: Settings;
    readonly act: Act;
    readonly claimed: string;
    readonly badge: string | null;
    readonly pin: AskPassphrase;
  }): Promise<Result<string, Problem>>;
  readPeople<Name extends PeopleRead>(
    dataFolder: string,
    settings: Settings,
    name: Name,
    input: CallInput<Name>,
  ): Promise<Result<CallOutput<Name>, Problem>>;
  /** By the process that owns the folder, or here, with a line in the journal. */
  changePeople<Name extends PeopleChange>(
    dataFolder: string,
    settings: Settings,
    name: Name,
    input: CallInput<Name>,
  ): Promise<Result<CallOutput<Name>, Problem>>;
  /** Puts the copy of the people's file back; `noted`: whether the books took the line about it. */
  restorePeople(
    dataFolder: string,
    settings: Settings,
  ): Promise<Result<{ readonly setAside: string; readonly noted: Result<void, Problem> }, Problem>>;
  /** The books for reading, whoever owns the folder; null when there are none yet. */
  openBooks(dataFolder: string, mode: Settings['mode']): Result<(Books & { close(): Promise<void> }) | null, Problem>;
  /** The vault of a mode, whatever keeps it; asks for the passphrase where one is needed. */
  openVault(dataFolder: string, settings: Settings): Promise<Result<Vault, Problem>>;
  /** Moves the secrets of production; `newPassphrase` is asked when the new vault has one. */
  moveVault(request: {
    readonly dataFolder: string;
    readonly to: Settings['vault']['backend'];
    readonly actor: string;
    readonly newPassphrase: AskPassphrase;
  }): Promise<Result<void, Problem>>;
  /** How commands ask for the passphrase of a locked vault. */
  askPassphraseWith(ask: AskPassphrase): void;
  startSimulation<Ready>(
    role: 'board' | 'bench',
    args: readonly string[],
    ready: z.ZodType<Ready>,
  ): Promise<Result<Companion<Ready>, Problem>>;
  /** Runs the simulation in the foreground with this terminal; resolves with its exit code. */
  runSimulation(role: 'dps' | 'board', args: readonly string[]): Promise<number>;
  readUds(hex: Uint8Array): Result<Buffer, Problem>;
  newUdsHex(): Buffer;
  blankFormId(mac: string, firmwareVersion: string): Result<string, Problem>;
  makeIdentity(parts: {
    readonly uds: Buffer;
    readonly registrationId: string;
    readonly bin: string;
    readonly map: string;
  }): Result<MadeIdentity, Problem>;
  /** Records that the clock is right now although newer records exist; judged by whoever `actor` is. */
  acceptClock(dataFolder: string, mode: Settings['mode'], actor: string): Promise<Result<void, Problem>>;
  /** Checks a file or folder of devices offline. */
  checkImportFile(path: string, onRow: (check: RowCheck) => void): Promise<Result<CheckSummary, Problem>>;
  /** The same against the station's books. */
  checkAgainstBooks(task: ImportTask): Promise<Result<CheckSummary, Problem>>;
  /** Sends the devices of a file or folder, as the owner of the station's folder. */
  importFile(task: ImportTask): Promise<Result<ImportSummary, Problem>>;
  readonly trust: TrustTools;
  examine(dataFolder: string): Promise<readonly Finding[]>;
  /** What is known of a port that a person named; its adapter's serial where there is one. */
  presenceOf(path: string): Promise<LinePresence>;
};
