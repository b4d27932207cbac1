import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { readableIssues } from '../../../shared/settings.ts';
import {
  type ClosesOn,
  type SerialRange,
  serialRangeSchema,
  type WorkOrder,
  workOrderSchema,
} from '../../../shared/work-order.ts';

/** A number as a field holds it: '' while there is none. */
export type Typed = number | string;

/** An order as it is being typed. */
export type OrderDraft = {
  readonly name: string;
  readonly recipe: string;
  readonly recipeHash: string;
  readonly instance: string;
  readonly quantity: Typed;
  readonly serials: 'any' | 'list' | 'range';
  readonly list: string;
  readonly prefix: string;
  readonly from: Typed;
  readonly to: Typed;
  readonly digits: Typed;
  readonly closesOn: 'recipe' | ClosesOn;
  readonly taktTargetInS: Typed;
  readonly sampling: boolean;
  readonly perThousand: Typed;
  readonly lot: string;
  readonly goldenCheck: boolean;
  readonly everyHours: Typed;
  readonly twoBadges: boolean;
  readonly customer: string;
};

/** An order nobody has typed anything of. */
export const emptyDraft: OrderDraft = {
  name: '',
  recipe: '',
  recipeHash: '',
  instance: '',
  quantity: '',
  serials: 'any',
  list: '',
  prefix: '',
  from: 1,
  to: '',
  digits: 6,
  closesOn: 'recipe',
  taktTargetInS: '',
  sampling: false,
  perThousand: 50,
  lot: '',
  goldenCheck: false,
  everyHours: 8,
  twoBadges: false,
  customer: '',
};

/** Serials as somebody pasted them: one per line, or between spaces, commas, semicolons. */
export function serialsIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((serial) => serial !== '');
}

/** First and last serial of a range. */
export function endsOf({ prefix, from, to, digits }: SerialRange): { readonly first: string; readonly last: string } {
  const serial = (value: number): string => `${prefix}${String(value).padStart(digits, '0')}`;
  return { first: serial(from), last: serial(to) };
}

/** The range as far as it is typed: its ends, and how many serials it has; null while it is none. */
export function rangeOf(draft: OrderDraft): (ReturnType<typeof endsOf> & { readonly count: number }) | null {
  const { prefix } = draft;
  const [from, to, digits] = [numberOf(draft.from), numberOf(draft.to), numberOf(draft.digits)];
  if (from === undefined || to === undefined || digits === undefined || to < from) return null;
  return { ...endsOf({ prefix, from, to, digits }), count: to - from + 1 };
}

/** Makes the order of what was typed; a quantity that was left out is all serials that it names. */
export function orderFrom(draft: OrderDraft): Result<WorkOrder, Problem> {
  const from = draft.name.trim() || '–';
  const serials = serialsFrom(draft);
  if (serials !== null && 'range' in serials) {
    // By itself: what is wrong with one of two ways to name serials is not said by the whole.
    const range = serialRangeSchema.safeParse(serials.range);
    if (!range.success) return fail(problem('order-invalid', { from, reason: readableIssues(range.error) }));
  }
  const named = serials === null ? undefined : 'list' in serials ? serials.list.length : rangeOf(draft)?.count;
  const takt = numberOf(draft.taktTargetInS);
  const lot = draft.lot.trim() || draft.name.trim();
  const order = {
    schema: 'dps-station/order/1',
    name: draft.name.trim(),
    recipe: draft.recipe.trim(),
    recipeHash: draft.recipeHash.trim(),
    instance: draft.instance.trim(),
    quantity: numberOf(draft.quantity) ?? named,
    serials,
    ...(draft.closesOn === 'recipe' ? {} : { closesOn: draft.closesOn }),
    ...(takt === undefined ? {} : { taktTargetInS: takt }),
    ...(draft.sampling ? { sampling: { perThousand: numberOf(draft.perThousand), lot } } : {}),
    ...(draft.goldenCheck ? { goldenCheck: { everyHours: numberOf(draft.everyHours) } } : {}),
    ...(draft.twoBadges ? { twoBadges: true } : {}),
    ...(draft.customer.trim() === '' ? {} : { customer: draft.customer.trim() }),
  };
  return checkedOrder(order, from);
}

/** Judges a value by the schema of orders, as the station will. `from`: what it is called in the answer. */
export function checkedOrder(value: unknown, from: string): Result<WorkOrder, Problem> {
  const read = workOrderSchema.safeParse(value);
  return read.success ? ok(read.data) : fail(problem('order-invalid', { from, reason: readableIssues(read.error) }));
}

function serialsFrom(draft: OrderDraft) {
  if (draft.serials === 'any') return null;
  if (draft.serials === 'list') return { list: serialsIn(draft.list) };
  const { prefix } = draft;
  return {
    range: { prefix, from: numberOf(draft.from), to: numberOf(draft.to), digits: numberOf(draft.digits) },
  };
}

function numberOf(typed: Typed): number | undefined {
  const value = Number(typed);
  return typed === '' || Number.isNaN(value) ? undefined : value;
}
