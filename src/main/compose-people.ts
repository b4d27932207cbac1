import { join } from 'node:path';
import type { Handlers } from '../shared/link/serve.ts';
import { type Problem, type ProblemFacts, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Settings } from '../shared/settings.ts';
import { createPinHash } from './adapters/people/pin-hash.ts';
import { createPeopleStore } from './adapters/sqlite/people-store.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { loadRecipe } from './compose-recipe.ts';
import type { Clock } from './ports/clock.ts';
import type { StationHandle } from './ports/station-handle.ts';
import type { LoadedRecipe } from './station/loaded-recipe.ts';
import { gated } from './station/people/gate.ts';
import { createPeopleDesk, type PeopleDesk } from './station/people/people-desk.ts';
import { createPeopleHandlers, type PeopleHandlers, type ShownRecipe } from './station/people/people-handlers.ts';

/** The people of a data folder; they outlive the stations that are opened and closed beside them. */
export type People = {
  readonly desk: PeopleDesk;
  readonly handlers: PeopleHandlers;
  /** Puts the gate before a contract: of the screens of this station, or of one link from another process. */
  gate(handlers: Handlers, ofLink: boolean): Handlers;
  note(event: string, actor: string, facts: ProblemFacts): void;
  /** Where what people do is written from now on; null: no station is open. */
  noteInto(note: StationHandle['note'] | null): void;
  /** Whether units may be made by this recipe: in production an engineer has approved it, once one is known. */
  mayMake(mode: Settings['mode'], recipe: LoadedRecipe): Result<void, Problem>;
  /** What every screen should say as long as it is so. */
  warnings(mode: Settings['mode']): readonly Problem[];
  close(): void;
};

/** Opens the people of a data folder; without a file of people nobody is known, and none is made by looking. */
export function openPeople(options: {
  readonly dataFolder: string;
  /** As they are now. */
  readonly settings: () => Settings;
  /** False for a process that ends with its command. */
  readonly signsOut: boolean;
  readonly clock?: Clock;
}): People {
  const store = createPeopleStore(join(options.dataFolder, 'people.db'));
  const pins = createPinHash();
  const clock = options.clock ?? systemClock;
  let into: StationHandle['note'] | null = null;
  const note: People['note'] = (event, actor, facts) => void into?.(event, actor, facts);
  const rules = () => {
    const { roles, signOutAfterInMinutes } = options.settings();
    return { roles, signOutAfterInMinutes: options.signsOut ? signOutAfterInMinutes : null };
  };
  const desk = createPeopleDesk({ store, pins, clock, rules, note });
  const ownRecipe = () => options.settings().recipe;
  const handlers = createPeopleHandlers({ desk, store, pins, clock, note, recipeNow, ownRecipe });

  return {
    desk,
    handlers,
    // Whoever is never signed out by time is a command, and not somebody at a bench.
    gate: (contract, ofLink) => gated(contract, { people: desk, ofLink, atBench: options.signsOut, note }),
    note,
    noteInto: (next) => {
      into = next;
    },
    mayMake: (mode, { recipe, hash }) => {
      const known = store.isKnown();
      if (!known.ok) return known;
      if (mode === 'training' || !known.value) return ok(undefined);
      const approvals = store.approvals();
      if (!approvals.ok) return approvals;
      const approved = approvals.value.some((approval) => approval.hash === hash);
      return approved ? ok(undefined) : fail(problem('recipe-not-approved', { recipe: recipe.name }));
    },
    warnings: (mode) => {
      const known = store.isKnown();
      if (!known.ok) return [known.problem];
      return mode === 'production' && !known.value ? [problem('nobody-known')] : [];
    },
    close: () => {
      into = null;
      desk.close();
      store.close();
    },
  };
}

/** A recipe as it is now, with everything that its hash pins. */
export function recipeNow(nameOrPath: string): Result<ShownRecipe, Problem> {
  const loaded = loadRecipe(nameOrPath);
  if (!loaded.ok) return loaded;
  const { recipe, hash } = loaded.value;
  return ok({ recipe: recipe.name, title: recipe.title, hash });
}
