import { z } from 'zod';
import type { Result } from '../../shared/result.ts';
import type { Refusal } from './answer.ts';
import type { Book } from './book.ts';
import type { Instance, RunningCounters } from './instance.ts';
import type { GroupAttestation, ServiceOwned, StoredAttestation } from './records.ts';
import type { Table } from './table.ts';

/** What a client decides about an entry: everything except etag and dates. */
export type EntryContent<Row extends ServiceOwned> = Omit<Row, keyof ServiceOwned>;

/** Which parts of a record an answer shows: PUT and GET differ, queries show the least. */
export type EntryView = 'put' | 'get' | 'query';

/**
 * One kind of entry: individual enrollments or enrollment groups. Etags, bulks, pages and masking go by the same rules
 * (Azure REST spec 2021-10-01); what differs is here.
 */
export type EntryKind<Row extends ServiceOwned & { attestation: StoredAttestation | GroupAttestation }> = {
  /** The header `x-ms-item-type` of a query. */
  readonly itemType: 'Enrollment' | 'EnrollmentGroup';
  readonly idKey: 'registrationId' | 'enrollmentGroupId';
  /** The member of a bulk that holds the items. */
  readonly bulkKey: 'enrollments' | 'enrollmentGroups';
  /** The queries that list all: `SELECT *`, with or without `FROM`, or `*` alone, as an official Node sample writes it. */
  readonly listAll: RegExp;
  readonly notFound: Refusal;
  readonly exists: Refusal;
  readonly table: (book: Book) => Table<Row>;
  /** Checks a whole record; 400004 with the first fault found. */
  readonly contentFrom: (body: unknown, existing: Row | null, instance: Instance) => Result<EntryContent<Row>, Refusal>;
  readonly storedFrom: (content: EntryContent<Row>, owned: ServiceOwned) => Row;
  readonly view: (row: Row, view: EntryView, instance: Instance) => Record<string, unknown>;
  readonly count: (counters: RunningCounters, deed: 'created' | 'duplicates' | 'updated' | 'deleted') => void;
};

/** Any row of {@link EntryKind}. */
export type EntryRow = ServiceOwned & { attestation: StoredAttestation | GroupAttestation };

/** Reads the id alone, for requests whose other members do not matter (bulk delete); null when there is none. */
export function entryIdFrom(idKey: EntryKind<EntryRow>['idKey'], value: unknown): string | null {
  const parsed = z.object({ [idKey]: z.string().min(1) }).safeParse(value);
  return parsed.success ? (parsed.data[idKey] ?? null) : null;
}
