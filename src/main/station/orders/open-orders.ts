import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { WorkOrder } from '../../../shared/work-order.ts';
import { judgeIdentity } from '../../domain/station-identity.ts';
import type { OrderFile } from '../../ports/order-desk.ts';
import type { OrderDeskOptions } from './order-options.ts';
import { orderFrom } from './order-text.ts';

/** Whether the folder is this station's own; else what to do about it, as a warning or as a refusal. */
export async function checkGround({
  store,
  origin,
}: Pick<OrderDeskOptions, 'store' | 'origin'>): Promise<Result<readonly Problem[], Problem>> {
  const newest = await store.newestJob();
  if (!newest.ok) return newest;
  const open = await store.runningJobs();
  if (!open.ok) return open;
  const judged = judgeIdentity(origin, newest.value?.origin ?? null, open.value.length);
  if (judged === null) return ok([]);
  return 'refuse' in judged ? fail(judged.refuse) : ok([judged.warn]);
}

/** Takes in order files; gives why some of them cannot be used. */
export async function takeIn(
  files: readonly OrderFile[],
  put: (order: WorkOrder) => Promise<Result<void, Problem>>,
): Promise<Problem[]> {
  const refused: Problem[] = [];
  for (const { file, text } of files) {
    const order =
      text === null
        ? fail(problem('order-invalid', { from: file, reason: 'it cannot be read' }))
        : orderFrom(text, file);
    const added = order.ok ? await put(order.value) : order;
    if (!added.ok) refused.push(added.problem);
  }
  return refused;
}
