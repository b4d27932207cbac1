import type { Origin } from '../../../shared/job.ts';
import type { Countersign } from '../../../shared/people.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { ReturnCase, ReturnOrder } from '../../../shared/returns.ts';
import { startReturn } from '../../domain/return-machine.ts';
import { judgeReturnOrder, type ReturnedUnit } from '../../domain/return-rules.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Asking } from '../../ports/returns-desk.ts';
import type { StationStore, UnitBooks } from '../../ports/station-store.ts';
import type { Instances } from '../instances.ts';
import type { LoadedRecipe } from '../loaded-recipe.ts';

type Opening = {
  readonly instances: Instances;
  readonly recipe: LoadedRecipe;
  readonly origin: Origin;
  readonly store: Pick<StationStore, 'unit' | 'listItems'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
};

/** A return that may be opened, by whoever is answerable; nothing is written yet. */
export async function openedCase(
  order: ReturnOrder,
  asking: Asking & { readonly countersign: Countersign | null },
  options: Opening,
): Promise<Result<ReturnCase, Problem>> {
  const people = await answerable(order, asking, options.recipe);
  if (!people.ok) return people;
  const unit = await returnedUnit(order.serial, options.store);
  if (!unit.ok) return unit;
  const { to } = order.options;
  if (to !== null && !options.instances.has(to)) return fail(problem('no-instance', { instance: to }));
  const judged = judgeReturnOrder(order, unit.value, options.recipe.recipe);
  if (!judged.ok) return judged;
  const { subject, overlap } = judged.value;
  const { serial, reason, note, deed } = order;
  return ok({
    id: options.random.uuid(),
    serial,
    reason,
    note,
    deed,
    options: order.options,
    subject,
    overlap,
    state: startReturn({ deed, options: order.options, overlap, subject }),
    origin: { ...options.origin, actor: people.value.actor },
    countersignedBy: people.value.second,
    startedAt: isoNow(options.clock),
    finishedAt: null,
  });
}

/** What a person should know of the return they asked for. */
export function noticeOf({ deed, serial }: Pick<ReturnCase, 'deed' | 'serial'>): Problem | null {
  return deed === 'register-again' ? problem('return-secret-gone', { serial }) : null;
}

async function answerable(
  { serial, deed }: ReturnOrder,
  { actor, permits, countersign }: Asking & { readonly countersign: Countersign | null },
  { recipe }: LoadedRecipe,
): Promise<Result<{ readonly actor: string; readonly second: string | null }, Problem>> {
  const act = deed === 'retire' ? 'retire' : 'return';
  const first = permits.permit(act, actor);
  if (!first.ok) return first;
  if (countersign === null) {
    return asksForTwo(recipe)
      ? fail(problem('return-second-badge', { serial }))
      : ok({ actor: first.value, second: null });
  }
  const second = await permits.countersigned('release', first.value, countersign);
  return second.ok ? ok({ actor: first.value, second: second.value }) : second;
}

/** Whether the recipe wants two people to release a return. */
function asksForTwo(recipe: object): boolean {
  const release = 'release' in recipe ? recipe.release : null;
  return typeof release === 'object' && release !== null && 'twoBadges' in release && release.twoBadges === true;
}

/** What the books know of a unit on which nobody works now. */
export async function idleUnit(serial: string, store: Pick<StationStore, 'unit'>): Promise<Result<UnitBooks, Problem>> {
  const books = await store.unit(serial);
  if (!books.ok || books.value.running === null) return books;
  return fail(problem('serial-in-work', { serial, slot: books.value.running.slot }));
}

async function returnedUnit(
  serial: string,
  store: Pick<StationStore, 'unit' | 'listItems'>,
): Promise<Result<ReturnedUnit, Problem>> {
  const books = await idleUnit(serial, store);
  if (!books.ok) return books;
  const { live, latest } = books.value;
  if (latest === null) return fail(problem('serial-unknown', { serial }));
  if (live === null) return ok({ live, item: null });
  const states = ['pending', 'parked', 'delivered'] as const;
  const items = await store.listItems({ states, jobId: live.id, after: 0, limit: 1_000 });
  return items.ok ? ok({ live, item: items.value.rows.at(-1) ?? null }) : items;
}
