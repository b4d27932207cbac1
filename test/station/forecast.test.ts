import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureFirmwareImage } from '../../src/main/identity/firmware-image.ts';
import { deriveMxchipIdentity } from '../../src/main/identity/mxchip-identity.ts';
import type { StoreWrite } from '../../src/main/ports/station-store.ts';
import { firmwareForecast, measureOf } from '../../src/main/station/returns/firmware-forecast.ts';
import type { ForecastRow, RecipeMeasure } from '../../src/shared/returns.ts';
import { buildFirmware } from '../../src/simulation/board/firmware.ts';
import {
  closeTestBooks,
  doneState,
  jobOf,
  openTestBooks,
  type TestBooks,
  testMoment,
  testOrigin,
  valueFrom,
} from '../doubles/books.ts';
import { selfSigned } from '../interop/dps-bench.ts';

/*
 * A thousand units with certificates of three images, and a new image. The judge: each certificate is derived again from
 * the unit's own secret under the new image, and compared to the last bit.
 */

const configuration = { version: '1.6.5', idScope: '0ne00000001', globalEndpoint: 'localhost' };
const old = buildFirmware(configuration);
const other = buildFirmware({ ...configuration, version: '1.6.2' });
const symbol = (name: string): number =>
  Number(new RegExp(`(0x[0-9a-f]+)\\s+${name} = \\.`).exec(old.map.toString('latin1'))?.[1]) - 0x0800c000;

/** The old image with one byte changed. */
function changed(at: number): { readonly bin: Buffer; readonly map: Buffer } {
  const bin = Buffer.from(old.bin);
  bin.writeUInt8(bin.readUInt8(at) ^ 1, at);
  return { bin, map: old.map };
}

type Unit = { readonly serial: string; readonly uds: Buffer; readonly der: Buffer; readonly recipe: string };
const units: Unit[] = [];
let books: TestBooks;
const hashes = { known: '1'.repeat(64), 'never-seen': '2'.repeat(64), 'other-image': '3'.repeat(64) };

/** A live job with a certificate. */
function written(
  serial: string,
  recipe: keyof typeof hashes,
  certificatePem: string,
  fingerprint: string,
): StoreWrite[] {
  const job = jobOf(serial, { recipe, recipeHash: hashes[recipe] });
  const identity = {
    attestation: 'x509',
    registrationId: serial,
    fingerprint,
    replaces: false,
    group: null,
    certificatePem,
    sha1Thumbprint: 'a'.repeat(40),
  } as const;
  const done = { ...job, state: doneState('passed', identity), finishedAt: testMoment };
  return [
    { write: 'job-started', job },
    { write: 'job-changed', job: done, event: 'restarted' },
  ];
}

beforeAll(async () => {
  books = openTestBooks();
  const commit = async (...writes: StoreWrite[]) =>
    valueFrom(await books.store.commit({ origin: testOrigin, at: testMoment, writes }));
  await commit({ write: 'measure-kept', measure: { recipeHash: hashes.known, ...measureOf(old.image) } });
  await commit({ write: 'measure-kept', measure: { recipeHash: hashes['other-image'], ...measureOf(other.image) } });
  for (let number = 0; number < 1_000; number += 1) {
    const recipe = number % 10 === 0 ? 'other-image' : number % 10 === 1 ? 'never-seen' : 'known';
    const { image } = recipe === 'other-image' ? other : old;
    const uds = randomBytes(32);
    const serial = `unit-${String(number).padStart(4, '0')}`;
    const { identity } = valueFrom(deriveMxchipIdentity({ uds, image, registrationId: serial }));
    units.push({ serial, uds, der: identity.certificateDer, recipe });
    await commit(...written(serial, recipe, identity.certificatePem, identity.sha256Thumbprint));
  }
  await commit(...written('linux', 'known', selfSigned('linux').certPem, 'f'.repeat(64)));
}, 120_000);
afterAll(() => closeTestBooks(books));

async function forecast(
  files: { readonly bin: Buffer; readonly map: Buffer },
  recipe: string | null = null,
  known: readonly RecipeMeasure[] = [],
): Promise<ForecastRow[]> {
  const rows: ForecastRow[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const query = { ...files, recipe, known, after, limit: 300 };
    const page: { readonly rows: readonly ForecastRow[]; readonly next: number | null } = valueFrom(
      await firmwareForecast(query, books.store),
    );
    rows.push(...page.rows);
    after = page.next;
  }
  return rows;
}

/** Serials whose certificate differs when it is derived again. */
function stopped(files: { readonly bin: Buffer; readonly map: Buffer }): string[] {
  const image = valueFrom(measureFirmwareImage(files));
  return units
    .filter(({ uds, serial, der }) => {
      const { identity } = valueFrom(deriveMxchipIdentity({ uds, image, registrationId: serial }));
      return !identity.certificateDer.equals(der);
    })
    .map(({ serial }) => serial);
}

const serials = (rows: readonly ForecastRow[], verdict: ForecastRow['verdict']) =>
  rows.filter((row) => row.verdict === verdict).map(({ serial }) => serial);

describe('a forecast for a thousand units', () => {
  it.each([
    ['a byte of riot_core', symbol('__start_riot_core') + 5, ['riot-core']],
    ['a byte of riot_fw', symbol('__start_riot_fw') + 5, ['riot-fw']],
  ] as const)('%s stops what it made, and says why', async (_name, at, why) => {
    const files = changed(at);
    const rows = await forecast(files, null, [{ recipeHash: hashes['never-seen'], ...measureOf(old.image) }]);
    expect(rows).toHaveLength(1_000); // the certificate of another kind is none of them
    expect(serials(rows, 'stops')).toEqual(stopped(files));
    expect(serials(rows, 'stops')).toHaveLength(1_000);
    for (const row of rows.filter(({ recipe }) => recipe === 'known')) expect(row.why).toEqual(why);
    const foreign = rows.filter(({ recipe }) => recipe === 'other-image');
    for (const row of foreign) expect(row.why).toEqual(['riot-core', 'riot-fw']);
  });

  it('other bytes stop nothing that the old image made', async () => {
    const files = changed(0x3000);
    expect(files.bin.equals(old.bin)).toBe(false);
    const rows = await forecast(files, null, [{ recipeHash: hashes['never-seen'], ...measureOf(old.image) }]);
    expect(serials(rows, 'stops')).toEqual(stopped(files));
    expect(serials(rows, 'goes-on')).toHaveLength(900);
  });

  it('without the measure of a recipe says that it cannot tell, unless the FWID differs', async () => {
    const same = await forecast(changed(0x3000), 'never-seen');
    expect([same.length, serials(same, 'cannot-tell').length]).toEqual([100, 100]);
    const differs = await forecast(changed(symbol('__start_riot_fw') + 1), 'never-seen');
    expect(serials(differs, 'stops')).toHaveLength(100);
    // A changed core is in no certificate: it must not be called unchanged.
    const core = await forecast(changed(symbol('__start_riot_core') + 1), 'never-seen');
    expect(serials(core, 'cannot-tell')).toHaveLength(100);
  });

  it('is only of the recipe that was named, and refuses what is no image', async () => {
    expect(await forecast(changed(0x3000), 'other-image')).toHaveLength(100);
    const nothing = { bin: Buffer.alloc(10), map: Buffer.from('no map'), recipe: null, known: [], after: 0, limit: 1 };
    expect(await firmwareForecast(nothing, books.store)).toMatchObject({ problem: { code: 'map-symbol-missing' } });
  });
});
