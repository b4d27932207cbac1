import type { Checkpoint } from '../../shared/audit.ts';
import type { Job, Origin } from '../../shared/job.ts';
import type { ItemState, NewOutboxItem, OutboxItem } from '../../shared/outbox.ts';
import type { Problem, ProblemFacts } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { AuditBooks } from './audit-books.ts';
import type { BookLists, StoreProblem } from './book-lists.ts';
import type { OrderBooks, OrderWrite } from './order-books.ts';
import type { ReturnBooks, ReturnLists, ReturnWrite } from './return-books.ts';
import type { VerificationBooks, VerificationCommitProblem, VerificationWrite } from './verification-books.ts';

export type { StoreProblem } from './book-lists.ts';

/** One write; each adds a line to the journal in the same transaction. */
export type StoreWrite =
  | { readonly write: 'job-started'; readonly job: Job }
  | { readonly write: 'job-changed'; readonly job: Job; readonly event: string }
  /** A live identity gives way: an unsettled one to a rework, a passed one only to an open return that names it. */
  | {
      readonly write: 'job-superseded';
      readonly jobId: string;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly write: 'item-queued'; readonly item: NewOutboxItem }
  | { readonly write: 'item-changed'; readonly item: OutboxItem; readonly event: string }
  /** A certificate (base64 DER) that may have to be sent again; keeping it twice changes nothing. */
  | { readonly write: 'certificate-kept'; readonly thumbprint: string; readonly der: string }
  /** A head of the chain that the station signed. */
  | { readonly write: 'checkpoint-signed'; readonly checkpoint: Checkpoint }
  | { readonly write: 'noted'; readonly event: string; readonly serial: string | null; readonly facts: ProblemFacts }
  | OrderWrite
  | ReturnWrite
  | VerificationWrite;

/** What belongs together: all of it is committed, or nothing. */
export type Change = { readonly origin: Origin; readonly at: string; readonly writes: readonly StoreWrite[] };

/** Why a change was not committed. The invariants live in the database; each has its problem. */
export type CommitProblem =
  | VerificationCommitProblem
  | Problem<
      | 'serial-in-work'
      | 'serial-already-passed'
      | 'slot-busy'
      | 'registration-id-taken'
      | 'credential-taken'
      | 'hardware-taken'
      | 'rework-not-needed'
      | 'return-needed'
      | 'return-is-open'
      | 'return-not-found'
      | 'order-unknown'
      | 'order-exists'
      | 'order-closed'
      | 'order-full'
      | 'order-open-items'
      | 'serial-not-in-order'
      | 'database-failed'
      | 'database-damaged'
    >;

/** What the books know of one serial. */
export type UnitBooks = {
  readonly running: Job | null;
  readonly live: Job | null; // passed or unsettled, not superseded
  readonly latest: Job | null;
};

/** Totals for the screen. */
export type StoreCounts = {
  readonly jobs: Readonly<Record<'running' | 'passed' | 'failed' | 'aborted' | 'unsettled' | 'proved', number>>;
  readonly items: Readonly<Record<ItemState, number>>;
  readonly oldestPendingAt: string | null;
  readonly newestRecordAt: string | null;
};

/** One page of a list, oldest first; `next` continues it. */
export type Page<T> = { readonly rows: readonly T[]; readonly next: number | null };

/** One line of the journal: all that its hash covers, so that whoever holds the lines can recompute the chain. */
export type JournalLine = {
  readonly seq: number;
  readonly at: string;
  readonly event: string;
  readonly jobId: string | null;
  readonly serial: string | null;
  readonly origin: Origin;
  readonly data: string; // canonical JSON
  readonly previousHash: string;
  readonly hash: string; // SHA-256 over the previous hash and the canonical line, lower-case hex
};

/** The books of a station. */
export interface StationStore extends BookLists, AuditBooks, OrderBooks, VerificationBooks, ReturnBooks, ReturnLists {
  /** Resolves after the commit is on the disk; changes that wait together may share it. */
  commit(change: Change): Promise<Result<void, CommitProblem>>;
  unit(serial: string): Promise<Result<UnitBooks, StoreProblem>>;
  job(id: string): Promise<Result<Job | null, StoreProblem>>;
  /** Who holds this identity or hardware now. */
  holder(
    of: { readonly instance: string; readonly registrationId: string } | { readonly hardwareId: string },
  ): Promise<Result<Job | null, StoreProblem>>;
  /** Whether a secret was ever sent to this board. */
  wasWritten(hardwareId: string): Promise<Result<boolean, StoreProblem>>;
  /** Whether this station ever enrolled this credential under this id. */
  wasEnrolled(instance: string, registrationId: string, fingerprint: string): Promise<Result<boolean, StoreProblem>>;
  /** The certificate (base64 DER) with this SHA-256 thumbprint (lower-case hex), of a unit or kept apart; or null. */
  certificate(thumbprint: string): Promise<Result<string | null, StoreProblem>>;
  runningJobs(): Promise<Result<readonly Job[], StoreProblem>>;
  /** Whether an enrollment of this id was ever queued here. */
  wasQueued(instance: string, registrationId: string): Promise<Result<boolean, StoreProblem>>;
  /** Pending items of these instances that may go out at `now`, oldest first, only the first open one of each registration id. */
  dueItems(
    now: string,
    limit: number,
    instances: readonly string[],
  ): Promise<Result<readonly OutboxItem[], StoreProblem>>;
  /** When the next pending item falls due, or null. */
  nextDueAt(instances: readonly string[]): Promise<Result<string | null, StoreProblem>>;
  item(id: number): Promise<Result<OutboxItem | null, StoreProblem>>;
  /** Delivered, unproved items whose time to be looked at has come. */
  dueProofs(
    now: string,
    limit: number,
  ): Promise<Result<readonly { readonly item: OutboxItem; readonly asked: number }[], StoreProblem>>;
  /** When the next look falls due, or null. */
  nextProofAt(): Promise<Result<string | null, StoreProblem>>;
  /** Bookkeeping of the watcher: no deed, so no journal line. */
  watchAgain(itemId: number, at: string, asked: number): Promise<Result<void, StoreProblem>>;
  /** Looks at all delivered, unproved items as soon as possible. */
  watchAllNow(now: string): Promise<Result<void, StoreProblem>>;
  counts(): Promise<Result<StoreCounts, StoreProblem>>;
  /** Long reads run on a read-only connection of their own and never hold up a slot. */
  listItems(query: {
    readonly states: readonly ItemState[];
    readonly jobId?: string;
    readonly after: number;
    readonly limit: number;
  }): Promise<Result<Page<OutboxItem>, StoreProblem>>;
  listJobs(query: { readonly after: number; readonly limit: number }): Promise<Result<Page<Job>, StoreProblem>>;
  listJournal(query: {
    readonly after: number;
    readonly limit: number;
  }): Promise<Result<Page<JournalLine>, StoreProblem>>;
  /** SQLite's own check of the whole file; empty when all is well. */
  integrity(): Promise<Result<readonly string[], StoreProblem>>;
  close(): Promise<void>;
}
