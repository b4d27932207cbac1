import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { judgeExport } from '../../resources/audit/verify-audit.mjs';
import { systemSigningKeys } from '../../src/main/adapters/system/signing-keys.ts';
import { trustTools } from '../../src/main/compose-audit.ts';
import type { VaultProblem } from '../../src/main/ports/vault.ts';
import { createCheckpoints } from '../../src/main/station/audit/checkpoints.ts';
import { createStationSigner } from '../../src/main/station/audit/station-signer.ts';
import { anchorFrom } from '../../src/shared/audit.ts';
import { problem } from '../../src/shared/problem.ts';
import { fail, ok } from '../../src/shared/result.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { closeTestBooks, openTestBooks, testMoment, testOrigin, valueFrom } from '../doubles/books.ts';
import { manualClock } from '../doubles/clock.ts';
import { openStationBench, type StationBench } from '../doubles/station-bench.ts';
import { type DpsBench, startDpsBench } from '../interop/dps-bench.ts';

/* Records of a station at work: heads that DPS keeps, checkpoints, and what is found when the books are cut short. */

let dps: DpsBench;
let bench: StationBench | null = null;
const folders: string[] = [];
beforeAll(async () => {
  dps = await startDpsBench();
});
afterAll(() => dps.close());
afterEach(async () => {
  await bench?.close();
  bench = null;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const settings = settingsSchema.parse({ mode: 'training' });

/** A copy of a station's folder, as somebody would carry it away or put it back later. */
function copyOf(folder: string, backup: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'audit-trail-'));
  folders.push(copy);
  mkdirSync(join(copy, 'training'));
  copyFileSync(backup, join(copy, 'training', 'station.db'));
  for (const name of ['station-key.pem', 'mirror.db', 'mirror.db-wal'])
    copyFileSync(join(folder, name), join(copy, 'training', name));
  return copy;
}

describe('a station at work', () => {
  it('leaves the head of its chain in DPS, by which a dropped tail is found', async () => {
    bench = await openStationBench(dps, {
      recipe: (recipe) => ({
        ...recipe,
        enrollment: { ...recipe.enrollment, optionalDeviceInformation: { lot: 'W47' } },
      }),
    });
    bench.operate();
    const station = bench.station();
    for (const serial of ['SN1', 'SN2']) {
      const board = await bench.makeBoard();
      expect(await bench.work(board, `${serial};${board.mac}`)).toMatchObject({ verdict: { outcome: 'passed' } });
      await station.settled();
    }
    const lines = valueFrom(await station.books.listJournal({ after: 0, limit: 1_000 })).rows;
    // As the service tells it.
    valueFrom(await station.enrollments.refresh('default'));
    const filter = { instance: 'default', kind: 'individual' } as const;
    const entries = valueFrom(await station.enrollments.records(filter, '', 100));
    const heads = entries.map(({ record }) => {
      const told: Record<string, unknown> = JSON.parse(record).optionalDeviceInformation;
      expect(told).toMatchObject({ lot: 'W47', auditStation: 'station-1' });
      const anchor = anchorFrom(String(told['auditHead']), 'DPS');
      expect(lines.find((line) => line.seq === anchor?.seq)?.hash).toBe(anchor?.hash);
      return anchor?.seq ?? 0;
    });
    expect(heads).toHaveLength(2);

    const checkpoint = valueFrom(await station.trust.checkpoint('lead-1'));
    const backup = valueFrom(await station.trust.backUp('lead-1'));
    const state = valueFrom(await station.trust.state());
    expect(state.newestCheckpoint?.seq).toBe(checkpoint?.seq);
    expect(state.newestAnchor?.seq).toBe(Math.max(...heads));
    expect(state.backups.map((one) => one.file)).toContain(backup.file);

    // Beside the owner.
    const place = { dataFolder: join(bench.folder, 'data'), settings };
    const whole = valueFrom(await trustTools.verify(place, { anchors: [], keyFile: null }));
    expect(whole).toMatchObject({ fromMirror: 2, keys: 1, verdict: { bad: null, newestAnchor: Math.max(...heads) } });
    const out = join(bench.folder, 'audit.ndjson');
    valueFrom(await trustTools.exportTo(place, out));
    expect(
      await judgeExport({ file: out, keyFile: join(station.folder, 'station-key.pem'), anchors: [] }),
    ).toMatchObject({ bad: null });
    expect(readFileSync(out, 'utf8')).not.toContain('PRIVATE');

    // Somebody cuts the second unit out, with its checkpoints: the books are one chain again, and DPS knows better.
    const cut = copyOf(station.folder, backup.file);
    const database = new DatabaseSync(join(cut, 'training', 'station.db'));
    const keep = Math.min(...heads);
    database.exec(
      'DROP TRIGGER journal_keeps_from_delete; DROP TRIGGER checkpoint_keeps_from_delete; PRAGMA foreign_keys = OFF',
    );
    database.exec(`DELETE FROM checkpoint WHERE seq >= ${keep}; DELETE FROM journal WHERE seq > ${keep}`);
    database.close();
    const found = valueFrom(await trustTools.verify({ dataFolder: cut, settings }, { anchors: [], keyFile: null }));
    expect(found?.verdict.bad).toMatchObject({ seq: keep + 1, fault: 'tail' });
    // A station of another name shares the instance: its heads are none of this one's business.
    const other = { ...settings, station: 'station-2' };
    const blind = valueFrom(
      await trustTools.verify({ dataFolder: cut, settings: other }, { anchors: [], keyFile: null }),
    );
    expect(blind).toMatchObject({ fromMirror: 0, verdict: { bad: null } });
  }, 120_000);
});

describe('checkpoints', () => {
  it('wait while the vault is locked, say so, hold up nothing, and come when it is open', async () => {
    const books = openTestBooks();
    let trouble: VaultProblem | null = problem('vault-locked');
    let kept: Buffer | null = null;
    const signer = createStationSigner({
      vault: {
        get: async () => {
          if (trouble !== null) return fail(trouble);
          return kept === null ? fail(problem('secret-not-found', { name: 'x' })) : ok(Buffer.from(kept));
        },
        set: async (_, secret) => {
          kept = Buffer.from(secret);
          return ok(undefined);
        },
      },
      keys: systemSigningKeys,
      publicKeys: { read: () => ok([]), add: () => ok(undefined) },
    });
    const made = createCheckpoints({
      store: books.store,
      signer,
      clock: manualClock(),
      origin: testOrigin,
      onChange: () => {},
    });
    const note = () =>
      books.store.commit({
        origin: testOrigin,
        at: testMoment,
        writes: [{ write: 'noted', event: 'a', serial: null, facts: {} }],
      });
    valueFrom(await note());
    made.added(1);
    expect(await made.mark()).toMatchObject({ ok: false, problem: { code: 'vault-locked' } });
    expect(made.trouble()).toMatchObject({ code: 'checkpoint-waits', facts: { records: 1, cause: 'vault-locked' } });
    valueFrom(await note());
    trouble = null;
    expect(valueFrom(await made.mark('lead-1'))).toMatchObject({ seq: 2, station: testOrigin.station });
    expect(made.trouble()).toBeNull();
    // Nothing new: nothing to sign, however often it is asked for.
    expect([valueFrom(await made.mark()), valueFrom(await made.mark())]).toEqual([null, null]);
    const publicKey = valueFrom(await signer.publicKeyPem());
    expect(valueFrom(await books.store.judgeChain([publicKey], []))).toMatchObject({
      records: 3,
      newestCheckpoint: 2,
      bad: null,
    });
    await closeTestBooks(books);
  });

  it('are due after so many records', () => {
    const made = createCheckpoints({
      store: { auditHead: async () => ok(null), commit: async () => ok(undefined) },
      signer: {
        publicKeyPem: async () => fail(problem('vault-locked')),
        sign: async () => fail(problem('vault-locked')),
      },
      clock: manualClock(),
      origin: testOrigin,
      onChange: () => {},
    });
    const due = Array.from({ length: 134 }, () => made.added(3));
    // 200 records, and again at 400: a vault that refused is not asked with every record.
    expect(due.flatMap((one, index) => (one ? [(index + 1) * 3] : []))).toEqual([201, 402]);
  });
});
