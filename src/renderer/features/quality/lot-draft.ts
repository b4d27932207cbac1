import type { PlanOrder } from '../../../shared/lot.ts';

/** A lot as it is being entered; number fields hold a text until it is a number. */
export type LotDraft = {
  readonly name: string;
  readonly size: string | number;
  readonly plan: PlanOrder['plan'];
  readonly aql: string;
  readonly sampleSize: string | number;
  readonly accept: string | number;
};
/** Nothing entered yet. */
export const emptyLot: LotDraft = { name: '', size: '', plan: 'aql', aql: '1', sampleSize: '', accept: 0 };

/** A lot as the station takes it. */
export type LotOrder = { readonly name: string; readonly size: number; readonly plan: PlanOrder };

/** What the station takes; null: something is still missing. */
export function lotOrderFrom(draft: LotDraft): LotOrder | null {
  const name = draft.name.trim();
  const { size, sampleSize, accept } = draft;
  if (name === '' || typeof size !== 'number') return null;
  if (draft.plan === 'aql') return { name, size, plan: { plan: 'aql', aql: Number(draft.aql) } };
  if (typeof sampleSize !== 'number' || typeof accept !== 'number') return null;
  // Single sampling leaves no number between the two.
  return { name, size, plan: { plan: 'given', sampleSize, accept, reject: accept + 1 } };
}

/** The serials of a text, one per line: the rest of a label, behind its separator, does not count. */
export function serialsFrom(text: string): string[] {
  const serials = text.split('\n').map((line) => line.trim().split(/[\s,;|]/)[0] ?? '');
  return [...new Set(serials)].filter((one) => one !== '');
}
