import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Answer, badRequest, groupNotFound, type Refusal, refuse, reply } from './answer.ts';
import { registrationView } from './enrollment.ts';
import type { EntryKind, EntryRow } from './entry-kind.ts';
import type { Call, Instance } from './instance.ts';
import { jsonBodyOf } from './request-body.ts';
import type { Page } from './table.ts';

/** Most rows in one page, whatever the client asks for (recorded: 100 of 150 without a page size). */
const pageLimit = 100;

/**
 * POST /{kind}/query: all entries, page by page, in an order that is neither by id nor by age. The page size and the
 * continuation token travel in headers; a full last page carries no token (recorded traffic).
 */
export function queryEntries<Row extends EntryRow>(kind: EntryKind<Row>, instance: Instance, call: Call): Answer {
  const body = jsonBodyOf(call);
  if (!body.ok) return refuse(body.problem);
  const query = body.value['query'];
  if (typeof query !== 'string') return refuse(badRequest('query: missing.'));
  if (!kind.listAll.test(query) && instance.switches.unknownQuery === 'refuse') {
    return refuse(badRequest('query: only SELECT * is understood.'));
  }
  const paging = { itemType: kind.itemType, boundTo: `${kind.itemType}\n${query.trim().toLowerCase()}` };
  const rows = (position: string, size: number) => kind.table(instance.book).pageAfter(position, size);
  return pageAnswer(instance, call, paging, rows, (row) => kind.view(row, 'query', instance));
}

/** POST /registrations/{groupId}/query: the records of devices that came through this group; needs no body. */
export function queryGroupRegistrations(instance: Instance, call: Call, groupId: string): Answer {
  const { book, switches } = instance;
  const id = groupId.toLowerCase();
  if (book.groups.get(id) === undefined && switches.unknownGroupQuery === 'not-found') return refuse(groupNotFound);
  const paging = { itemType: 'DeviceRegistration', boundTo: `DeviceRegistration\n${id}` };
  const rows = (position: string, size: number) =>
    book.registrations.pageAfter(position, size, (row) => row.enrollmentGroupId?.toLowerCase() === id);
  return pageAnswer(instance, call, paging, rows, (row) => registrationView(row.registrationId, row));
}

type Paging = { readonly itemType: string; readonly boundTo: string };

function pageAnswer<Row>(
  instance: Instance,
  call: Call,
  { itemType, boundTo }: Paging,
  rowsAfter: (position: string, size: number) => Page<Row>,
  view: (row: Row) => unknown,
): Answer {
  const size = pageSizeFrom(call.header('x-ms-max-item-count'));
  const position = positionFrom(instance, boundTo, call.header('x-ms-continuation'));
  if (size === null || position === null) return refuse(badPaging(size === null));
  const { rows, next } = rowsAfter(position, size);
  return reply(rows.map(view), {
    'x-ms-item-type': itemType,
    'X-Content-Type-Options': 'nosniff',
    ...(next !== null && { 'x-ms-continuation': tokenFor(instance, boundTo, next) }),
  });
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

// Opaque like the recorded one: base64 of a JSON array with a token and a key range. It is bound to the query and to
// this instance, so that a client which builds or mixes tokens is found out.
function tokenFor(instance: Instance, boundTo: string, position: string): string {
  const range = { min: '', max: 'FF' };
  const token = `-RID:~${signature(instance, boundTo, position)}#RT:1#TRC:${position}`;
  return Buffer.from(JSON.stringify([{ token, range }])).toString('base64');
}

function positionFrom(instance: Instance, boundTo: string, header: string | null): string | null {
  if (header === null || header === '') return '';
  const match = /"token":"-RID:~([0-9a-f]{64})#RT:1#TRC:([0-9a-f]{64})"/.exec(Buffer.from(header, 'base64').toString());
  const [, signed, position] = match ?? [];
  if (signed === undefined || position === undefined) return null;
  const expected = Buffer.from(signature(instance, boundTo, position));
  return timingSafeEqual(Buffer.from(signed), expected) ? position : null;
}

function signature(instance: Instance, boundTo: string, position: string): string {
  const digest = createHash('sha256').update(boundTo).digest('hex');
  return createHmac('sha256', instance.book.orderSeed).update(`${digest}\n${position}`).digest('hex');
}
