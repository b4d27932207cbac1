import { type Act, type Role, type RoleTable, roleSchema } from '../../shared/people.ts';

/** What a text from a scanner says about badges, or null when it is about something else. `in` names a badge. */
export type BadgeScan = { readonly badge: 'out' } | { readonly badge: 'in'; readonly id: string };

/** Reads `BADGE <id>` and `BADGE OUT`; white space and control characters around the words do not count. */
export function readBadgeScan(raw: string): BadgeScan | null {
  const text = raw.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  const id = /^BADGE[ -]+(\S.{0,63})$/i.exec(text)?.[1]?.trim();
  if (id === undefined) return null;
  return /^OUT$/i.test(id) ? { badge: 'out' } : { badge: 'in', id };
}

/** Words that stand for nobody in particular in scans and records; no badge is called so. */
const taken = ['out', 'station', 'terminal', 'nobody'];

/** Whether a badge may be called so. */
export function isFreeBadge(badge: string): boolean {
  return !taken.includes(badge.toLowerCase());
}

/** Badges are the same when only letter case differs. */
export function isSameBadge(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** What somebody with these roles may do. */
export function actsOf(roles: readonly Role[], table: RoleTable): Act[] {
  return [...new Set(roles.flatMap((role) => table[role]))];
}

/** Roles that may do this, for the sentence of a refusal. */
export function rolesFor(act: Act, table: RoleTable): Role[] {
  return roleSchema.options.filter((role) => table[role].includes(act));
}

/** Whether a new PIN is too easy: 4 to 12 digits, not all equal, no row up or down, not what stands on the badge. */
export function isWeakPin(pin: string, badge: string): boolean {
  if (!/^\d{4,12}$/.test(pin) || isSameBadge(pin, badge)) return true;
  const steps = new Set([...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index])));
  const [step] = steps;
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1;
}

/** Wrong PINs in a row, and the time in which no further one is taken (milliseconds since 1970 UTC). */
export type PinTries = {
  readonly failures: number;
  readonly lockedAt: number | null;
  readonly lockedUntil: number | null;
};

/** Nothing was tried. */
export const noTries: PinTries = { failures: 0, lockedAt: null, lockedUntil: null };

const freeTries = 5;
/** From the fifth wrong PIN in a row on; the last holds for all further ones. At most 24 guesses a day remain. */
const waitsInMs = [1, 5, 15, 60].map((minutes) => minutes * 60_000);

/**
 * One try more, counted before it is judged, so that whoever ends the process in between gains nothing; a right PIN sets
 * the count back. While locked nothing is tried. A clock that was set back starts the wait anew instead of making it
 * years long.
 */
export function tryPin(tries: PinTries, now: number): { readonly locked: boolean; readonly tries: PinTries } {
  const { lockedAt, lockedUntil } = tries;
  if (lockedAt !== null && lockedUntil !== null) {
    if (now < lockedAt) {
      return { locked: true, tries: { ...tries, lockedAt: now, lockedUntil: now + lockedUntil - lockedAt } };
    }
    if (now < lockedUntil) return { locked: true, tries };
  }
  const failures = tries.failures + 1;
  if (failures < freeTries) return { locked: false, tries: { failures, lockedAt: null, lockedUntil: null } };
  const wait = waitsInMs[Math.min(failures - freeTries, waitsInMs.length - 1)] ?? 0;
  return { locked: false, tries: { failures, lockedAt: now, lockedUntil: now + wait } };
}
