import type { OrderState, OrderSummary, RecallRow, ShiftReport } from '../../shared/contract-orders.ts';
import type { Countersign } from '../../shared/people.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { StationSnapshot } from '../../shared/station-snapshot.ts';
import type { WorkOrder } from '../../shared/work-order.ts';
import type { Present } from './book-lists.ts';
import type { GoldenVerdict } from './order-books.ts';

/** The order that takes a unit, and the DPS instance in which it enrolls its units. */
export type AdmittingOrder = Pick<WorkOrder, 'name' | 'instance'>;

/** What the scan desk asks of the work orders. */
export interface OrderGate {
  /** The order that takes this serial, null where none is needed; the problem says why it must not be begun. */
  admit(serial: string): Promise<Result<AdmittingOrder | null, Problem>>;
  /** Whether this is a golden unit: it is only ever looked at. */
  isGolden(serial: string): boolean;
  /** Chooses a known order; `actor` null: the station's own door. */
  chooseScanned(order: string, actor: string | null): Promise<Result<void, Problem>>;
  /** Adds an order that was scanned whole, as JSON, and chooses it. */
  putScanned(text: string, actor: string | null): Promise<Result<void, Problem>>;
}

/** An order file as it was read; null: it cannot be read. */
export type OrderFile = { readonly file: string; readonly text: string | null };

/** Work orders of an open station. */
export interface OrderDesk extends OrderGate {
  /** Checks that the folder is this station's own and takes in its order files; call once, before anything else. */
  open(files: readonly OrderFile[]): Promise<Result<void, Problem>>;
  /** What was found at the opening and does not stop the line. */
  warnings(): readonly Problem[];
  /** Adds an order or changes one that no unit belongs to yet; the same order again changes nothing. */
  put(order: WorkOrder, choose: boolean, actor: string): Promise<Result<void, Problem>>;
  choose(order: string | null, actor: string): Promise<Result<void, Problem>>;
  /** Closes an order when every passed unit is as far as the order asks. */
  close(order: string, countersign: Countersign | null, actor: string): Promise<Result<void, Problem>>;
  list(query: {
    readonly state: 'open' | 'closed' | 'all';
    readonly limit: number;
  }): Promise<Result<OrderSummary[], Problem>>;
  /** Why no unit may be begun now: golden units were not judged, or judged wrong. */
  mayStart(): Promise<Result<void, Problem>>;
  /** Records how a unit was judged, if it is a golden one; whether it is. For whoever verifies units. */
  judgeGolden(serial: string, found: GoldenVerdict, actor: string): Promise<Result<boolean, Problem>>;
  /** The snapshot with its samples marked. */
  marked(snapshot: StationSnapshot): StationSnapshot;
  /** Whether QA drew this unit of this order. */
  isSample(order: WorkOrder, serial: string): boolean;
  /** The line now. */
  state(snapshot: StationSnapshot, present: Present): Promise<Result<OrderState, Problem>>;
  recall(
    query: { readonly before: number | null; readonly limit: number },
    present: Present,
  ): Promise<Result<{ rows: RecallRow[]; next: number | null; total: number }, Problem>>;
  /** `at`: milliseconds since 1970 UTC in the shift. */
  shiftReport(at: number, present: Present): Promise<Result<ShiftReport, Problem>>;
}
