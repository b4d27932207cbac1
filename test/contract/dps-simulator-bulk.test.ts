import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DpsBench,
  type ServiceCaller,
  serviceCaller,
  startDpsBench,
  symmetricEnrollment,
  x509Enrollment,
} from '../interop/dps-bench.ts';

/*
 * Bulk and query. Expectations come from the REST specification 2021-10-01, recorded traffic of Microsoft's Python
 * client (per-item errors, paging), and users' reports; what is open there is checked at its strict switch.
 */

let bench: DpsBench;
let call: ServiceCaller;
let next = 0;
const freshIds = (count: number): string[] =>
  Array.from({ length: count }, () => {
    next += 1;
    return `unit-${next}`;
  });
const enrollments = (ids: string[], more: object = {}): object[] => ids.map((id) => symmetricEnrollment(id, more));
const bulk = (mode: string, items: object[], path = '/enrollments') => call('POST', path, { mode, enrollments: items });
const etagOf = async (id: string): Promise<string> => (await call('GET', `/enrollments/${id}`)).json.etag;
const statusOf = async (id: string): Promise<number> => (await call('GET', `/enrollments/${id}`)).status;

beforeAll(async () => {
  bench = await startDpsBench();
  call = serviceCaller(bench.ready);
});
afterAll(() => bench.close());

describe('bulk', () => {
  const allGood = { errors: [], isSuccessful: true };

  it('creates ten, with and without a slash at the end of the path, and returns no etags', async () => {
    for (const path of ['/enrollments', '/enrollments/']) {
      const ids = freshIds(10);
      const heard = await bulk('create', enrollments(ids), path);
      expect([heard.status, heard.json]).toEqual([200, allGood]);
      for (const id of ids) expect(await statusOf(id)).toBe(200);
    }
  });

  it('trap 2: answers HTTP 200 with the failures only, and carries the others out', async () => {
    const [there = '', fresh = ''] = freshIds(2);
    await call('PUT', `/enrollments/${there}`, symmetricEnrollment(there));
    const heard = await bulk('create', enrollments([there, fresh]));
    expect(heard.status).toBe(200);
    expect(heard.json).toEqual({
      isSuccessful: false,
      errors: [{ registrationId: there, errorCode: 409201, errorStatus: 'Enrollment already exists.' }],
    });
    expect(await statusOf(fresh)).toBe(200);
  });

  it.each(['update', 'UPDATE'])('trap 4: %s without etags fails with 409201 on what is there', async (mode) => {
    const ids = freshIds(2);
    await bulk('create', enrollments(ids));
    const heard = await bulk(mode, enrollments(ids));
    expect(heard.status).toBe(200);
    expect(heard.json.errors.map((error: { errorCode: number }) => error.errorCode)).toEqual([409201, 409201]);
  });

  it.each(['update', 'updateIfMatchETag', 'updateIfMatchEtag'])('trap 6: %s with present etags works', async (mode) => {
    const [id = ''] = freshIds(1);
    await bulk('create', enrollments([id]));
    const etag = await etagOf(id);
    expect((await bulk(mode, enrollments([id], { etag, provisioningStatus: 'disabled' }))).json).toEqual(allGood);
    expect((await call('GET', `/enrollments/${id}`)).json.provisioningStatus).toBe('disabled');
    expect(await etagOf(id)).not.toBe(etag);
  });

  it('updateIfMatchETag with a stale etag is a 412 code of its item alone', async () => {
    const [stale = '', good = ''] = freshIds(2);
    await bulk('create', enrollments([stale, good]));
    const old = await etagOf(stale);
    await bulk('update', enrollments([stale], { etag: old }));
    const items = [...enrollments([stale], { etag: old }), ...enrollments([good], { etag: await etagOf(good) })];
    const heard = await bulk('updateIfMatchETag', items);
    expect(heard.status).toBe(200);
    expect(heard.json.errors).toHaveLength(1);
    expect(heard.json.errors[0].registrationId).toBe(stale);
    expect(Math.floor(heard.json.errors[0].errorCode / 1000)).toBe(412);
  });

  it('delete takes full records without etags and names what is not there', async () => {
    const [there = '', absent = ''] = freshIds(2);
    await bulk('create', enrollments([there]));
    const heard = await bulk('delete', enrollments([there, absent]));
    expect(heard.json.errors).toEqual([
      { registrationId: absent, errorCode: 404201, errorStatus: 'Enrollment not found.' },
    ]);
    expect(await statusOf(there)).toBe(404);
  });

  const refused: [string, (ids: string[]) => Promise<{ status: number; json: { errorCode: number } }>][] = [
    ['eleven items', (ids) => bulk('create', enrollments([...ids, ...freshIds(10)]))],
    ['no items', () => bulk('create', [])],
    ['an unknown mode', (ids) => bulk('upsert', enrollments(ids))],
    ['an item without id', (ids) => bulk('create', [...enrollments(ids), { attestation: {} }])],
    ['the same id twice, in another case', (ids) => bulk('create', enrollments([...ids, ids[0]?.toUpperCase() ?? '']))],
    ['one certificate that is none', (ids) => bulk('create', [...enrollments(ids), x509Enrollment('bad', 'bad')])],
    ['an unreadable body', () => call('POST', '/enrollments', 'create them all')],
  ];
  it.each(refused)('(trap 3) %s refuses the whole call and carries nothing out', async (_name, attempt) => {
    const ids = freshIds(1);
    const heard = await attempt(ids);
    expect(heard.status).toBe(400);
    expect(heard.json.errorCode).toBe(400004);
    expect(await statusOf(ids[0] ?? '')).toBe(404);
  });

  it('with the other switch the second of two equal ids fails alone', async () => {
    const lenient = await startDpsBench({ switches: { bulkDuplicateIds: 'per-item' } });
    const items = enrollments(['same', 'same']);
    const heard = await serviceCaller(lenient.ready)('POST', '/enrollments', { mode: 'create', enrollments: items });
    await lenient.close();
    expect(heard.json.errors).toMatchObject([{ registrationId: 'same', errorCode: 409201 }]);
  });
});

describe('query', () => {
  let many: DpsBench;
  let ask: ServiceCaller;
  const ids = Array.from({ length: 150 }, (_, index) => `row-${String(index).padStart(3, '0')}`);
  beforeAll(async () => {
    many = await startDpsBench();
    ask = serviceCaller(many.ready);
    for (let at = 0; at < ids.length; at += 10) {
      await ask('POST', '/enrollments', { mode: 'create', enrollments: enrollments(ids.slice(at, at + 10)) });
    }
  });
  afterAll(() => many.close());

  const page = (headers: Record<string, string> = {}, query = 'SELECT * FROM enrollments') =>
    ask('POST', '/enrollments/query', { query }, headers);
  const idsOf = (rows: { registrationId: string }[]): string[] => rows.map((row) => row.registrationId);
  const all = async (size: string | null): Promise<{ pages: number[]; found: string[] }> => {
    const pages: number[] = [];
    const found: string[] = [];
    let token: string | undefined;
    do {
      const heard = await page({
        ...(size !== null && { 'x-ms-max-item-count': size }),
        ...(token !== undefined && { 'x-ms-continuation': token }),
      });
      expect(heard.headers['x-ms-item-type']).toBe('Enrollment');
      pages.push(heard.json.length);
      found.push(...idsOf(heard.json));
      token = heard.headers['x-ms-continuation'] as string | undefined;
    } while (token !== undefined);
    return { pages, found };
  };

  const sizes: [string | null, number[]][] = [
    [null, [100, 50]], // recorded: the first of two pages held exactly 100
    ['50', [50, 50, 50]], // recorded: a full last page carries no continuation
    ['1000', [100, 50]],
    ['60', [60, 60, 30]],
  ];
  it.each(sizes)('with page size %s gives pages of %s', async (size, pages) => {
    const read = await all(size);
    expect(read.pages).toEqual(pages);
    expect([...read.found].sort()).toEqual(ids);
  });

  it('comes in no order that a client could lean on, the same each time', async () => {
    const once = await all(null);
    expect(once.found).not.toEqual([...once.found].sort());
    expect((await all('7')).found).toEqual(once.found);
  });

  it('keeps its place when rows come and go between pages', async () => {
    const first = await page({ 'x-ms-max-item-count': '20' });
    const gone = idsOf(first.json)[3] ?? '';
    await ask('DELETE', `/enrollments/${gone}`);
    const rest: string[] = [];
    let token = first.headers['x-ms-continuation'];
    while (typeof token === 'string') {
      const heard = await page({ 'x-ms-continuation': token });
      rest.push(...idsOf(heard.json));
      token = heard.headers['x-ms-continuation'];
    }
    await ask('PUT', `/enrollments/${gone}`, symmetricEnrollment(gone));
    expect([...idsOf(first.json), ...rest].sort()).toEqual(ids);
  });

  const refused: [string, () => Promise<{ status: number }>][] = [
    [
      'a token of another query',
      async () => {
        const { headers } = await page({ 'x-ms-max-item-count': '5' });
        return page({ 'x-ms-continuation': String(headers['x-ms-continuation']) }, 'SELECT *');
      },
    ],
    ['a made-up token', () => page({ 'x-ms-continuation': Buffer.from('[{"token":"x"}]').toString('base64') })],
    ['a page size of 0', () => page({ 'x-ms-max-item-count': '0' })],
    ['a page size in words', () => page({ 'x-ms-max-item-count': 'ten' })],
    ['a filter', () => page({}, "SELECT * FROM enrollments WHERE registrationId = 'row-001'")],
    ['no query', () => ask('POST', '/enrollments/query', {})],
  ];
  it.each(refused)('refuses %s', async (_name, attempt) => {
    expect((await attempt()).status).toBe(400);
  });
});
