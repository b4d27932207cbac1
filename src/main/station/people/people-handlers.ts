import type { CallInput } from '../../../shared/contract.ts';
import type { peopleContract } from '../../../shared/contract-people.ts';
import type { Handlers } from '../../../shared/link/serve.ts';
import type { Person } from '../../../shared/people.ts';
import { type Problem, type ProblemFacts, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { isFreeBadge, isWeakPin } from '../../domain/people-rules.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { BadgeRow, PeopleStore, PinHash } from '../../ports/people.ts';
import type { PeopleDesk } from './people-desk.ts';

type PeopleCall = keyof typeof peopleContract.calls;

/** The part of the contract about people. */
export type PeopleHandlers = {
  readonly calls: Pick<Handlers['calls'], PeopleCall>;
  readonly streams: Pick<Handlers['streams'], 'people'>;
};

/** A recipe as it is approved. */
export type ShownRecipe = { readonly recipe: string; readonly title: string; readonly hash: string };

/** What the handlers work with. */
export type PeopleParts = {
  readonly desk: PeopleDesk;
  readonly store: PeopleStore;
  readonly pins: PinHash;
  readonly clock: Clock;
  readonly note: (event: string, actor: string, facts: ProblemFacts) => void;
  /** A recipe by name or path as it is now. */
  readonly recipeNow: (recipe: string) => Result<ShownRecipe, Problem>;
  /** Name or path of the recipe that the station works by. */
  readonly ownRecipe: () => string;
};

type Nothing = Result<Record<string, never>, Problem>;

/** Answers calls about people. Who may call what is the gate's business. */
export function createPeopleHandlers(parts: PeopleParts): PeopleHandlers {
  const { desk, store, clock, note } = parts;

  async function approve({ recipe, hash, actor }: CallInput<'recipe-approve'>): Promise<Nothing> {
    const known = desk.isKnown();
    if (!known.ok) return known;
    // At an open station the approval would be anybody's.
    if (!known.value) return fail(problem('nobody-known'));
    const now = parts.recipeNow(recipe);
    if (!now.ok) return now;
    if (now.value.hash !== hash) return fail(problem('recipe-changed', { recipe, hash: now.value.hash }));
    const approved = store.approve({ hash, recipe: now.value.recipe, badge: actor, at: isoNow(clock) });
    if (!approved.ok) return approved;
    note('recipe-approved', actor, { recipe: now.value.recipe, hash });
    desk.changed();
    return ok({});
  }

  return {
    calls: {
      'badge-in': async ({ badge, pin }) => emptied(await desk.badgeIn(badge, pin)),
      'badge-out': async () => {
        // Whoever gives up a PIN that was asked for leaves the one at work where they are.
        if (desk.state().pinAsked !== null) desk.askNoMore();
        else desk.badgeOut();
        return ok({});
      },
      'people-list': async ({ actor }) => {
        const rows = store.list();
        if (!rows.ok) return rows;
        const names = desk.permitBadge(actor, 'people').ok;
        return ok({ people: rows.value.map((row) => personFrom(row, names, clock.now())) });
      },
      ...changes(parts),
      'recipe-approvals': async () => {
        const approvals = store.approvals();
        if (!approvals.ok) return approvals;
        const now = parts.recipeNow(parts.ownRecipe());
        return ok({ recipe: now.ok ? { ...now.value } : null, approvals: [...approvals.value] });
      },
      'recipe-approve': approve,
    },
    streams: {
      people: (listener) => {
        let told = '';
        const tell = (): void => {
          const state = desk.state();
          const text = JSON.stringify(state);
          if (text !== told) listener(state);
          told = text;
        };
        tell();
        return desk.onChange(tell);
      },
    },
  };
}

type ChangeCall = 'person-put' | 'person-erase-name' | 'person-retire' | 'pin-set';

/** Calls that change who is known. */
function changes({ desk, store, pins, clock, note }: PeopleParts): Pick<PeopleHandlers['calls'], ChangeCall> {
  const told = (event: string, actor: string, facts: ProblemFacts): Nothing => {
    note(event, actor, facts);
    desk.changed();
    return ok({});
  };

  /** The badge in the station's spelling. */
  function existing(badge: string): Result<BadgeRow, Problem> {
    const row = store.badge(badge);
    if (!row.ok) return row;
    return row.value === null ? fail(problem('badge-unknown', { badge })) : ok(row.value);
  }

  async function put({ badge, roles, name, pin, actor }: CallInput<'person-put'>): Promise<Nothing> {
    if (!isFreeBadge(badge)) return fail(problem('badge-unfit', { badge }));
    const row = store.badge(badge);
    if (!row.ok) return row;
    if (row.value !== null && row.value.retiredAt !== null) return fail(problem('badge-retired', { badge }));
    if (pin !== null && isWeakPin(pin, badge)) return fail(problem('pin-weak'));
    const kept = pin === null ? null : await pins.make(pin);
    const done = store.put({ badge, roles: [...new Set(roles)], name, pin: kept });
    if (!done.ok) return done;
    return told('person-put', actor, { badge: row.value?.badge ?? badge, roles: roles.join(' '), pin: pin !== null });
  }

  async function setPin({ badge, pin, current, actor }: CallInput<'pin-set'>): Promise<Nothing> {
    // Whoever cannot prove the badge learns nothing about it.
    const proved = current === null ? null : await desk.prove(badge, current);
    if (proved !== null && !proved.ok) return proved;
    const row = existing(badge);
    if (!row.ok) return row;
    if (row.value.retiredAt !== null) return fail(problem('badge-retired', { badge }));
    // A badge without a PIN proves nothing: its first PIN is given by whoever may change people.
    if (proved !== null && row.value.pin === null) return fail(problem('badge-or-pin-wrong'));
    if (isWeakPin(pin, badge)) return fail(problem('pin-weak'));
    const done = store.setPin(row.value.badge, await pins.make(pin));
    return done.ok ? told('pin-set', proved?.value ?? actor, { badge: row.value.badge }) : done;
  }

  return {
    'person-put': put,
    'person-erase-name': async ({ badge, actor }) => {
      const row = existing(badge);
      if (!row.ok) return row;
      const done = store.eraseName(row.value.badge);
      return done.ok ? told('person-name-erased', actor, { badge: row.value.badge }) : done;
    },
    'person-retire': async ({ badge, actor }) => {
      const row = existing(badge);
      if (!row.ok) return row;
      const done = store.retire(row.value.badge, isoNow(clock));
      return done.ok ? told('person-retired', actor, { badge: row.value.badge }) : done;
    },
    'pin-set': setPin,
  };
}

function personFrom(row: BadgeRow, names: boolean, now: number): Person {
  const locked = row.lockedUntil !== null && row.lockedUntil > now;
  return {
    badge: row.badge,
    name: names ? row.name : null,
    roles: [...row.roles],
    hasPin: row.pin !== null,
    lockedUntil: locked ? new Date(row.lockedUntil ?? 0).toISOString() : null,
    retiredAt: row.retiredAt,
  };
}

function emptied(result: Result<unknown, Problem>): Nothing {
  return result.ok ? ok({}) : result;
}
