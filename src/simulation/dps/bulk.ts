import { type Answer, badRequest, type Refusal, refuse, reply } from './answer.ts';
import { creationFault, preconditionFailed, removeEntry, writeEntry } from './entries.ts';
import { type EntryContent, type EntryKind, type EntryRow, entryIdFrom } from './entry-kind.ts';
import type { Call, Instance } from './instance.ts';
import { isPoisoned, rejection } from './planted.ts';
import { jsonBodyOf } from './request-body.ts';
import { etagMatches } from './service-clock.ts';

/** Documented maximum of enrollments, or of groups, in one bulk (Azure REST spec 2021-10-01, operation summary). */
const bulkLimit = 10;

const modes = ['create', 'update', 'updateIfMatchETag', 'delete'] as const;
type Mode = (typeof modes)[number];

type Item = { readonly id: string; readonly etag: string | null; readonly record: unknown };

/**
 * POST /{kind}: one mode for up to ten items. A body or a record that cannot be read refuses the whole call and
 * nothing is carried out; everything else is judged per item, and the answer is HTTP 200 even when all failed. The
 * list of errors names failures only, and no etag comes back (recorded traffic).
 */
export function runBulk<Row extends EntryRow>(kind: EntryKind<Row>, instance: Instance, call: Call): Answer {
  instance.counters.bulkCalls += 1;
  const body = jsonBodyOf(call);
  if (!body.ok) return refuse(body.problem);
  const mode = modeFrom(body.value['mode']);
  const items = mode === null ? null : itemsFrom(kind, body.value[kind.bulkKey]);
  if (mode === null || items === null) return refuse(badRequest(`mode or ${kind.bulkKey}: missing or not valid.`));
  const wrong = wholeCallFault(kind, instance, items) ?? recordFault(kind, instance, mode, items);
  if (wrong !== null) return refuse(wrong);
  const errors = items.flatMap((item) => {
    const refusal = rejection(instance, item.id) ?? carryOut(kind, instance, mode, item);
    if (refusal === null) return [];
    return [{ [kind.idKey]: item.id, errorCode: refusal.errorCode, errorStatus: refusal.message }];
  });
  return reply({ errors, isSuccessful: errors.length === 0 });
}

/** How many operations a bulk weighs when items count singly; 1 for a body that cannot be read. */
export function bulkItemCount(kind: Pick<EntryKind<EntryRow>, 'bulkKey'>, call: Call): number {
  const body = jsonBodyOf(call);
  const items = body.ok ? body.value[kind.bulkKey] : null;
  return Array.isArray(items) ? Math.max(1, items.length) : 1;
}

/** Modes are compared without letter case: the official typings spell one of them in another way. */
function modeFrom(value: unknown): Mode | null {
  if (typeof value !== 'string') return null;
  return modes.find((mode) => mode.toLowerCase() === value.toLowerCase()) ?? null;
}

function itemsFrom(kind: Pick<EntryKind<EntryRow>, 'idKey'>, value: unknown): readonly Item[] | null {
  if (!Array.isArray(value)) return null;
  const items = value.map((record: unknown): Item | null => {
    const id = entryIdFrom(kind.idKey, record);
    if (id === null) return null;
    const etag: unknown = (record as { etag?: unknown }).etag;
    return { id, etag: typeof etag === 'string' && etag !== '' ? etag : null, record };
  });
  return items.some((item) => item === null) ? null : items.filter((item) => item !== null);
}

function wholeCallFault(
  { bulkKey, idKey }: Pick<EntryKind<EntryRow>, 'bulkKey' | 'idKey'>,
  instance: Instance,
  items: readonly Item[],
): Refusal | null {
  if (items.length === 0) return badRequest(`${bulkKey}: empty.`);
  if (items.length > bulkLimit) return badRequest(`${bulkKey}: more than ${bulkLimit} in one call.`);
  const distinct = new Set(items.map((item) => item.id.toLowerCase()));
  if (distinct.size < items.length && instance.switches.bulkDuplicateIds === 'refuse-call') {
    return badRequest(`${bulkKey}: the same ${idKey} more than once.`);
  }
  const poisoned = items.some((item) => isPoisoned(instance, item.id));
  return poisoned ? badRequest(`${bulkKey}: one of them is not valid.`) : null;
}

/** Deletion looks at ids and etags only; the other modes need every record to be readable. */
function recordFault<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  mode: Mode,
  items: readonly Item[],
): Refusal | null {
  if (mode === 'delete') return null;
  for (const item of items) {
    const content = contentOf(kind, instance, item);
    if (!content.ok) return content.problem;
  }
  return null;
}

function contentOf<Row extends EntryRow>(kind: EntryKind<Row>, instance: Instance, item: Item) {
  return kind.contentFrom(item.record, kind.table(instance.book).get(item.id) ?? null, instance);
}

function carryOut<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  mode: Mode,
  item: Item,
): Refusal | null {
  if (mode === 'delete') return removeEntry(kind, instance, item.id, item.etag);
  const content = contentOf(kind, instance, item);
  if (!content.ok) return content.problem;
  const existing = kind.table(instance.book).get(item.id) ?? null;
  const wrong = mode === 'create' ? creationFault(kind, instance, existing) : null;
  if (wrong !== null) return wrong;
  return mode === 'create'
    ? written(kind, instance, null, content.value)
    : update(kind, instance, mode, item, existing, content.value);
}

/** `update` without an etag fails with 409201 on items that exist (recorded traffic). */
function update<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  mode: Mode,
  item: Item,
  existing: Row | null,
  content: EntryContent<Row>,
): Refusal | null {
  if (existing === null) {
    const creates = instance.switches.bulkUpdateOfAbsent === 'create';
    return creates ? written(kind, instance, null, content) : kind.notFound;
  }
  if (item.etag === null) return mode === 'update' ? kind.exists : preconditionFailed(instance);
  if (!etagMatches(item.etag, existing.etag)) return preconditionFailed(instance);
  return written(kind, instance, existing, content);
}

function written<Row extends EntryRow>(
  kind: EntryKind<Row>,
  instance: Instance,
  existing: Row | null,
  content: EntryContent<Row>,
): null {
  writeEntry(kind, instance, existing, content);
  return null;
}
