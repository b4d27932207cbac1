import type { Act, Approval, Countersign, Role } from '../../shared/people.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';

/** What people may do, asked by those who act for somebody that the gate let in. */
export interface Permits {
  /**
   * Whether `by` may do this too, and who is answerable: `by` is what the gate answered, a badge or, as long as the
   * station knows no engineer, whoever the call names. Handlers need not ask again for what the gate asks.
   */
  permit(act: Act, by: string): Result<string, Problem>;
  /** The badge of a second person who may do this and is not the first. */
  countersigned(act: Act, first: string, second: Countersign): Promise<Result<string, Problem>>;
}

/** A badge as the station keeps it. */
export type BadgeRow = {
  readonly badge: string;
  readonly roles: readonly Role[];
  readonly pin: string | null; // what a PIN is compared with, see PinHash
  readonly failures: number;
  readonly lockedAt: number | null; // milliseconds since 1970 UTC, as is lockedUntil
  readonly lockedUntil: number | null;
  readonly retiredAt: string | null;
  readonly name: string | null;
};

/** Wrong PINs in a row of one badge. */
export type KeptTries = Pick<BadgeRow, 'failures' | 'lockedAt' | 'lockedUntil'>;

/** The file of people cannot be used. */
export type PeopleProblem = Problem<'people-unreadable'>;

/** Why the copy of the people's file was not put back. */
export type PutBackProblem = Problem<'people-readable' | 'people-copy-unusable' | 'file-unwritable'>;

/**
 * The people of a data folder. Small reads that answer at once; several processes may use the file. Without the file
 * nobody is known; it is made with the first person. A file that was lost is no station without people: as long as its
 * copy knows somebody, everything is refused.
 */
export interface PeopleStore {
  /** Whether an engineer is known. */
  isKnown(): Result<boolean, PeopleProblem>;
  /** A badge in any letter case, retired ones included. */
  badge(badge: string): Result<BadgeRow | null, PeopleProblem>;
  list(): Result<readonly BadgeRow[], PeopleProblem>;
  /** `pin` and `name` null leave what is there. */
  put(person: {
    readonly badge: string;
    readonly roles: readonly Role[];
    readonly pin: string | null;
    readonly name: string | null;
  }): Result<void, PeopleProblem | Problem<'engineer-first' | 'engineer-last' | 'pin-missing'>>;
  /** Sets a PIN and forgets wrong ones. */
  setPin(badge: string, pin: string): Result<void, PeopleProblem>;
  /** Reads the wrong PINs of a badge and replaces them, without anybody in between. */
  changeTries(badge: string, change: (tries: KeptTries) => KeptTries): Result<void, PeopleProblem>;
  retire(badge: string, at: string): Result<void, PeopleProblem | Problem<'engineer-last'>>;
  /** Takes the name away and the bytes of it out of the file. */
  eraseName(badge: string): Result<void, PeopleProblem | Problem<'name-not-scrubbed'>>;
  /** Records an approval; another one of the same hash changes nothing. */
  approve(approval: Approval): Result<void, PeopleProblem>;
  approvals(): Result<readonly Approval[], PeopleProblem>;
  close(): void;
}

/** Turns PINs into what may be kept of them. */
export interface PinHash {
  /** What is kept of a new PIN. */
  make(pin: string): Promise<string>;
  /** Whether this PIN made `kept`; null: no PIN did, found out with the same effort. */
  matches(pin: string, kept: string | null): Promise<boolean>;
}
