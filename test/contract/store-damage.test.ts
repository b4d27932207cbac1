import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createBooks, createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { jobOf, newItem, passedWrites, testMoment, testOrigin, valueFrom } from '../doubles/books.ts';
import { openIdleStation } from '../doubles/idle-station.ts';

/* Database files that cannot be used: each is a problem that names the file, nothing is changed, nothing ends. */

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-damage-'));
  file = join(folder, 'station.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a file that cannot be used', () => {
  async function bigDatabase(): Promise<void> {
    valueFrom(prepareDatabase(file));
    const store = createStationStore({ file });
    const writes = Array.from({ length: 60 }, (_, number) => {
      const job = jobOf(`unit-${number}`);
      return passedWrites(job, newItem(job, { fingerprint: job.serial }));
    }).flat();
    valueFrom(await store.commit({ origin: testOrigin, at: testMoment, writes }));
    await store.close();
  }

  it('garbage is refused and left as it is', () => {
    const garbage = createHash('sha512').update('garbage').digest();
    writeFileSync(file, Buffer.concat(Array(200).fill(garbage)));
    const before = readFileSync(file);
    expect(prepareDatabase(file)).toMatchObject({ ok: false, problem: { code: 'database-damaged', facts: { file } } });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('an overwritten page in the middle is noticed, whichever it is, and never ends the process', async () => {
    await bigDatabase();
    const pageBytes = 4096;
    const pages = readFileSync(file).length / pageBytes;
    let refusedAtOnce = 0;
    for (let page = 1; page < pages; page += 6) {
      const damaged = join(folder, `damaged-${page}.db`);
      copyFileSync(file, damaged);
      const handle = openSync(damaged, 'r+');
      writeSync(handle, Buffer.alloc(pageBytes, 0x5a), 0, pageBytes, page * pageBytes);
      closeSync(handle);
      const prepared = prepareDatabase(damaged);
      if (!prepared.ok) {
        expect(prepared.problem.code).toBe('database-damaged');
        refusedAtOnce += 1;
        continue;
      }
      const books = createBooks({ file: damaged });
      const complaints = await books.integrity();
      await books.close();
      if (complaints.ok) expect({ page, complaints: complaints.value.length }).not.toEqual({ page, complaints: 0 });
      else expect(complaints.problem.code).toBe('database-damaged');
    }
    expect(refusedAtOnce).toBeGreaterThan(0);
  }, 120_000);

  it('a newer schema is refused, and the older version changes nothing', async () => {
    await bigDatabase();
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.from([0, 0, 0, 99]), 0, 4, 60); // "user version" of the SQLite file format
    closeSync(handle);
    expect(prepareDatabase(file)).toMatchObject({
      ok: false,
      problem: { code: 'database-newer', facts: { found: 99 } },
    });
    expect(readFileSync(file).readUInt32BE(60)).toBe(99);
  });

  it('a place where nothing can be written is named', async () => {
    const nowhere = join(folder, 'no-such-folder', 'station.db');
    expect(prepareDatabase(nowhere)).toMatchObject({
      ok: false,
      problem: { code: 'file-unwritable', facts: { file: nowhere } },
    });
    const inTheWay = join(folder, 'a-file');
    writeFileSync(inTheWay, '');
    expect(await openIdleStation(inTheWay, 'training', 'test')).toMatchObject({
      ok: false,
      problem: { code: 'file-unwritable', facts: { file: join(inTheWay, 'training') } },
    });
  });

  it('a job that is not whole in its row is a problem, never an exception', async () => {
    await bigDatabase();
    const bytes = readFileSync(file);
    // Same length, other word: every stored state now has a step that no version knows.
    const at = bytes.indexOf('"step":"done"');
    expect(at).toBeGreaterThan(0);
    const spoiled = Buffer.from(bytes.toString('latin1').replaceAll('"step":"done"', '"step":"gone"'), 'latin1');
    writeFileSync(file, spoiled);
    const store = createStationStore({ file });
    expect(await store.unit('unit-1')).toMatchObject({ ok: false, problem: { code: 'database-failed' } });
    expect(valueFrom(await store.counts()).jobs.passed).toBe(60);
    await store.close();
  });
});
