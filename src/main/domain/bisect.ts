/**
 * Finds the bad one of a bulk that the service refused whole with 400.
 *
 * With exactly one bad item among ten it is known after at most 4 further calls and the other nine are delivered
 * after at most 5: each call sends half of the suspects; an accepted half is done, a refused half holds the bad one,
 * and what was never sent goes out in one last call. If that last call is refused too there were several bad items,
 * and each of the rest goes alone. Only a whole-batch 400 starts or drives this search.
 */
export type Bisect<T> = {
  readonly suspects: readonly T[]; // hold at least one bad item
  readonly unsent: readonly T[]; // believed good, not delivered yet
  readonly singles: boolean; // several were bad: one by one from here
};

/** What is known after a step: who is bad, and what to go on with (null: finished). */
export type BisectStep<T> = { readonly bad: readonly T[]; readonly next: Bisect<T> | null };

/** Starts after a bulk of `items` was refused whole. One item alone is bad at once. */
export function startBisect<T>(items: readonly T[]): BisectStep<T> {
  return settle({ suspects: items, unsent: [], singles: false });
}

/** The items of the next call. */
export function nextBisectCall<T>(search: Bisect<T>): readonly T[] {
  if (search.suspects.length > 0) return search.suspects.slice(0, Math.floor(search.suspects.length / 2));
  return search.singles ? search.unsent.slice(0, 1) : search.unsent;
}

/** Takes the answer to {@link nextBisectCall}: accepted, or refused whole with 400. */
export function continueBisect<T>(search: Bisect<T>, accepted: boolean): BisectStep<T> {
  const sent = nextBisectCall(search);
  if (search.suspects.length > 0) {
    const rest = search.suspects.slice(sent.length);
    return settle(
      accepted ? { ...search, suspects: rest } : { ...search, suspects: sent, unsent: [...search.unsent, ...rest] },
    );
  }
  if (search.singles) {
    const left = search.unsent.slice(1);
    return { bad: accepted ? [] : sent, next: left.length === 0 ? null : { ...search, unsent: left } };
  }
  if (accepted) return { bad: [], next: null };
  if (sent.length === 1) return { bad: sent, next: null };
  return { bad: [], next: { suspects: [], unsent: sent, singles: true } };
}

function settle<T>(search: Bisect<T>): BisectStep<T> {
  if (search.suspects.length !== 1) return { bad: [], next: search };
  const next = search.unsent.length === 0 ? null : { ...search, suspects: [] };
  return { bad: search.suspects, next };
}
