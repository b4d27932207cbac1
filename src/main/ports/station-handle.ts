import type { Problem, ProblemFacts } from '../../shared/problem.ts';
import type { InstanceState } from '../../shared/queue.ts';
import type { Result } from '../../shared/result.ts';
import type { StationSnapshot } from '../../shared/station-snapshot.ts';
import type { AuditBooks } from './audit-books.ts';
import type { BookLists } from './book-lists.ts';
import type { Clock } from './clock.ts';
import type { EnrollmentDesk } from './enrollment-desk.ts';
import type { HubRegistries } from './hub-registry.ts';
import type { Unsubscribe } from './line.ts';
import type { OrderBooks } from './order-books.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Permits } from './people.ts';
import type { QualityDesk } from './quality-desk.ts';
import type { ReturnLists } from './return-books.ts';
import type { ReturnsDesk } from './returns-desk.ts';
import type { StationStore } from './station-store.ts';
import type { TrustDesk } from './trust-desk.ts';
import type { VerificationBooks } from './verification-books.ts';

/** The books as a door may read them. */
export type Books = Pick<
  StationStore,
  | 'counts'
  | 'unit'
  | 'item'
  | 'job'
  | 'listItems'
  | 'listJobs'
  | 'listJournal'
  | 'integrity'
  | keyof BookLists
  | keyof AuditBooks
  | keyof OrderBooks
  | keyof VerificationBooks
  | keyof ReturnLists
>;

/** What a scan was taken for; `serial` with `verifying`: the unit that is looked at now. */
export type TakenScan = { readonly scan: string; readonly serial?: string };

/** A station in full work, as its doors hold it. */
export interface StationHandle {
  readonly folder: string;
  /** What a scanner or a keyboard gave: a label, `SLOT n`, `ABORT n`, `CONFIRM` or `CANCEL`; `actor` is who scanned. */
  scan(text: string, actor?: string | null): Promise<Result<TakenScan, Problem>>;
  /** Lets a unit that could not be settled get a new secret; it then waits for its board. */
  rework(text: string, actor?: string | null): Promise<Result<unknown, Problem>>;
  /** Takes a unit whose parts were typed one by one, for a named slot. */
  take(unit: {
    readonly serial: string;
    readonly mac: string | null;
    readonly slot: number;
    readonly rework: boolean;
  }): Promise<Result<unknown, Problem>>;
  /** Stops the job of a slot if it may be stopped now. */
  abort(slot: number, actor?: string | null): Problem | null;
  /** What a person read from a board's display. */
  typeMac(slot: number, text: string): Problem | null;
  snapshot(): StationSnapshot;
  onChange(listener: () => void): Unsubscribe;
  /** Ends any pause of the courier. */
  flush(): void;
  /** Resolves when the courier has nothing under way and nothing that may go out now. */
  settled(): Promise<void>;
  /** Puts a parked item back into the queue; `actor` is answerable. */
  retry(itemId: number, actor: string): Promise<Result<void, Problem>>;
  /** Asks the service about every delivered, unproved unit once. */
  lookAtAll(): Promise<void>;
  /** Troubles that do not stop the line: a scanner that does not open, ports that cannot be listed. */
  warnings(): readonly Problem[];
  /** The DPS instances of the settings: pauses, quotas, last answers. */
  instances(): readonly InstanceState[];
  /** What the instances hold. */
  readonly enrollments: EnrollmentDesk;
  /** Hubs whose devices may be looked at and changed, by host name in lower case. */
  readonly hubs: HubRegistries;
  /** Work orders and the line. */
  readonly orders: OrderDesk;
  /** Units that came back. */
  readonly returns: ReturnsDesk;
  /** Who may do what now. */
  readonly permits: Permits;
  /** Verifications, lots and evidence. */
  readonly quality: QualityDesk;
  /** The station's own time. */
  readonly clock: Clock;
  /** Writes into the journal that a person did something that is no job: who, and what. Never a secret. */
  note(event: string, actor: string, facts: ProblemFacts): Promise<void>;
  readonly books: Books;
  /** What makes the records trustworthy. */
  readonly trust: TrustDesk;
  /** Waits for slots between intent and acknowledged, then closes everything. */
  stop(): Promise<void>;
}
