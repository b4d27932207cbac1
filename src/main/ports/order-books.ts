import type { Job } from '../../shared/job.ts';
import type { Result } from '../../shared/result.ts';
import type { ClosesOn, OrderRow, WorkOrder } from '../../shared/work-order.ts';
import type { StoreProblem } from './book-lists.ts';

/** What was found of a golden unit. */
export type GoldenVerdict = 'pass' | 'fail' | 'cannot-tell';

/** Writes about work orders; each adds a line to the journal. */
export type OrderWrite =
  /** Adds an order, or changes one that no unit belongs to yet (else `order-exists`). */
  | { readonly write: 'order-put'; readonly order: WorkOrder }
  /** Makes an open order the active one; null: none is. `closesOn` counts where the order leaves it open. */
  | { readonly write: 'order-chosen'; readonly order: string | null; readonly closesOn: ClosesOn }
  | { readonly write: 'order-closed'; readonly order: string; readonly countersignedBy: string | null }
  | {
      readonly write: 'golden-judged';
      readonly serial: string;
      readonly expected: 'pass' | 'fail';
      readonly found: GoldenVerdict;
    };

/** How far the units of one order are. `failed` and `aborted` count jobs, the rest units. */
export type OrderFigures = {
  readonly running: number;
  readonly passed: number; // live
  readonly unsettled: number;
  readonly failed: number;
  readonly aborted: number;
  readonly delivered: number; // of the passed ones, proved ones included
  readonly proved: number;
  readonly units: number; // with a job that ended
  readonly firstPass: number; // of these: their first job passed
  readonly firstStartedAt: string | null;
  /** When the newest passed units were done, ISO 8601 UTC, newest first. */
  readonly passedAt: readonly string[];
  readonly passedSince: number;
};

/** What stands in the way of closing an order. */
export type OpenInOrder = { readonly count: number; readonly serials: readonly string[] };

/** Where a serial is: derived from its jobs alone. */
export type SerialFacts = {
  readonly serial: string;
  readonly running: Job | null;
  readonly live: Job | null;
  readonly failures: number;
};

/** A judgement of a golden unit. */
export type GoldenResult = {
  readonly at: string;
  readonly serial: string;
  readonly expected: 'pass' | 'fail';
  readonly found: GoldenVerdict;
};

/** What the books know of work orders. */
export interface OrderBooks {
  order(name: string): Promise<Result<OrderRow | null, StoreProblem>>;
  activeOrder(): Promise<Result<OrderRow | null, StoreProblem>>;
  /** Newest first. */
  orders(query: {
    readonly state: 'open' | 'closed' | 'all';
    readonly limit: number;
  }): Promise<Result<readonly OrderRow[], StoreProblem>>;
  /** `since`: from when `passedSince` counts; `latest`: how many times `passedAt` gives. */
  orderFigures(
    name: string,
    query: { readonly since: string; readonly latest: number },
  ): Promise<Result<OrderFigures, StoreProblem>>;
  /** Units of the order that are at work, passed or unsettled. */
  takenInOrder(name: string): Promise<Result<number, StoreProblem>>;
  /** Units that hold the order open, and the first of their serials. */
  openInOrder(name: string, closesOn: ClosesOn, first: number): Promise<Result<OpenInOrder, StoreProblem>>;
  /** In the order of the serials given. */
  serialFacts(serials: readonly string[]): Promise<Result<readonly SerialFacts[], StoreProblem>>;
  /** Serials that have a job in the order, ascending. */
  orderSerials(
    name: string,
    query: { readonly after: number; readonly limit: number },
  ): Promise<Result<{ readonly serials: readonly string[]; readonly total: number }, StoreProblem>>;
  /** Serials of the order's own set that are at work (any order) or live; units without an order included. */
  takenSerials(name: string): Promise<Result<{ readonly reserved: number; readonly used: number }, StoreProblem>>;
  /** Orders of jobs; a job without one is left out. */
  ordersOf(jobIds: readonly string[]): Promise<Result<readonly (readonly [string, string])[], StoreProblem>>;
  /** Units with an order that passed from `since` on and before `until`. */
  passedInOrders(
    since: string,
    until: string,
  ): Promise<Result<readonly { readonly serial: string; readonly order: string }[], StoreProblem>>;
  /** Who wrote the newest job; null: there is none. */
  newestJob(): Promise<Result<Job | null, StoreProblem>>;
  /** Judgements of golden units from `since` on, oldest first. */
  goldenResults(since: string): Promise<Result<readonly GoldenResult[], StoreProblem>>;
  /** `<seq>:<hash>` of the newest line of the journal; null: it is empty. */
  journalHead(): Promise<Result<string | null, StoreProblem>>;
}
