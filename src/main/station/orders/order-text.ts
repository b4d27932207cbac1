import type { OrderSummary } from '../../../shared/contract-orders.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { readableIssues } from '../../../shared/settings.ts';
import { type OrderRow, type WorkOrder, workOrderSchema } from '../../../shared/work-order.ts';
import { serialCountOf } from '../../domain/order-admission.ts';

/** An order from its JSON. `from`: what it is called in the refusal. */
export function orderFrom(text: string, from: string): Result<WorkOrder, Problem<'order-invalid'>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail(problem('order-invalid', { from, reason: 'it is no JSON' }));
  }
  const parsed = workOrderSchema.safeParse(value);
  return parsed.success
    ? ok(parsed.data)
    : fail(problem('order-invalid', { from, reason: readableIssues(parsed.error) }));
}

/** An order as lists show it. */
export function summaryOf({ order, ...row }: OrderRow): OrderSummary {
  const { schema: _, serials, closesOn: __, ...rest } = order;
  const count = serialCountOf(order) ?? 0;
  const named =
    serials === null
      ? null
      : 'list' in serials
        ? ({ by: 'list', count } as const)
        : ({ by: 'range', count, range: serials.range } as const);
  return { ...rest, ...row, serials: named };
}
