import type { Result } from '../../../shared/result.ts';
import { wellFormed } from '../../../shared/well-formed.ts';
import type { AuditBooks } from '../../ports/audit-books.ts';
import type { BookLists } from '../../ports/book-lists.ts';
import type { ReturnLists } from '../../ports/return-books.ts';
import type { Books } from '../../ports/station-handle.ts';
import type { StationStore, StoreProblem } from '../../ports/station-store.ts';
import type { VerificationBooks } from '../../ports/verification-books.ts';
import type { StoreRequest, StoreWorkerData } from './messages.ts';
import { orderBooks } from './order-books.ts';
import type { ReadName } from './reads.ts';
import { startThread } from './thread.ts';

/** The database file, and the program of the threads (default: the one beside this file). */
export type StoreOptions = { readonly file: string; readonly thread?: string };

type Ask = StoreRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

function openThread(program: string | undefined, data: StoreWorkerData) {
  return startThread<Ask>({
    program: program ?? new URL('./worker.ts', import.meta.url),
    data,
    close: { ask: 'close' },
    what: data.file,
  });
}

/**
 * Opens the books in two threads: one writes and answers the questions that decisions rest on, one reads long lists.
 * The database must have been opened and brought up to date before (see `prepareDatabase`).
 */
export function createStationStore(
  options: StoreOptions & { readonly slowCommitInMs?: number },
): StationStore & { rotateLog(oldestKept: number): Promise<Result<void, StoreProblem>> } {
  const writer = openThread(options.thread, {
    file: options.file,
    access: 'write',
    slowCommitInMs: options.slowCommitInMs ?? 0,
  });
  let reader: ReturnType<typeof openThread> | null = null;
  // The reading thread costs start-up time and memory; it starts with the first long read.
  const lists = () =>
    (reader ??= openThread(options.thread, { file: options.file, access: 'read', slowCommitInMs: 0 }));
  const read = <T>(name: ReadName, ...values: unknown[]) => writer.ask<T>({ ask: 'read', name, values });
  const list = <T>(name: ReadName, ...values: unknown[]) => lists().ask<T>({ ask: 'read', name, values });

  return {
    // Rows, records and log get the same text, one that has a canonical spelling and a hash.
    commit: (change) => writer.ask({ ask: 'commit', change: wellFormed(change) }),
    unit: (serial) => read('unit', serial),
    job: (id) => read('job', id),
    holder: (of) =>
      'hardwareId' in of
        ? read('holderOfHardware', of.hardwareId)
        : read('holderOfRegistration', of.instance, of.registrationId),
    wasWritten: (hardwareId) => read('wasWritten', hardwareId),
    wasEnrolled: (instance, registrationId, thumbprint) => read('wasEnrolled', instance, registrationId, thumbprint),
    certificate: (thumbprint) => read('certificate', thumbprint),
    runningJobs: () => read('runningJobs'),
    wasQueued: (instance, registrationId) => read('wasQueued', instance, registrationId),
    dueItems: (now, limit, instances) => read('dueItems', now, limit, instances),
    nextDueAt: (instances) => read('nextDueAt', instances),
    item: (id) => read('item', id),
    dueProofs: (now, limit) => read('dueProofs', now, limit),
    nextProofAt: () => read('nextProofAt'),
    watchAgain: (itemId, at, asked) => writer.ask({ ask: 'watch-again', itemId, at, asked }),
    watchAllNow: (now) => writer.ask({ ask: 'watch-all', now }),
    rotateLog: (oldestKept) => writer.ask({ ask: 'rotate', oldestKept }),
    counts: () => read('counts'),
    listItems: (query) => list('listItems', query.states, query.after, query.limit, query.jobId ?? null),
    listJobs: (query) => list('listJobs', query.after, query.limit),
    listJournal: (query) => list('listJournal', query.after, query.limit),
    integrity: () => list('integrity'),
    openReturn: (serial) => read('openReturn', serial),
    returnCase: (id) => read('returnCase', id),
    dueReturns: () => read('dueReturns'),
    countOpenReturns: () => read('countOpenReturns'),
    measures: () => read('measures'),
    ...bookLists(list),
    ...auditBooks(list),
    // Decisions rest on the head: it comes from the thread that writes.
    auditHead: () => read('auditHead'),
    ...orderBooks(read, list),
    ...verificationBooks(list),
    close: async () => {
      await reader?.close();
      await writer.close();
    },
  };
}

/** Opens the books for reading only, beside whoever owns them. */
export function createBooks({ file, thread }: StoreOptions): Books & { close(): Promise<void> } {
  const reader = openThread(thread, { file, access: 'read', slowCommitInMs: 0 });
  const read = <T>(name: ReadName, ...values: unknown[]) => reader.ask<T>({ ask: 'read', name, values });
  return {
    unit: (serial) => read('unit', serial),
    job: (id) => read('job', id),
    item: (id) => read('item', id),
    counts: () => read('counts'),
    listItems: (query) => read('listItems', query.states, query.after, query.limit, query.jobId ?? null),
    listJobs: (query) => read('listJobs', query.after, query.limit),
    listJournal: (query) => read('listJournal', query.after, query.limit),
    integrity: () => read('integrity'),
    ...bookLists(read),
    ...auditBooks(read),
    ...orderBooks(read, read),
    ...verificationBooks(read),
    close: reader.close,
  };
}

function auditBooks(read: <T>(name: ReadName, ...values: unknown[]) => Promise<Result<T, never>>): AuditBooks {
  return {
    auditHead: () => read('auditHead'),
    newestCheckpoint: () => read('newestCheckpoint'),
    newestDelivered: () => read('newestDelivered'),
    auditPage: (after, limit) => read('auditPage', after, limit),
    judgeChain: (publicKeys, anchors) => read('judgeChain', publicKeys, anchors),
  };
}

function bookLists(
  read: <T>(name: ReadName, ...values: unknown[]) => Promise<Result<T, never>>,
): BookLists & ReturnLists {
  return {
    queueNumbers: (present) => read('queueNumbers', present),
    listQueue: ({ view, search, present, ...stretch }) => read('listQueue', stretch, view, search, present),
    listRecords: ({ filter, ...stretch }) => read('listRecords', stretch, filter),
    unitHistory: (serial) => read('unitHistory', serial),
    workFigures: ({ since, until, timedJobs }) => read('workFigures', since, until, timedJobs),
    listReturns: ({ open, before, limit }) => read('listReturns', open, before, limit),
    findUnits: (text, limit) => read('findUnits', text, limit),
    certificateUnits: ({ recipe, after, limit }) => read('certificateUnits', recipe, after, limit),
  };
}

function verificationBooks(
  read: <T>(name: ReadName, ...values: unknown[]) => Promise<Result<T, never>>,
): VerificationBooks {
  return {
    verification: (id) => read('verification', id),
    runningVerifications: () => read('runningVerifications'),
    lastVerifications: (serial, limit) => read('lastVerifications', serial, limit),
    listVerifications: ({ filter, ...stretch }) => read('listVerifications', stretch, filter),
    unitJournal: (serial) => read('unitJournal', serial),
    lot: (id) => read('lot', id),
    listLots: (stretch) => read('listLots', stretch),
    openLot: () => read('openLot'),
    lotMembers: (id) => read('lotMembers', id),
  };
}
