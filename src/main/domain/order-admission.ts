import { type Problem, problem } from '../../shared/problem.ts';
import type { OrderRow, WorkOrder } from '../../shared/work-order.ts';

/** Whether the serial is one of the order's. */
export function isSerialOf({ serials }: Pick<WorkOrder, 'serials'>, serial: string): boolean {
  if (serials === null) return true;
  if ('list' in serials) return serials.list.includes(serial);
  const { prefix, from, to, digits } = serials.range;
  const number = serial.slice(prefix.length);
  if (!serial.startsWith(prefix) || number.length !== digits || !/^\d+$/.test(number)) return false;
  return Number(number) >= from && Number(number) <= to;
}

/** How many serials the order names; null: as many as its label pattern takes. */
export function serialCountOf({ serials }: Pick<WorkOrder, 'serials'>): number | null {
  if (serials === null) return null;
  return 'list' in serials ? serials.list.length : serials.range.to - serials.range.from + 1;
}

/** A stretch of the order's own serials, in its order; null where it names none. */
export function serialsOf({ serials }: Pick<WorkOrder, 'serials'>, after: number, limit: number): string[] | null {
  if (serials === null) return null;
  if ('list' in serials) return serials.list.slice(after, after + limit);
  const { prefix, from, to, digits } = serials.range;
  const numbers = Array.from(
    { length: Math.max(0, Math.min(limit, to - from + 1 - after)) },
    (_, i) => from + after + i,
  );
  return numbers.map((number) => `${prefix}${String(number).padStart(digits, '0')}`);
}

/** What is loaded, as an order pins it. `fits`: why its units cannot be enrolled in a named instance, or null. */
export type LoadedFacts = {
  readonly recipe: string;
  readonly hash: string;
  readonly fits: (instance: string) => Problem | null;
};

/** Why this order cannot be worked on with what is loaded, or null. */
export function judgeLoaded(
  order: Pick<WorkOrder, 'name' | 'recipe' | 'recipeHash' | 'instance'>,
  loaded: LoadedFacts,
): Problem | null {
  if (order.recipe !== loaded.recipe || order.recipeHash !== loaded.hash) {
    const facts = { order: order.name, wanted: `${order.recipe} ${order.recipeHash.slice(0, 12)}` };
    return problem('order-other-recipe', { ...facts, loaded: `${loaded.recipe} ${loaded.hash.slice(0, 12)}` });
  }
  return loaded.fits(order.instance);
}

/** Why a scanned unit must not be begun, or null. `taken`: units of the order that are at work, passed or unsettled. */
export function judgeAdmission(facts: {
  readonly serial: string;
  readonly active: OrderRow | null;
  readonly orders: 'required' | 'optional';
  readonly loaded: LoadedFacts;
  readonly taken: number;
}): Problem | null {
  const { active, serial } = facts;
  if (active === null) return facts.orders === 'required' ? problem('no-order') : null;
  const { order } = active;
  if (active.state !== 'open') return problem('order-closed', { order: order.name });
  const other = judgeLoaded(order, facts.loaded);
  if (other !== null) return other;
  if (!isSerialOf(order, serial)) return problem('serial-not-in-order', { order: order.name, serial });
  return facts.taken >= order.quantity ? problem('order-full', { order: order.name }) : null;
}
