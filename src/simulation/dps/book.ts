import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createSaver, readState, type Saver } from '../tls/state-file.ts';
import {
  type PolicyKeys,
  type StoredEnrollment,
  type StoredRegistration,
  type StoredState,
  stateSchema,
} from './records.ts';

/** Enrollments and registration records, by id without regard to letter case; kept in a file when there is one. */
export type Book = {
  readonly policies: readonly PolicyKeys[];
  /** Secret of this instance for continuation tokens, and what shuffles query answers. */
  readonly orderSeed: Buffer;
  readonly enrollment: (registrationId: string) => StoredEnrollment | undefined;
  readonly putEnrollment: (enrollment: StoredEnrollment) => void;
  readonly deleteEnrollment: (registrationId: string) => void;
  readonly registration: (registrationId: string) => StoredRegistration | undefined;
  readonly putRegistration: (registration: StoredRegistration) => void;
  readonly deleteRegistration: (registrationId: string) => void;
  /** All enrollments in the order in which they came. */
  readonly enrollments: () => Iterable<StoredEnrollment>;
  /** The next enrollments in an order that has nothing to do with ids or age and stays when others come and go. */
  readonly pageAfter: (position: string, count: number) => Page;
  /**
   * Resolves when every change made so far is on disk (at once without a file). Nobody may be told of a change
   * before. Rejects when the file cannot be written.
   */
  readonly settled: () => Promise<void>;
};

/** Part of the shuffled list. `next` continues after it; null at the end. The list begins at position ''. */
export type Page = { readonly rows: readonly StoredEnrollment[]; readonly next: string | null };

/** What {@link openBook} needs; `freshPolicies` and `freshSeed` serve when the file is new. */
export type BookOptions = {
  readonly stateFile: string | null;
  readonly freshPolicies: () => Promise<readonly PolicyKeys[]>;
  readonly freshSeed: () => Buffer;
};

/**
 * Opens the book, from `stateFile` when it exists. Throws an Error with one sentence when the file is damaged; it is
 * then left as it is.
 */
export async function openBook(options: BookOptions): Promise<Book> {
  const stateFile = options.stateFile === null ? null : resolve(options.stateFile);
  const found = stateFile === null ? null : await readState(stateFile, stateSchema, 'a DPS simulator');
  const state: StoredState = found ?? {
    format: 'dps-simulator-state',
    version: 1,
    policies: [...(await options.freshPolicies())],
    orderSeed: options.freshSeed().toString('base64'),
    enrollments: [],
    registrations: [],
  };
  const enrollments = new Map(state.enrollments.map((row) => [keyOf(row.registrationId), row]));
  const registrations = new Map(state.registrations.map((row) => [keyOf(row.registrationId), row]));
  const saver = createSaver(stateFile, () => ({
    ...state,
    enrollments: [...enrollments.values()],
    registrations: [...registrations.values()],
  }));
  if (stateFile !== null) await mkdir(dirname(stateFile), { recursive: true });
  if (found === null) saver.changed();
  await saver.settled();
  return bookFrom(state, enrollments, registrations, saver);
}

function bookFrom(
  state: StoredState,
  enrollments: Map<string, StoredEnrollment>,
  registrations: Map<string, StoredRegistration>,
  saver: Saver,
): Book {
  const orderSeed = Buffer.from(state.orderSeed, 'base64');
  const order = createShuffle(enrollments, orderSeed);
  return {
    policies: state.policies,
    orderSeed,
    enrollment: (id) => enrollments.get(keyOf(id)),
    putEnrollment: (row) => {
      if (!enrollments.has(keyOf(row.registrationId))) order.forget();
      enrollments.set(keyOf(row.registrationId), row);
      saver.changed();
    },
    deleteEnrollment: (id) => {
      if (!enrollments.delete(keyOf(id))) return;
      order.forget();
      saver.changed();
    },
    registration: (id) => registrations.get(keyOf(id)),
    putRegistration: (row) => {
      registrations.set(keyOf(row.registrationId), row);
      saver.changed();
    },
    deleteRegistration: (id) => {
      if (registrations.delete(keyOf(id))) saver.changed();
    },
    enrollments: () => enrollments.values(),
    pageAfter: (position, count) => {
      const places = order.places();
      const first = firstAfter(places, position);
      const page = places.slice(first, first + count);
      const rows = page.map((place) => enrollments.get(place.key)).filter((row) => row !== undefined);
      return { rows, next: first + count < places.length ? (page.at(-1)?.position ?? null) : null };
    },
    settled: saver.settled,
  };
}

/** Registration ids are case-insensitive (DPS documentation). */
function keyOf(registrationId: string): string {
  return registrationId.toLowerCase();
}

type Placed = { readonly position: string; readonly key: string };

function createShuffle(enrollments: ReadonlyMap<string, unknown>, seed: Buffer) {
  let cached: readonly Placed[] | null = null;
  return {
    forget: (): void => {
      cached = null;
    },
    places: (): readonly Placed[] => {
      cached ??= [...enrollments.keys()]
        .map((key) => ({ key, position: createHash('sha256').update(seed).update(key).digest('hex') }))
        .sort((one, other) => (one.position < other.position ? -1 : 1));
      return cached;
    },
  };
}

function firstAfter(places: readonly Placed[], position: string): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle]?.position ?? '') > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
