import type { Lot, LotMember, LotView } from '../../shared/lot.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { Verdict, Verification, VerificationRow } from '../../shared/verification.ts';
import type { ListPage, StoreProblem, Stretch } from './book-lists.ts';

/** Writes of QA; each adds a line to the journal. */
export type VerificationWrite =
  | { readonly write: 'verification-started'; readonly verification: Verification }
  | { readonly write: 'verification-changed'; readonly verification: Verification; readonly event: string }
  | { readonly write: 'lot-opened'; readonly lot: Lot }
  /** Naming a unit of a lot twice changes nothing. */
  | { readonly write: 'lot-member-named'; readonly lot: Pick<Lot, 'id' | 'name' | 'size'>; readonly serial: string }
  | { readonly write: 'lot-closed'; readonly lot: Lot };

/** Why a write of QA was not committed. */
export type VerificationCommitProblem = Problem<
  'verification-running' | 'serial-in-work' | 'slot-busy' | 'lot-closed' | 'lot-busy' | 'lot-full' | 'lot-name-taken'
>;

/** One line of the journal as it was hashed, with the hash that the line before it has now (null: it is the first). */
export type ChainedLine = {
  readonly seq: number;
  readonly line: Readonly<Record<string, unknown>>;
  readonly previousHash: string;
  readonly hash: string;
  readonly hashBefore: string | null;
};

/** Which verifications; null does not narrow. */
export type VerificationFilter = {
  readonly serial: string | null;
  readonly verdict: Verdict | null;
  readonly lot: string | null;
};

/** What QA reads of the books; long reads that hold up nobody. */
export interface VerificationBooks {
  verification(id: string): Promise<Result<Verification | null, StoreProblem>>;
  runningVerifications(): Promise<Result<readonly Verification[], StoreProblem>>;
  /** Finished ones, newest first; `serial` null: of all units. */
  lastVerifications(serial: string | null, limit: number): Promise<Result<readonly Verification[], StoreProblem>>;
  listVerifications(
    query: Stretch & { readonly filter: VerificationFilter },
  ): Promise<Result<ListPage<VerificationRow>, StoreProblem>>;
  /** Every line of the journal about a unit, oldest first. */
  unitJournal(serial: string): Promise<Result<readonly ChainedLine[], StoreProblem>>;
  lot(id: string): Promise<Result<LotView | null, StoreProblem>>;
  listLots(query: Stretch): Promise<Result<ListPage<LotView>, StoreProblem>>;
  /** The open lot that was opened last. */
  openLot(): Promise<Result<LotView | null, StoreProblem>>;
  /** The units of a lot, in the order of their serials. */
  lotMembers(id: string): Promise<Result<readonly LotMember[], StoreProblem>>;
}
