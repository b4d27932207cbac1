import type { Countersign } from '../../shared/people.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type {
  ForecastRow,
  FoundUnit,
  Measure,
  OpenReturns,
  RecipeMeasure,
  ReturnOrder,
  ReturnRow,
  ReturnWait,
} from '../../shared/returns.ts';
import type { Unsubscribe } from './line.ts';
import type { Permits } from './people.ts';

/** Who asks, and whether they may. */
export type Asking = { readonly actor: string; readonly permits: Permits };

/** What a forecast is asked: raw files, of which recipe, and from where in the list. */
export type ForecastQuery = {
  readonly bin: Uint8Array;
  readonly map: Uint8Array;
  readonly recipe: string | null;
  readonly known: readonly RecipeMeasure[];
  readonly after: number;
  readonly limit: number;
};

/** A page of a forecast. `next` continues it. */
export type ForecastPage = {
  readonly image: Measure;
  readonly rows: readonly ForecastRow[];
  readonly next: number | null;
};

/** Takes in units that come back and carries their returns through, however long it takes. */
export interface ReturnsDesk {
  find(text: string): Promise<Result<readonly FoundUnit[], Problem>>;
  /** `notice`: what a person should know of what they asked for. */
  open(
    order: ReturnOrder,
    asking: Asking & { readonly countersign: Countersign | null },
  ): Promise<Result<{ readonly id: string; readonly notice: Problem | null }, Problem>>;
  detail(
    id: string,
  ): Promise<Result<{ readonly case: ReturnRow; readonly wait: ReturnWait; readonly notice: Problem | null }, Problem>>;
  cancel(id: string, asking: Asking): Promise<Result<void, Problem>>;
  /** Tries again now; `leaveOut`: goes on without this step, where that is possible. */
  goOn(id: string, leaveOut: boolean, asking: Asking): Promise<Result<void, Problem>>;
  forecast(query: ForecastQuery): Promise<Result<ForecastPage, Problem>>;
  /** The open returns as they are now. */
  state(): Promise<OpenReturns>;
  onChange(listener: () => void): Unsubscribe;
  /** Resolves when nothing can be done without waiting for a board, a person or a time. */
  settled(): Promise<void>;
}
