import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createSaver, readState, type Saver } from '../tls/state-file.ts';
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
  const found = stateFile === null ? null : await readState(stateFile, stateSchema, 'a DPS simulator');
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
