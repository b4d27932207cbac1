import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readIfThere, writeFileAtomically } from '../tls/whole-file.ts';
import {
  type PolicyKeys,
  type StoredAuthority,
  type StoredEnrollment,
  type StoredGroup,
  type StoredRegistration,
  type StoredState,
  stateSchema,
} from './records.ts';
import { createTable, type Table } from './table.ts';

/** Everything that an instance keeps; in a file when there is one. */
export type Book = {
  readonly policies: readonly PolicyKeys[];
  /** Secret of this instance for continuation tokens, and what shuffles query answers. */
  readonly orderSeed: Buffer;
  readonly enrollments: Table<StoredEnrollment>;
  readonly groups: Table<StoredGroup>;
  readonly registrations: Table<StoredRegistration>;
  /** Verified authorities, by name. */
  readonly authorities: Table<StoredAuthority>;
  /**
   * Resolves when every change made so far is on disk (at once without a file). Nobody may be told of a change
   * before. Rejects when the file cannot be written.
   */
  readonly settled: () => Promise<void>;
};

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
  const found = stateFile === null ? null : await readState(stateFile);
  const state: StoredState = found ?? {
    format: 'dps-simulator-state',
    version: 1,
    policies: [...(await options.freshPolicies())],
    orderSeed: options.freshSeed().toString('base64'),
    enrollments: [],
    registrations: [],
    enrollmentGroups: [],
    authorities: [],
  };
  const saver = createSaver(stateFile, () => snapshotOf(state, book));
  const book = bookFrom(state, saver);
  if (stateFile !== null) await mkdir(dirname(stateFile), { recursive: true });
  if (found === null) saver.changed();
  await saver.settled();
  return book;
}

function bookFrom(state: StoredState, saver: Saver): Book {
  const orderSeed = Buffer.from(state.orderSeed, 'base64');
  const tableOf = <Row>(rows: readonly Row[], idOf: (row: Row) => string): Table<Row> =>
    createTable({ rows, idOf, seed: orderSeed, changed: saver.changed });
  return {
    policies: state.policies,
    orderSeed,
    enrollments: tableOf(state.enrollments, (row) => row.registrationId),
    groups: tableOf(state.enrollmentGroups, (row) => row.enrollmentGroupId),
    registrations: tableOf(state.registrations, (row) => row.registrationId),
    authorities: tableOf(state.authorities, (row) => row.name),
    settled: saver.settled,
  };
}

function snapshotOf(state: StoredState, book: Book): StoredState {
  return {
    ...state,
    enrollments: [...book.enrollments.all()],
    registrations: [...book.registrations.all()],
    enrollmentGroups: [...book.groups.all()],
    authorities: [...book.authorities.all()],
  };
}

type Saver = { readonly changed: () => void; readonly settled: () => Promise<void> };

/** One write at a time; changes that come while one is under way share the next one. */
function createSaver(stateFile: string | null, snapshot: () => StoredState): Saver {
  if (stateFile === null) return { changed: () => {}, settled: async () => {} };
  let changes = 0;
  let saved = 0;
  let running: Promise<void> | null = null;
  const saveOnce = async (): Promise<void> => {
    const covers = changes;
    await writeFileAtomically(stateFile, `${JSON.stringify(snapshot())}\n`);
    saved = covers;
  };
  return {
    changed: () => {
      changes += 1;
    },
    settled: async () => {
      const wanted = changes;
      while (saved < wanted) {
        running ??= saveOnce().finally(() => {
          running = null;
        });
        await running;
      }
    },
  };
}

async function readState(stateFile: string): Promise<StoredState | null> {
  const text = await readIfThere(stateFile);
  if (text === null) return null;
  const parsed = stateSchema.safeParse(jsonFrom(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    `The state file ${stateFile} is damaged or not a DPS simulator's; it was left as it is. Restore it, or name another file.`,
  );
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
