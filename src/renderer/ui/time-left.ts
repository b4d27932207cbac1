import { useRef } from 'react';

/** How much was left at a moment (milliseconds since 1970). */
export type LeftAt = { readonly at: number; readonly left: number };

const shownFromInMs = 2_000; // a pace is known only after some time
const rememberedInMs = 120_000;

/**
 * Time until nothing is left at the pace of the remembered moments, oldest first, in milliseconds; null while there is
 * no pace: too early, nothing left, or nothing done meanwhile.
 */
export function timeLeftInMs(moments: readonly LeftAt[]): number | null {
  const first = moments[0];
  const last = moments.at(-1);
  if (first === undefined || last === undefined || last.left <= 0) return null;
  const [took, done] = [last.at - first.at, first.left - last.left];
  return took < shownFromInMs || done <= 0 ? null : (last.left * took) / done;
}

/** Adds a moment; more work than before starts anew, and what is long ago is forgotten. */
export function remember(moments: readonly LeftAt[], now: LeftAt): readonly LeftAt[] {
  const last = moments.at(-1);
  if (last === undefined || now.left > last.left) return [now];
  return [...moments.filter((one) => now.at - one.at <= rememberedInMs), now];
}

/** Time left of work of which `left` parts are left now, in milliseconds; asked at each drawing. */
export function useTimeLeft(left: number, now: number): number | null {
  const moments = useRef<readonly LeftAt[]>([]);
  moments.current = remember(moments.current, { at: now, left });
  return timeLeftInMs(moments.current);
}
