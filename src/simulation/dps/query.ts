import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Answer, badRequest, type Refusal, refuse, reply } from './answer.ts';
import { enrollmentView } from './enrollment.ts';
import type { Call, Instance } from './instance.ts';
import { jsonBodyOf } from './request-body.ts';

/** Most rows in one page, whatever the client asks for (recorded: 100 of 150 without a page size). */
export const pageLimit = 100;

const listAll = /^\s*select\s+\*(\s+from\s+enrollments)?\s*;?\s*$/i;

/**
 * POST /enrollments/query: all enrollments, page by page, in an order that is neither by id nor by age. The page size
 * and the continuation token travel in headers; a full last page carries no token (recorded traffic).
 */
export function queryEnrollments(instance: Instance, call: Call): Answer {
  const body = jsonBodyOf(call);
  if (!body.ok) return refuse(body.problem);
  const query = body.value['query'];
  if (typeof query !== 'string') return refuse(badRequest('query: missing.'));
  if (!listAll.test(query) && instance.switches.unknownQuery === 'refuse') {
    return refuse(badRequest('query: only SELECT * is understood.'));
  }
  const size = pageSizeFrom(call.header('x-ms-max-item-count'));
  const position = positionFrom(instance, query, call.header('x-ms-continuation'));
  if (size === null || position === null) return refuse(badPaging(size === null));
  const page = instance.book.pageAfter(position, size);
  const rows = page.rows.map((enrollment) => enrollmentView(enrollment, undefined, 'query'));
  return reply(rows, {
    ...queryHeaders('Enrollment'),
    ...(page.next !== null && { 'x-ms-continuation': tokenFor(instance, query, page.next) }),
  });
}

/** Headers of every query answer. */
export function queryHeaders(itemType: 'Enrollment' | 'DeviceRegistration'): Readonly<Record<string, string>> {
  return { 'x-ms-item-type': itemType, 'X-Content-Type-Options': 'nosniff' };
}

function badPaging(size: boolean): Refusal {
  return badRequest(
    size ? 'x-ms-max-item-count: not a positive number.' : 'x-ms-continuation: not a token of this query.',
  );
}

function pageSizeFrom(header: string | null): number | null {
  if (header === null) return pageLimit;
  return /^[1-9]\d{0,8}$/.test(header.trim()) ? Math.min(Number(header), pageLimit) : null;
}

// Opaque like the recorded one: base64 of a JSON array with a token and a key range. It is bound to the query text
// and to this instance, so that a client which builds or mixes tokens is found out.
function tokenFor(instance: Instance, query: string, position: string): string {
  const range = { min: '', max: 'FF' };
  const token = `-RID:~${signature(instance, query, position)}#RT:1#TRC:${position}`;
  return Buffer.from(JSON.stringify([{ token, range }])).toString('base64');
}

function positionFrom(instance: Instance, query: string, header: string | null): string | null {
  if (header === null || header === '') return '';
  const match = /"token":"-RID:~([0-9a-f]{64})#RT:1#TRC:([0-9a-f]{64})"/.exec(Buffer.from(header, 'base64').toString());
  const [, signed, position] = match ?? [];
  if (signed === undefined || position === undefined) return null;
  const expected = Buffer.from(signature(instance, query, position));
  return timingSafeEqual(Buffer.from(signed), expected) ? position : null;
}

function signature(instance: Instance, query: string, position: string): string {
  const digest = createHash('sha256').update(query.trim().toLowerCase()).digest('hex');
  return createHmac('sha256', instance.book.orderSeed).update(`${digest}\n${position}`).digest('hex');
}
