import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEnrollmentMirror } from '../../src/main/adapters/sqlite/mirror-store.ts';
import type { EnrollmentMirror, MirrorEntry } from '../../src/main/ports/enrollment-mirror.ts';
import type { EntryFilter } from '../../src/shared/enrollment-list.ts';
import { valueFrom } from '../doubles/books.ts';

let folder: string;
let mirror: EnrollmentMirror;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-'));
  mirror = createEnrollmentMirror({ file: join(folder, 'mirror.db') });
});

afterEach(async () => {
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

function entry(id: string, change: Partial<MirrorEntry> = {}): MirrorEntry {
  return {
    kind: 'individual',
    id,
    attestation: 'x509',
    deviceId: null,
    enabled: true,
    credential: null,
    createdAt: '2026-11-20T10:00:00.1234567Z',
    updatedAt: null,
    etag: 'tag',
    record: JSON.stringify({ registrationId: id }),
    ...change,
  };
}

async function idsOf(filter: Partial<EntryFilter>, stretch = { skip: 0, limit: 100 }): Promise<string[]> {
  const page = valueFrom(await mirror.list({ instance: 'default', kind: 'individual', ...filter }, stretch));
  return page.rows.map((row) => row.id);
}

async function refreshed(...entries: MirrorEntry[]): Promise<void> {
  const run = valueFrom(await mirror.begin('default'));
  valueFrom(await mirror.keep('default', run, entries));
  valueFrom(await mirror.end('default', run, '2026-11-25T10:00:00.000Z'));
}

it('lists in the order of ids, whatever order the service had, and says how old it is', async () => {
  await refreshed(entry('c'), entry('a'), entry('b'), entry('g', { kind: 'group' }));
  expect(await idsOf({})).toEqual(['a', 'b', 'c']);
  expect(await idsOf({ kind: 'group' })).toEqual(['g']);
  expect(await idsOf({}, { skip: 1, limit: 1 })).toEqual(['b']);
  expect(valueFrom(await mirror.age('default'))).toEqual({
    refreshedAt: '2026-11-25T10:00:00.000Z',
    individuals: 3,
    groups: 1,
  });
  expect(valueFrom(await mirror.age('other'))).toEqual({ refreshedAt: null, individuals: 0, groups: 0 });
});

it('forgets what a whole refresh did not meet, and nothing in a refresh that did not end', async () => {
  await refreshed(entry('a'), entry('b'));
  const run = valueFrom(await mirror.begin('default'));
  valueFrom(await mirror.keep('default', run, [entry('b')]));
  expect(await idsOf({})).toEqual(['a', 'b']);
  await refreshed(entry('b'));
  expect(await idsOf({})).toEqual(['b']);
});

it('keeps what was written beside a refresh', async () => {
  const run = valueFrom(await mirror.begin('default'));
  valueFrom(await mirror.put('default', entry('new')));
  valueFrom(await mirror.end('default', run, '2026-11-25T10:00:00.000Z'));
  expect(await idsOf({})).toEqual(['new']);
  valueFrom(await mirror.drop('default', 'individual', 'new'));
  expect(await idsOf({})).toEqual([]);
});

it('is searched in ids, device ids and credentials, without letter case, and filtered', async () => {
  await refreshed(
    entry('sn-1', { deviceId: 'Pump-1', enabled: false }),
    entry('sn-2', { attestation: 'tpm', credential: 'AToAAQ' }),
    entry('other'),
  );
  expect(await idsOf({ search: 'PUMP' })).toEqual(['sn-1']);
  expect(await idsOf({ search: 'atoaaq' })).toEqual(['sn-2']);
  expect(await idsOf({ search: '%' })).toEqual([]);
  expect(await idsOf({ enabled: false })).toEqual(['sn-1']);
  expect(await idsOf({ attestation: 'x509', enabled: true })).toEqual(['other']);
});

it('says for how many entries a registration is known, and keeps that through a refresh', async () => {
  await refreshed(entry('a'), entry('b'));
  const known = {
    status: 'assigned',
    assignedHub: 'hub',
    deviceId: 'a',
    updatedAt: null,
    askedAt: '2026-11-25T11:00:00Z',
  };
  valueFrom(await mirror.knowRegistration('default', 'a', known));
  await refreshed(entry('b'), entry('a'));
  const page = valueFrom(await mirror.list({ instance: 'default', kind: 'individual' }, { skip: 0, limit: 10 }));
  expect(page).toMatchObject({ total: 2, known: 1 });
  expect(page.rows.map((row) => row.registration)).toEqual([known, null]);
  expect(await idsOf({ registration: 'assigned' })).toEqual(['a']);
  expect(await idsOf({ registration: 'unknown' })).toEqual(['b']);
});

it('gives records for an export, page after page', async () => {
  await refreshed(entry('b'), entry('a', { enabled: false }), entry('c'));
  const filter = { instance: 'default', kind: 'individual', enabled: true } as const;
  const first = valueFrom(await mirror.records(filter, '', 1));
  expect(first.map((one) => [one.id, JSON.parse(one.record)])).toEqual([['b', { registrationId: 'b' }]]);
  expect(valueFrom(await mirror.records(filter, 'b', 10)).map((one) => one.id)).toEqual(['c']);
});
