import { type Answer, badRequest, noContent, type Refusal, refuse, reply } from './answer.ts';
import { attestationView } from './attestation.ts';
import { type EntryContent, type EntryKind, type EntryRow, entryIdFrom } from './entry-kind.ts';
import type { Call, Instance } from './instance.ts';
import { isPoisoned, rejection } from './planted.ts';
import { jsonBodyOf } from './request-body.ts';
import { etagMatches } from './service-clock.ts';

/* One entry at a time: the same rules for individual enrollments and for groups. */

/**
 * PUT /{kind}/{id}: creates without If-Match and replaces with it. PUT without If-Match on an id that is there is
 * 409201 (409202 for groups), never an overwrite (users' reports; recorded for bulk).
 */
export function putEntry<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  call: Call,
  id: string,
): Answer {
  const body = jsonBodyOf(call);
  if (!body.ok) return refuse(body.problem);
  const planted = isPoisoned(instance, id) ? badRequest('The enrollment is not valid.') : rejection(instance, id);
  if (planted !== null) return refuse(planted);
  const existing = kind.table(instance.book).get(id) ?? null;
  const content = kind.contentFrom(body.value, existing, instance);
  if (!content.ok) return refuse(content.problem);
  if (entryIdFrom(kind.idKey, body.value)?.toLowerCase() !== id.toLowerCase()) {
    return refuse(badRequest(`${kind.idKey}: not the one in the path.`));
  }
  const ifMatch = call.header('if-match');
  const wrong =
    ifMatch === null ? creationFault(kind, instance, existing) : updateFault(kind, instance, existing, ifMatch);
  if (wrong !== null) return refuse(wrong);
  return reply(kind.view(writeEntry(kind, instance, existing, content.value), 'put', instance));
}

/** Why an entry that is there cannot be created; null: it is not there. */
export function creationFault<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  existing: Row | null,
): Refusal | null {
  if (existing === null) return null;
  kind.count(instance.counters, 'duplicates');
  return kind.exists;
}

function updateFault<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  existing: Row | null,
  ifMatch: string,
): Refusal | null {
  if (existing === null) return instance.switches.putIfMatchOfAbsent === 'create' ? null : kind.notFound;
  return etagMatches(ifMatch, existing.etag) ? null : preconditionFailed(instance);
}

/** 412: the etag is not the present one. */
export function preconditionFailed(instance: Instance): Refusal {
  return { errorCode: instance.switches.preconditionFailedCode, message: 'Precondition failed.' };
}

/** Stores a checked record with a new etag, keeps the date of creation, and counts. */
export function writeEntry<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  existing: Row | null,
  content: EntryContent<Row>,
): Row {
  const now = instance.clock.timestamp();
  const stored = kind.storedFrom(content, {
    etag: instance.clock.etag(),
    createdDateTimeUtc: existing?.createdDateTimeUtc ?? now,
    lastUpdatedDateTimeUtc: now,
  });
  kind.table(instance.book).put(stored);
  kind.count(instance.counters, existing === null ? 'created' : 'updated');
  return stored;
}

/** GET /{kind}/{id}. */
export function getEntry<Row extends EntryRow>(kind: EntryKind<Row>, instance: Instance, id: string): Answer {
  const row = kind.table(instance.book).get(id);
  return row === undefined ? refuse(kind.notFound) : reply(kind.view(row, 'get', instance));
}

/** DELETE /{kind}/{id}: 204; registration records and hub identities stay. */
export function deleteEntry<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  call: Call,
  id: string,
): Answer {
  const refusal = rejection(instance, id) ?? removeEntry(kind, instance, id, call.header('if-match'));
  return refusal === null ? noContent : refuse(refusal);
}

/** Deletes and counts, or says why not; `ifMatch` null deletes any version. */
export function removeEntry<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  id: string,
  ifMatch: string | null,
): Refusal | null {
  const existing = kind.table(instance.book).get(id);
  if (existing === undefined) return kind.notFound;
  if (ifMatch !== null && !etagMatches(ifMatch, existing.etag)) return preconditionFailed(instance);
  kind.table(instance.book).delete(id);
  kind.count(instance.counters, 'deleted');
  return null;
}

/** POST /{kind}/{id}/attestationmechanism: the one place that reveals symmetric keys later. */
export function revealAttestation<Row extends EntryRow>(kind: EntryKind<Row>, instance: Instance, id: string): Answer {
  const row = kind.table(instance.book).get(id);
  return row === undefined ? refuse(kind.notFound) : reply(attestationView(row.attestation, true));
}
