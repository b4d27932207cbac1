import {
  type Answer,
  badRequest,
  enrollmentExists,
  enrollmentNotFound,
  type Refusal,
  refuse,
  reply,
} from './answer.ts';
import { enrollmentFrom, registrationIdFrom } from './enrollment.ts';
import { isPoisoned, preconditionFailed, rejection, removeEnrollment, writeEnrollment } from './enrollments.ts';
import type { Call, Instance } from './instance.ts';
import type { EnrollmentContent } from './records.ts';
import { jsonBodyOf } from './request-body.ts';
import { etagMatches } from './service-clock.ts';

/** Documented maximum of enrollments in one bulk (Azure REST spec 2021-10-01, operation summary). */
export const bulkLimit = 10;

const modes = ['create', 'update', 'updateIfMatchETag', 'delete'] as const;
type Mode = (typeof modes)[number];

type Item = { readonly registrationId: string; readonly etag: string | null; readonly record: unknown };
type BulkError = { readonly registrationId: string; readonly errorCode: number; readonly errorStatus: string };

/**
 * POST /enrollments: one mode for up to ten items. A body or a record that cannot be read refuses the whole call and
 * nothing is carried out; everything else is judged per item, and the answer is HTTP 200 even when all failed. The
 * list of errors names failures only, and no etag comes back (recorded traffic).
 */
export function runBulk(instance: Instance, call: Call): Answer {
  instance.counters.bulkCalls += 1;
  const body = jsonBodyOf(call);
  if (!body.ok) return refuse(body.problem);
  const mode = modeFrom(body.value['mode']);
  const items = mode === null ? null : itemsFrom(body.value['enrollments']);
  if (mode === null || items === null) return refuse(badRequest('mode or enrollments: missing or not valid.'));
  const wrong = wholeCallFault(instance, items) ?? recordFault(instance, mode, items);
  if (wrong !== null) return refuse(wrong);
  const errors = items.flatMap((item): BulkError[] => {
    const refusal = rejection(instance, item.registrationId) ?? carryOut(instance, mode, item);
    if (refusal === null) return [];
    return [{ registrationId: item.registrationId, errorCode: refusal.errorCode, errorStatus: refusal.message }];
  });
  return reply({ errors, isSuccessful: errors.length === 0 });
}

/** How many operations a bulk weighs when items count singly; 1 for a body that cannot be read. */
export function bulkItemCount(call: Call): number {
  const body = jsonBodyOf(call);
  const items = body.ok ? body.value['enrollments'] : null;
  return Array.isArray(items) ? Math.max(1, items.length) : 1;
}

/** Modes are compared without letter case: the official typings spell one of them in another way. */
function modeFrom(value: unknown): Mode | null {
  if (typeof value !== 'string') return null;
  return modes.find((mode) => mode.toLowerCase() === value.toLowerCase()) ?? null;
}

function itemsFrom(value: unknown): readonly Item[] | null {
  if (!Array.isArray(value)) return null;
  const items = value.map((record: unknown): Item | null => {
    const registrationId = registrationIdFrom(record);
    if (registrationId === null) return null;
    const etag: unknown = (record as { etag?: unknown }).etag;
    return { registrationId, etag: typeof etag === 'string' && etag !== '' ? etag : null, record };
  });
  return items.some((item) => item === null) ? null : items.filter((item) => item !== null);
}

function wholeCallFault(instance: Instance, items: readonly Item[]): Refusal | null {
  if (items.length === 0) return badRequest('enrollments: empty.');
  if (items.length > bulkLimit) return badRequest(`enrollments: more than ${bulkLimit} in one call.`);
  const distinct = new Set(items.map((item) => item.registrationId.toLowerCase()));
  if (distinct.size < items.length && instance.switches.bulkDuplicateIds === 'refuse-call') {
    return badRequest('enrollments: the same registrationId more than once.');
  }
  const poisoned = items.some((item) => isPoisoned(instance, item.registrationId));
  return poisoned ? badRequest('enrollments: one of them is not valid.') : null;
}

/** Deletion looks at ids and etags only; the other modes need every record to be readable. */
function recordFault(instance: Instance, mode: Mode, items: readonly Item[]): Refusal | null {
  if (mode === 'delete') return null;
  for (const item of items) {
    const content = contentOf(instance, item);
    if (!content.ok) return content.problem;
  }
  return null;
}

function contentOf(instance: Instance, item: Item): ReturnType<typeof enrollmentFrom> {
  const existing = instance.book.enrollment(item.registrationId) ?? null;
  return enrollmentFrom(item.record, { ...instance, existing });
}

function carryOut(instance: Instance, mode: Mode, item: Item): Refusal | null {
  if (mode === 'delete') return removeEnrollment(instance, item.registrationId, item.etag);
  const content = contentOf(instance, item);
  if (!content.ok) return content.problem;
  return mode === 'create' ? create(instance, item, content.value) : update(instance, mode, item, content.value);
}

function create(instance: Instance, item: Item, content: EnrollmentContent): Refusal | null {
  if (instance.book.enrollment(item.registrationId) !== undefined) {
    instance.counters.duplicates += 1;
    return enrollmentExists;
  }
  writeEnrollment(instance, null, content);
  return null;
}

/** `update` without an etag fails with 409201 on items that exist (recorded traffic). */
function update(instance: Instance, mode: Mode, item: Item, content: EnrollmentContent): Refusal | null {
  const existing = instance.book.enrollment(item.registrationId) ?? null;
  if (existing === null) {
    if (instance.switches.bulkUpdateOfAbsent !== 'create') return enrollmentNotFound;
    writeEnrollment(instance, null, content);
    return null;
  }
  if (item.etag === null) return mode === 'update' ? enrollmentExists : preconditionFailed(instance);
  if (!etagMatches(item.etag, existing.etag)) return preconditionFailed(instance);
  writeEnrollment(instance, existing, content);
  return null;
}
