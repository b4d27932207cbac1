import type { Act, Countersign, PeopleState, RoleTable } from '../../../shared/people.ts';
import { type Problem, type ProblemFacts, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { actsOf, isSameBadge, noTries, type PinTries, rolesFor, tryPin } from '../../domain/people-rules.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Unsubscribe } from '../../ports/line.ts';
import type { BadgeRow, PeopleStore, Permits, PinHash } from '../../ports/people.ts';

/** What a desk of people works with. */
export type PeopleDeskOptions = {
  readonly store: PeopleStore;
  readonly pins: PinHash;
  readonly clock: Clock;
  /** As the settings say now; `signOutAfterInMinutes` null: never, for a process that ends with its command. */
  readonly rules: () => { readonly roles: RoleTable; readonly signOutAfterInMinutes: number | null };
  /** Writes into the journal, where a station is open. */
  readonly note: (event: string, actor: string, facts: ProblemFacts) => void;
};

/** Who is known at a station and who is at work there: one person at a time, on all its screens. */
export type PeopleDesk = {
  /**
   * Whether this may be done now, and who is answerable: the badge that is at work, or, as long as the station knows no
   * engineer, whoever the call names.
   */
  permit(act: Act, claimed: string): Result<string, Problem>;
  /** For those behind the gate, whichever way somebody came through it. */
  readonly permits: Permits;
  /** Who is answerable for what needs no badge: whoever is at work, `nobody`, or at an open station the claimed name. */
  answerable(claimed: string): string;
  /** Whether the bearer of a badge may do this, at work or not. */
  permitBadge(badge: string, act: Act): Result<string, Problem>;
  /** The badge, in the spelling of the station, when it needs no PIN or this is its PIN. */
  prove(badge: string, pin: string | null): Promise<Result<string, Problem>>;
  /** Puts somebody to work. A badge that needs its PIN is asked for it in the state. */
  badgeIn(badge: string, pin: string | null): Promise<Result<void, Problem>>;
  badgeOut(): void;
  /** Forgets that a PIN was asked for. */
  askNoMore(): void;
  state(): PeopleState;
  onChange(listener: () => void): Unsubscribe;
  /** Tells that people were changed. */
  changed(): void;
  /** Whether an engineer is known. */
  isKnown(): Result<boolean, Problem>;
  /** Ends timers; nobody is at work any more. */
  close(): void;
};

const nobody = 'nobody';
/** Whoever scanned a badge and walked away is not asked for ever. */
const asksForMs = 60_000;
const mostStrangers = 1_000;

/** Makes the desk; nobody is at work. */
export function createPeopleDesk(options: PeopleDeskOptions): PeopleDesk {
  const { store, pins, clock, note } = options;
  const listeners = new Set<() => void>();
  /** Tries at badges that are not known. In memory only: what somebody typed there may be anything. */
  const strangers = new Map<string, PinTries>();
  let session: { readonly badge: string; readonly since: number; lastAt: number } | null = null;
  let pinAsked: string | null = null;
  let stopTimer: Unsubscribe = () => {};
  let stopAsking: Unsubscribe = () => {};
  // PINs are judged one after the other, so that many at once are no more guesses than one by one.
  let turn: Promise<unknown> = Promise.resolve();

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const limitInMs = (): number | null => {
    const { signOutAfterInMinutes } = options.rules();
    return signOutAfterInMinutes === null ? null : signOutAfterInMinutes * 60_000;
  };

  function end(why: string): void {
    if (session === null) return;
    note('badge-out', session.badge, { why });
    session = null;
    stopTimer();
    changed();
  }

  function touch(): void {
    const limit = limitInMs();
    stopTimer();
    if (session === null) return;
    session.lastAt = clock.now();
    if (limit !== null) stopTimer = clock.after(limit, () => end('time'));
  }

  /** A computer that slept missed its timer: the clock tells. */
  function atWork(): string | null {
    const limit = limitInMs();
    if (session !== null && limit !== null && clock.now() - session.lastAt >= limit) end('time');
    return session?.badge ?? null;
  }

  function askNoMore(): void {
    stopAsking();
    pinAsked = null;
  }

  function ask(badge: string): void {
    stopAsking();
    pinAsked = badge;
    stopAsking = clock.after(asksForMs, () => {
      pinAsked = null;
      changed();
    });
  }

  const live = (badge: string): Result<BadgeRow | null, Problem> => {
    const row = store.badge(badge);
    return row.ok ? ok(row.value?.retiredAt === null ? row.value : null) : row;
  };

  function permitBadge(badge: string, act: Act): Result<string, Problem> {
    const row = live(badge);
    if (!row.ok) return row;
    if (row.value === null) return fail(problem('badge-needed'));
    const table = options.rules().roles;
    if (actsOf(row.value.roles, table).includes(act)) return ok(row.value.badge);
    const roles = rolesFor(act, table).join(', ');
    return fail(problem('not-allowed', { badge: row.value.badge, act, roles }));
  }

  function permit(act: Act, claimed: string): Result<string, Problem> {
    const known = store.isKnown();
    if (!known.ok) return known;
    if (!known.value) return ok(claimed);
    const badge = atWork();
    if (badge === null) return fail(problem('badge-needed'));
    const allowed = permitBadge(badge, act);
    if (allowed.ok) touch();
    else if (allowed.problem.code === 'badge-needed') end('retired');
    return allowed;
  }

  function permitKnown(act: Act, by: string): Result<string, Problem> {
    const known = store.isKnown();
    if (!known.ok) return known;
    return known.value ? permitBadge(by, act) : ok(by);
  }

  async function countersigned(act: Act, first: string, second: Countersign): Promise<Result<string, Problem>> {
    if (isSameBadge(first, second.badge)) return fail(problem('countersign-same', { badge: first }));
    const known = store.isKnown();
    if (!known.ok) return known;
    if (!known.value) return ok(second.badge);
    const proved = await prove(second.badge, second.pin);
    if (!proved.ok) return proved;
    const allowed = permitBadge(proved.value, act);
    if (allowed.ok) note('countersigned', allowed.value, { act, first });
    return allowed;
  }

  /** Counts the try; the problem when none is taken now. */
  function countTry(badge: string, row: BadgeRow | null): Result<void, Problem> {
    let judged = { locked: false, tries: noTries };
    const change = (tries: PinTries): PinTries => {
      judged = tryPin(tries, clock.now());
      return judged.tries;
    };
    if (row === null) {
      const key = badge.toLowerCase();
      strangers.set(key, change(strangers.get(key) ?? noTries));
      const [oldest] = strangers.keys();
      if (strangers.size > mostStrangers && oldest !== undefined) strangers.delete(oldest);
    } else {
      const kept = store.changeTries(row.badge, change);
      if (!kept.ok) return kept;
    }
    if (!judged.locked) return ok(undefined);
    const until = new Date(judged.tries.lockedUntil ?? 0).toISOString();
    return fail(problem('badge-locked', { badge, until }));
  }

  async function judgePin(badge: string, pin: string): Promise<Result<string, Problem>> {
    const row = live(badge);
    if (!row.ok) return row;
    const counted = countTry(badge, row.value);
    const matches = counted.ok && (await pins.matches(pin, row.value?.pin ?? null));
    if (counted.ok && matches && row.value !== null) {
      const forgotten = store.changeTries(row.value.badge, () => noTries);
      return forgotten.ok ? ok(row.value.badge) : forgotten;
    }
    note('badge-refused', row.value?.badge ?? nobody, { locked: !counted.ok });
    return counted.ok ? fail(problem('badge-or-pin-wrong')) : counted;
  }

  function prove(badge: string, pin: string | null): Promise<Result<string, Problem>> {
    const row = live(badge);
    if (!row.ok) return Promise.resolve(row);
    if (row.value !== null && row.value.pin === null) return Promise.resolve(ok(row.value.badge));
    // A badge that is not known is asked as well: the answer must not tell which badges there are.
    if (pin === null) return Promise.resolve(fail(problem('pin-needed', { badge })));
    const judged = turn.then(() => judgePin(badge, pin));
    turn = judged.catch(() => undefined);
    return judged;
  }

  function begin(badge: string): void {
    askNoMore();
    if (session?.badge !== badge) {
      session = { badge, since: clock.now(), lastAt: clock.now() };
      note('badge-in', badge, {});
    }
    touch();
    changed();
  }

  async function badgeIn(badge: string, pin: string | null): Promise<Result<void, Problem>> {
    const known = store.isKnown();
    if (!known.ok) return known;
    if (!known.value) return fail(problem('nobody-known'));
    // Without a PIN there is nothing to wait for: the next scan finds this one done.
    const row = live(badge);
    if (row.ok && row.value?.pin === null) return ok(begin(row.value.badge));
    if (pin === null) {
      ask(badge);
      changed();
    }
    const proved = await prove(badge, pin);
    if (proved.ok) return ok(begin(proved.value));
    changed();
    return proved;
  }

  function lockOf(badge: string): string | null {
    const row = live(badge);
    const tries = row.ok ? (row.value ?? strangers.get(badge.toLowerCase())) : undefined;
    const until = tries?.lockedUntil ?? null;
    return until === null || until <= clock.now() ? null : new Date(until).toISOString();
  }

  function state(): PeopleState {
    const known = store.isKnown();
    const badge = atWork();
    const row = badge === null ? null : live(badge);
    const person = row?.ok ? row.value : null;
    return {
      open: known.ok && !known.value,
      atWork:
        person === null || session === null
          ? null
          : {
              badge: person.badge,
              name: person.name,
              roles: [...person.roles],
              may: actsOf(person.roles, options.rules().roles),
              since: new Date(session.since).toISOString(),
            },
      pinAsked,
      lockedUntil: pinAsked === null ? null : lockOf(pinAsked),
    };
  }

  return {
    permit,
    permitBadge,
    prove,
    badgeIn,
    badgeOut: () => {
      askNoMore();
      end('scan');
      changed();
    },
    askNoMore: () => {
      if (pinAsked === null) return;
      askNoMore();
      changed();
    },
    answerable: (claimed) => {
      const known = store.isKnown();
      return known.ok && !known.value ? claimed : (atWork() ?? nobody);
    },
    permits: { permit: permitKnown, countersigned },
    state,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed,
    isKnown: () => store.isKnown(),
    close: () => {
      stopTimer();
      stopAsking();
      session = null;
      listeners.clear();
    },
  };
}
