import type { Countersign } from '../../../shared/people.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, type Result } from '../../../shared/result.ts';
import type { ClosesOn } from '../../../shared/work-order.ts';
import type { CommitBy, OrderDeskOptions } from './order-options.ts';

/** So many serials are named in a refusal. */
const named = 5;

/**
 * Closes an order when every passed unit is as far as the order asks and nobody works on one; with two badges where the
 * order asks for them. The books check it once more in the very transaction.
 */
export async function closeOrder(
  { store, recipe, permits }: Pick<OrderDeskOptions, 'store' | 'recipe' | 'permits'>,
  commit: CommitBy,
  asked: { readonly name: string; readonly countersign: Countersign | null; readonly actor: string },
): Promise<Result<void, Problem>> {
  const { name, countersign, actor } = asked;
  const found = await store.order(name);
  if (!found.ok) return found;
  if (found.value === null) return fail(problem('order-unknown', { order: name }));
  if (found.value.state === 'closed') return fail(problem('order-closed', { order: name }));
  const closesOn = found.value.closesOn ?? recipe.recipe.closesOn ?? 'delivered';
  const refuse = () => openItems(store, name, closesOn);
  const open = await refuse();
  if (open !== null) return fail(open);
  let countersignedBy: string | null = null;
  if (found.value.order.twoBadges === true) {
    if (countersign === null) return fail(problem('order-second-badge', { order: name }));
    const second = await permits.countersigned('release', actor, countersign);
    if (!second.ok) return second;
    countersignedBy = second.value;
  }
  const closed = await commit(actor, { write: 'order-closed', order: name, countersignedBy });
  if (closed.ok || closed.problem.code !== 'order-open-items') return closed;
  // A unit was begun meanwhile.
  return fail((await refuse()) ?? closed.problem);
}

async function openItems(store: OrderDeskOptions['store'], order: string, wanted: ClosesOn): Promise<Problem | null> {
  const open = await store.openInOrder(order, wanted, named);
  if (!open.ok) return open.problem;
  const { count, serials } = open.value;
  return count === 0 ? null : problem('order-open-items', { order, count, serials: serials.join(', '), wanted });
}
