/** A line as placement sees it: the same path with another adapter serial is another board. */
export type PlacedLine = { readonly path: string; readonly usbSerial: string | null };

/** What is where, and what was seen last. Slots count from 1. */
export type Placement<Line extends PlacedLine> = {
  readonly seen: readonly Line[]; // the newest list
  readonly places: ReadonlyMap<number, Line>;
};

/** What placement must know of the slots. */
export type PlacementFacts = {
  readonly slots: number;
  /** Slots whose job is not over; a board is put there only if it is the job's own. */
  readonly working: ReadonlySet<number>;
  /** Jobs that wait for their board: slot and the adapter serial it must have. */
  readonly returning: ReadonlyMap<number, string | null>;
  /** The unit that waits for the next board: its slot, or `any`; null: none waits. */
  readonly waiting: number | 'any' | null;
};

/** What a new list of lines means. */
export type PlacementChange<Line extends PlacedLine> = {
  readonly placement: Placement<Line>;
  readonly left: readonly number[]; // slots whose board is gone
  readonly returned: readonly number[]; // slots whose interrupted job has its board back
  readonly arrived: readonly number[]; // slots with a board that is not worked on yet
  readonly starts: number | null; // the slot of the board that the waiting unit was waiting for
};

/**
 * Places the boards of a new list. Only a board that was not in the list before is "the next to appear"; one that lay
 * there without a place gets a place when one is free, but starts nothing.
 */
export function placeLines<Line extends PlacedLine>(
  before: Placement<Line>,
  now: readonly Line[],
  facts: PlacementFacts,
): PlacementChange<Line> {
  const there = new Set(now.map(identity));
  const places = new Map([...before.places].filter(([, line]) => there.has(identity(line))));
  const left = [...before.places.keys()].filter((slot) => !places.has(slot));
  const known = new Set(before.seen.map(identity));
  const placedNow = new Set([...places.values()].map(identity));
  const returned: number[] = [];
  const arrived: number[] = [];
  let starts: number | null = null;
  for (const line of now.filter((one) => !placedNow.has(identity(one)))) {
    const own = [...facts.returning].find(([slot, serial]) => serial === line.usbSerial && !places.has(slot));
    if (own !== undefined) {
      places.set(own[0], line);
      returned.push(own[0]);
      continue;
    }
    const wanted: number | 'any' | null = !known.has(identity(line)) && starts === null ? facts.waiting : null;
    const slot: number | null =
      wanted === null || wanted === 'any' ? lowestFree(places, facts, wanted === 'any') : wanted;
    if (slot === null || places.has(slot) || facts.working.has(slot)) continue;
    places.set(slot, line);
    arrived.push(slot);
    if (wanted !== null) starts = slot;
  }
  return { placement: { seen: now, places }, left, returned, arrived, starts };
}

function identity(line: PlacedLine): string {
  return `${line.path}\n${line.usbSerial ?? ''}`;
}

/** A place that a waiting unit named stays free for its board. */
function lowestFree(places: ReadonlyMap<number, unknown>, facts: PlacementFacts, forWaiting: boolean): number | null {
  for (let slot = 1; slot <= facts.slots; slot++) {
    if (places.has(slot) || facts.working.has(slot)) continue;
    if (!forWaiting && facts.waiting === slot) continue;
    return slot;
  }
  return null;
}
