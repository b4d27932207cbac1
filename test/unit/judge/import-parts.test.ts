import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFirstSeen } from '../../../src/main/domain/first-seen.ts';
import { recordFromCells } from '../../../src/main/domain/import-cells.ts';
import { forecast } from '../../../src/main/domain/import-forecast.ts';
import { createRowPrints } from '../../../src/main/domain/row-prints.ts';
import { createRowSet } from '../../../src/main/domain/row-set.ts';
import { valueFrom } from '../../doubles/books.ts';

/* The pure parts of an import. */

const hash = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'));

describe('the memory of what stood first', () => {
  it('says what a map would say, however many there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(hash, fc.constantFrom('0000000000000000', 'ffffffffffffffff')), { maxLength: 3_000 }),
        (all) => {
          const seen = createFirstSeen();
          const map = new Map<string, number>();
          for (const [row, one] of all.entries()) {
            expect(seen.find(one)).toBe(map.get(one) ?? null);
            expect(seen.note(one, row)).toBe(map.get(one) ?? null);
            if (!map.has(one)) map.set(one, row);
          }
          for (const [one, row] of map) expect(seen.find(one)).toBe(row);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a set of rows', () => {
  it('holds what was added and not removed', () => {
    const step = fc.tuple(fc.boolean(), fc.nat(50_000));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const rows = createRowSet();
        const model = new Set<number>();
        for (const [add, row] of steps) {
          if (add) rows.add(row);
          else rows.remove(row);
          if (add) model.add(row);
          else model.delete(row);
          expect(rows.has(row)).toBe(model.has(row));
        }
        expect(rows.size()).toBe(model.size);
      }),
    );
  });
});

describe('the prints of rows', () => {
  it('are those that were noted last, however high the row', () => {
    const some = hash.filter((one) => /[^0]/.test(one));
    const entry = fc.tuple(fc.nat(50_000), some);
    fc.assert(
      fc.property(fc.array(entry), some, (entries, other) => {
        const prints = createRowPrints();
        const model = new Map<number, string>();
        for (const [row, one] of entries) {
          expect(prints.has(row, one)).toBe(model.get(row) === one);
          prints.note(row, one);
          model.set(row, one);
        }
        for (const [row, one] of model) {
          expect(prints.has(row, one)).toBe(true);
          expect(prints.has(row, other)).toBe(one === other);
        }
      }),
    );
  });
});

describe('a forecast', () => {
  it.each([
    // 200 calls a minute with ten rows each: what went out in the first second promises nothing.
    ['held by the quota', { left: 8_000, doneInRun: 2_000, elapsedInMs: 1_000, quotaPerMinute: 2_000 }, 2_000, 240_000],
    ['held by a slow service', { left: 100, doneInRun: 100, elapsedInMs: 60_000, quotaPerMinute: 2_000 }, 100, 60_000],
    ['before anything was seen', { left: 4_000, doneInRun: 0, elapsedInMs: 0, quotaPerMinute: 2_000 }, 2_000, 120_000],
    ['at the end', { left: 0, doneInRun: 5, elapsedInMs: 10, quotaPerMinute: 2_000 }, 2_000, 0],
  ])('%s', (_name, run, perMinute, leftInMs) => expect(forecast(run)).toEqual({ perMinute, leftInMs }));
});

describe('cells of a row', () => {
  it('become a record; empty cells and nulls are left out', () => {
    const record = recordFromCells({
      registrationId: 4711,
      deviceId: '',
      endorsementKey: 'AToA',
      iotHubs: 'a.azure-devices.net; b.azure-devices.net',
      allocationPolicy: 'hashed',
      reprovisionPolicy: 'reset',
      iotEdge: 'FALSE',
      initialTwin: '{"tags":{"site":"A","place":{"floor":2}},"properties":{"desired":{"rate":1}}}',
      'tags.line': 'L3',
      'tags.place.hall': '7',
      provisioningStatus: null,
    });
    // Policy names: Azure documentation, concepts-device-reprovision.
    expect(valueFrom(record)).toEqual({
      registrationId: '4711',
      attestation: { type: 'tpm', tpm: { endorsementKey: 'AToA' } },
      iotHubs: ['a.azure-devices.net', 'b.azure-devices.net'],
      allocationPolicy: 'hashed',
      reprovisionPolicy: { updateHubAssignment: true, migrateDeviceData: false },
      capabilities: { iotEdge: false },
      initialTwin: {
        tags: { site: 'A', place: { floor: 2, hall: '7' }, line: 'L3' },
        properties: { desired: { rate: 1 } },
      },
    });
  });

  it.each([
    ['no credential', { registrationId: 'a' }, /no endorsementKey, no certificate and no primaryKey/],
    ['two kinds of credentials', { primaryKey: 'x', endorsementKey: 'y' }, /2 kinds/],
    ['another kind than it says', { attestation: 'tpm', primaryKey: 'x' }, /says tpm/],
    ['an unknown kind', { attestation: 'TPM', endorsementKey: 'x' }, /attestation is/],
    ['an unknown policy', { primaryKey: 'x', reprovisionPolicy: 'always' }, /migrate, reset or never/],
    ['neither true nor false', { primaryKey: 'x', iotEdge: 'yes' }, /true or false/],
    ['a twin that is no JSON', { primaryKey: 'x', initialTwin: '{tags' }, /initialTwin is no JSON object/],
    ['information that is a list', { primaryKey: 'x', optionalDeviceInformation: '[1]' }, /no JSON object/],
    ['a tag inside a value', { primaryKey: 'x', 'tags.a': '1', 'tags.a.b': '2' }, /inside another tag/],
  ])('with %s are refused', (_name, cells, reason) => {
    const record = recordFromCells(cells);
    expect(record.ok ? null : record.problem).toMatch(reason);
  });

  it('never throw, and no reason quotes a cell', () => {
    const column = fc.constantFrom(
      'attestation',
      'initialTwin',
      'iotHubs',
      'tags.a',
      'tags.a.b',
      'tags.constructor.b',
      'iotEdge',
      'certificate',
    );
    const secret = 'c2VjcmV0';
    const value = fc.oneof(fc.jsonValue(), fc.constant(secret), fc.constant(`{"a":${secret}`));
    fc.assert(
      fc.property(fc.dictionary(column, value), (cells) => {
        const record = recordFromCells(cells);
        if (!record.ok) expect(record.problem).not.toContain(secret);
      }),
    );
    expect(({} as Record<string, unknown>)['b']).toBeUndefined();
  });
});
