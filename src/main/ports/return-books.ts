import type { Result } from '../../shared/result.ts';
import type { FoundUnit, RecipeMeasure, ReturnCase, ReturnRow } from '../../shared/returns.ts';
import type { ListPage, StoreProblem } from './book-lists.ts';

/** One write about returns; see `StoreWrite`. */
export type ReturnWrite =
  | { readonly write: 'return-opened'; readonly case: ReturnCase }
  /** A return that has ended changes no more; `event` is what happened to it. */
  | { readonly write: 'return-changed'; readonly case: ReturnCase; readonly event: string }
  /** The identity of a job ends without a successor, as an open return in its last step says. */
  | { readonly write: 'job-retired'; readonly jobId: string; readonly reason: string }
  /** What the image of a recipe measures; keeping it twice changes nothing. */
  | { readonly write: 'measure-kept'; readonly measure: RecipeMeasure };

/** The unit's live identity beside its return. */
export type LiveRow = {
  readonly jobId: string;
  readonly instance: string;
  readonly registrationId: string | null;
  readonly fingerprint: string | null;
  readonly proved: boolean;
  readonly itemState: 'pending' | 'delivered' | 'parked' | 'superseded' | null;
};

/** Questions on which the work at returns rests. */
export interface ReturnBooks {
  /** The open return of a serial, or null. */
  openReturn(serial: string): Promise<Result<ReturnCase | null, StoreProblem>>;
  returnCase(id: string): Promise<Result<ReturnRow | null, StoreProblem>>;
  /** Open returns that have work at the service, or of whose unit the books say something new; oldest first. */
  dueReturns(): Promise<Result<readonly { readonly case: ReturnCase; readonly live: LiveRow | null }[], StoreProblem>>;
  countOpenReturns(): Promise<Result<number, StoreProblem>>;
  /** Measures of recipes that this station has worked with. */
  measures(): Promise<Result<readonly RecipeMeasure[], StoreProblem>>;
}

/** A unit whose identity is a certificate, for forecasts; `row` is its place in the books. */
export type CertificateUnit = {
  readonly row: number;
  readonly serial: string;
  readonly registrationId: string;
  readonly recipe: string;
  readonly recipeHash: string;
  readonly certificatePem: string;
};

/** Long reads about returns; see `BookLists`. */
export interface ReturnLists {
  listReturns(query: {
    readonly open: boolean;
    readonly before: number | null;
    readonly limit: number;
  }): Promise<Result<ListPage<ReturnRow>, StoreProblem>>;
  /** Units by serial, registration id, hardware id or MAC (with or without marks): exact matches first. */
  findUnits(text: string, limit: number): Promise<Result<readonly FoundUnit[], StoreProblem>>;
  /** Units with a live certificate, by their place in the books; of one recipe, or of all (null). */
  certificateUnits(query: {
    readonly recipe: string | null;
    readonly after: number;
    readonly limit: number;
  }): Promise<Result<{ readonly rows: readonly CertificateUnit[]; readonly next: number | null }, StoreProblem>>;
}
