import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createPinHash } from '../../src/main/adapters/people/pin-hash.ts';
import { createPeopleStore } from '../../src/main/adapters/sqlite/people-store.ts';
import type { PeopleStore } from '../../src/main/ports/people.ts';
import { createPeopleDesk, type PeopleDesk } from '../../src/main/station/people/people-desk.ts';
import { createPeopleHandlers, type PeopleHandlers } from '../../src/main/station/people/people-handlers.ts';
import { type Role, shippedRoles } from '../../src/shared/people.ts';
import type { ProblemFacts } from '../../src/shared/problem.ts';
import { ok } from '../../src/shared/result.ts';
import { valueFrom } from './books.ts';
import { type ManualClock, manualClock } from './clock.ts';

/** A line of the journal as a desk of people writes it. */
export type Deed = { readonly event: string; readonly actor: string; readonly facts: ProblemFacts };

/** A desk of people on a real file, with PINs that cost little, at a clock that the test moves. */
export type TestPeople = {
  readonly file: string;
  readonly clock: ManualClock;
  readonly store: PeopleStore;
  readonly desk: PeopleDesk;
  readonly handlers: PeopleHandlers;
  readonly deeds: readonly Deed[];
  note(event: string, actor: string, facts: ProblemFacts): void;
  /** Makes somebody known. */
  add(badge: string, roles: readonly Role[], pin?: string | null, name?: string | null): Promise<void>;
};

/** PIN of everybody who has one, where the test does not say otherwise. */
export const testPin = '739154';

/** Hash of the recipe that these people see. */
export const testRecipe = { recipe: 'test-recipe', title: 'A recipe', hash: 'a'.repeat(64) };

/** Opens people in a new folder; with `file`, again those of an earlier desk, as after a restart. */
export function openTestPeople(
  file: string = newFile(),
  clock: ManualClock = manualClock(),
  rules = { roles: shippedRoles, signOutAfterInMinutes: 15 },
): TestPeople {
  const store = createPeopleStore(file);
  const pins = createPinHash({ N: 2, r: 1, p: 1 });
  const deeds: Deed[] = [];
  const note = (event: string, actor: string, facts: ProblemFacts): void => void deeds.push({ event, actor, facts });
  const desk = createPeopleDesk({ store, pins, clock, rules: () => rules, note });
  const recipeNow = () => ok(testRecipe);
  const ownRecipe = () => testRecipe.recipe;
  const handlers = createPeopleHandlers({ desk, store, pins, clock, note, recipeNow, ownRecipe });
  onTestFinished(() => {
    desk.close();
    store.close();
  });
  return {
    file,
    clock,
    store,
    desk,
    handlers,
    deeds,
    note,
    add: async (badge, roles, pin = null, name = null) =>
      void valueFrom(store.put({ badge, roles, pin: pin === null ? null : await pins.make(pin), name })),
  };
}

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-people-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'people.db');
}
