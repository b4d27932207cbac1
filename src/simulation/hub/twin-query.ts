import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Hub } from './hub.ts';
import { type HubRefusal, hubBadRequest } from './hub-answer.ts';
import { twinView } from './identity-view.ts';
import type { StoredDevice } from './records.ts';

/** A query that is understood. `columns` null: whole twins. */
export type TwinQuery = {
  readonly columns: readonly string[] | null;
  readonly matches: (device: StoredDevice) => boolean;
};

/** One page of answers; `continuation` is the token for the next, or null at the end. */
export type TwinPage = { readonly rows: readonly unknown[]; readonly continuation: string | null };

type Condition = (device: StoredDevice) => boolean;

const selectPattern = /^\s*select\s+(\*|\w+(?:\s*,\s*\w+)*)\s+from\s+devices(?:\s+where\s+(.+?))?\s*;?\s*$/is;
const equalsPattern = /^(deviceId|status)\s*(=|!=)\s*'([^']*)'$/i;
const amongPattern = /^(deviceId|status)\s+in\s+\[\s*('[^']*'(?:\s*,\s*'[^']*')*)\s*\]$/i;
const all: Condition = () => true;
const longestPage = 100;

/**
 * Reads a twin query: `SELECT * | columns FROM devices [WHERE ...]`, the condition made of `=`, `!=` and `IN [...]` on
 * deviceId and status, joined with AND (a part of the query language in the Azure documentation). Null when it is
 * something else.
 */
export function twinQueryFrom(text: string): TwinQuery | null {
  const [, columns, where] = selectPattern.exec(text) ?? [];
  if (columns === undefined) return null;
  const conditions = where === undefined ? [all] : where.split(/\s+and\s+/i).map((part) => conditionFrom(part.trim()));
  const known = conditions.filter((condition) => condition !== null);
  if (known.length !== conditions.length) return null;
  return {
    columns: columns === '*' ? null : columns.split(',').map((column) => column.trim()),
    matches: (device) => known.every((condition) => condition(device)),
  };
}

function conditionFrom(text: string): Condition | null {
  const [, equalField, sign, value] = equalsPattern.exec(text) ?? [];
  if (equalField !== undefined) return (device) => (fieldOf(device, equalField) === value) === (sign === '=');
  const [, amongField, list] = amongPattern.exec(text) ?? [];
  if (amongField === undefined || list === undefined) return null;
  const values = [...list.matchAll(/'([^']*)'/g)].map((match) => match[1]);
  return (device) => values.includes(fieldOf(device, amongField));
}

function fieldOf(device: StoredDevice, field: string): string {
  return field.toLowerCase() === 'status' ? device.status : device.deviceId;
}

/**
 * Runs a query for one page, in an order that has nothing to do with ids or age, so that nobody leans on one.
 * `continuation` is the token of the page before, or null; `pageSize` null takes the largest page, 100.
 */
export function runTwinQuery(
  hub: Hub,
  text: string,
  pageSize: number | null,
  continuation: string | null,
): Result<TwinPage, HubRefusal> {
  const lenient = hub.switches.unknownQuery === 'list-all' ? { columns: null, matches: all } : null;
  const query = twinQueryFrom(text) ?? lenient;
  if (query === null) return fail(hubBadRequest('query: only a part of the query language is simulated'));
  const position = continuation === null ? '' : positionFrom(hub, text, continuation);
  if (position === null) return fail(hubBadRequest('x-ms-continuation: not a token of this query'));
  const found = [...hub.book.devices()]
    .filter(query.matches)
    .map((device) => ({ device, place: createHash('sha256').update(device.deviceId).digest('hex') }))
    .filter(({ place }) => place > position)
    .sort((one, other) => (one.place < other.place ? -1 : 1));
  const page = found.slice(0, Math.min(pageSize ?? longestPage, longestPage));
  const last = page.at(-1);
  const more = last !== undefined && page.length < found.length;
  return ok({
    rows: page.map(({ device }) => rowFrom(hub, device, query.columns)),
    continuation: more ? tokenFor(hub, text, last.place) : null,
  });
}

function rowFrom(hub: Hub, device: StoredDevice, columns: TwinQuery['columns']): unknown {
  const twin = twinView(device, hub.connections.isConnected(device.deviceId));
  if (columns === null) return twin;
  return Object.fromEntries(
    columns.filter((column) => Object.hasOwn(twin, column)).map((column) => [column, twin[column]]),
  );
}

function signatureFor(hub: Hub, text: string, place: string): string {
  const key = hub.book.policies[0]?.primaryKey ?? '';
  return createHmac('sha256', key).update(`${text}\n${place}`).digest('hex');
}

function tokenFor(hub: Hub, text: string, place: string): string {
  return Buffer.from(`${place}.${signatureFor(hub, text, place)}`).toString('base64');
}

function positionFrom(hub: Hub, text: string, token: string): string | null {
  const [place = '', signature = ''] = Buffer.from(token, 'base64').toString('utf8').split('.');
  const expected = Buffer.from(signatureFor(hub, text, place));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) ? place : null;
}
