import type { WorkOrder } from '../../src/shared/work-order.ts';

/** A work order for the recipe of tests (see `jobOf`). */
export function orderOf(name: string, change: Partial<WorkOrder> = {}): WorkOrder {
  return {
    schema: 'dps-station/order/1',
    name,
    recipe: 'test-recipe',
    recipeHash: 'a'.repeat(64),
    instance: 'default',
    quantity: 3,
    serials: null,
    ...change,
  };
}
