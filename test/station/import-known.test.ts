import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/main/identity/fingerprint.ts';
import { loadKnown } from '../../src/main/station/import/known-units.ts';
import {
  closeTestBooks,
  enrollmentOf,
  jobOf,
  newItem,
  openTestBooks,
  passedWrites,
  type TestBooks,
  testMoment,
  testOrigin,
  valueFrom,
} from '../doubles/books.ts';
import { csvOf, endorsementKeyOf } from '../doubles/import-devices.ts';
import { type ImportRig, openImportRig } from '../doubles/import-rig.ts';

/* What the station itself enrolled before is not imported under the same id, nor under another one. */

let books: TestBooks;
let rig: ImportRig;
beforeEach(async () => {
  books = openTestBooks();
  rig = await openImportRig();
});
afterEach(async () => {
  await rig.close();
  await closeTestBooks(books);
});

it('refuses ids and keys that the books hold for this instance, and no others', async () => {
  const endorsementKey = endorsementKeyOf(1);
  const fingerprint = fingerprintOf(Buffer.from(endorsementKey, 'base64'));
  const job = jobOf('SN1');
  const enrollment = {
    ...enrollmentOf('unit-1', ''),
    attestation: { type: 'tpm' as const, tpm: { endorsementKey } },
  };
  const item = newItem(job, { registrationId: 'unit-1', enrollment, fingerprint });
  valueFrom(
    await books.store.commit({ origin: testOrigin, at: testMoment, writes: passedWrites(job, item, fingerprint) }),
  );
  const path = rig.file(
    'devices.csv',
    csvOf([
      { registrationId: 'UNIT-1', endorsementKey: endorsementKeyOf(2) },
      { registrationId: 'unit-3', endorsementKey },
      { registrationId: 'unit-4', endorsementKey: endorsementKeyOf(4) },
    ]),
  );
  const causes = async (instance: string) => {
    const known = valueFrom(await loadKnown(books.store, instance));
    const run = await rig.run(path, { known, skipBad: true, instance });
    return run.checks.map(({ row, findings }) => [
      row,
      findings.find(({ weight }) => weight === 'refusal')?.problem ?? null,
    ]);
  };
  const before = (what: string) => ({ code: 'import-known-already', facts: { what } });
  expect(await causes('default')).toEqual([
    [2, before('registration id')],
    [3, before('endorsement key')],
    [4, null],
  ]);
  expect(rig.bench.simulator.book().map(({ registrationId }) => registrationId)).toEqual(['unit-4']);
  expect(await causes('elsewhere')).toEqual([
    [2, null],
    [3, null],
    [4, null],
  ]);
});
