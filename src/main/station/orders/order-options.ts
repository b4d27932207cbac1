import type { Origin } from '../../../shared/job.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { ZoneOffset } from '../../domain/shift.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OrderWrite } from '../../ports/order-books.ts';
import type { Permits } from '../../ports/people.ts';
import type { StationStore } from '../../ports/station-store.ts';
import type { InstanceFit } from '../instance-fit.ts';
import type { LoadedRecipe } from '../loaded-recipe.ts';

/** What the desk of work orders needs of its station. */
export type OrderDeskOptions = {
  readonly store: StationStore;
  readonly settings: Pick<Settings, 'orders' | 'shiftStarts' | 'goldenUnits'>;
  readonly recipe: Pick<LoadedRecipe, 'recipe' | 'hash'>;
  readonly origin: Origin;
  readonly clock: Clock;
  readonly offset: ZoneOffset;
  readonly permits: Permits;
  readonly fits: InstanceFit;
  /** Something that screens show changed. */
  readonly onChange: () => void;
};

/** Puts writes of somebody into the books. */
export type CommitBy = (actor: string, ...writes: OrderWrite[]) => Promise<Result<void, Problem>>;
