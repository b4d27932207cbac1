import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { publicKeyFile } from '../../src/main/adapters/files/public-key-file.ts';
import { exportAudit } from '../../src/main/adapters/sqlite/audit-export.ts';
import type { createAuditReads } from '../../src/main/adapters/sqlite/audit-reads.ts';
import { prepareDatabase } from '../../src/main/adapters/sqlite/prepare.ts';
import { createBooks, createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { systemSigningKeys } from '../../src/main/adapters/system/signing-keys.ts';
import { createFileVault } from '../../src/main/adapters/vault/file-vault.ts';
import type { AuditBooks } from '../../src/main/ports/audit-books.ts';
import { createCheckpoints } from '../../src/main/station/audit/checkpoints.ts';
import { createStationSigner } from '../../src/main/station/audit/station-signer.ts';
import type { ChainHead } from '../../src/shared/audit.ts';
import { ok } from '../../src/shared/result.ts';
import { jobOf, newItem, passedWrites, testMoment, testOrigin, valueFrom } from './books.ts';
import { manualClock } from './clock.ts';

/** Real books with a signed chain, and their export. */
export type AuditBooksFixture = {
  readonly folder: string;
  readonly file: string;
  readonly exported: string;
  readonly keyFile: string;
  readonly publicKeys: readonly string[];
  /** Heads by record. */
  readonly heads: ReadonlyMap<number, ChainHead>;
};

/** Makes books of so many units with a checkpoint behind every tenth; `name` tells one set of books from another. */
export async function makeAuditBooks(units: number, name: string): Promise<AuditBooksFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'audit-books-'));
  const file = join(folder, 'station.db');
  valueFrom(prepareDatabase(file));
  const store = createStationStore({ file });
  const keyFile = join(folder, 'station-key.pem');
  const publicKeys = publicKeyFile(keyFile);
  const vault = createFileVault(join(folder, 'vault.json'));
  const signer = createStationSigner({ vault, keys: systemSigningKeys, publicKeys });
  const checkpoints = createCheckpoints({
    store,
    signer,
    clock: manualClock(),
    origin: testOrigin,
    onChange: () => {},
  });
  for (let number = 1; number <= units; number += 1) {
    const job = jobOf(`${name}-${number}`);
    const writes = passedWrites(job, newItem(job, { fingerprint: `${name}-${number}` }));
    valueFrom(await store.commit({ origin: testOrigin, at: testMoment, writes }));
    if (number % 10 === 0) valueFrom(await checkpoints.mark());
  }
  await store.close();
  const exported = join(folder, 'audit.ndjson');
  const keys = valueFrom(publicKeys.read());
  const books = createBooks({ file });
  valueFrom(await exportAudit(books, keys, exported));
  await books.close();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const rows = database.prepare('SELECT seq, hash FROM journal').all();
  database.close();
  const heads = new Map(rows.map(({ seq, hash }) => [Number(seq), { seq: Number(seq), hash: String(hash) }]));
  return { folder, file, exported, keyFile, publicKeys: keys, heads };
}

/** A copy of a database in which everything may be changed: without the triggers that protect it. */
export function openForTampering(from: string, to: string): DatabaseSync {
  copyFileSync(from, to);
  const database = new DatabaseSync(to);
  database.exec('PRAGMA foreign_keys = OFF');
  for (const row of database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).all())
    database.exec(`DROP TRIGGER ${String(row['name'])}`);
  return database;
}

/** Reads of a database in this very thread, as an export asks for them. */
export function booksOf(reads: ReturnType<typeof createAuditReads>): AuditBooks {
  return {
    auditHead: async () => ok(reads.auditHead()),
    newestCheckpoint: async () => ok(reads.newestCheckpoint()),
    newestDelivered: async () => ok(reads.newestDelivered()),
    auditPage: async (after, limit) => ok(reads.auditPage(after, limit)),
    judgeChain: async (publicKeys, anchors) => ok(reads.judgeChain(publicKeys, anchors)),
  };
}
