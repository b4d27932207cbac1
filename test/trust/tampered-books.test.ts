import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeExport } from '../../resources/audit/verify-audit.mjs';
import { exportAudit } from '../../src/main/adapters/sqlite/audit-export.ts';
import { createAuditReads } from '../../src/main/adapters/sqlite/audit-reads.ts';
import { seededFractions } from '../../src/main/cli/demo/seeded.ts';
import type { ChainAnchor } from '../../src/shared/audit.ts';
import { ok } from '../../src/shared/result.ts';
import { type AuditBooksFixture, booksOf, makeAuditBooks, openForTampering } from '../doubles/audit-books.ts';
import { valueFrom } from '../doubles/books.ts';

/*
 * Databases that somebody changed behind the station's back. Two verifiers that share no code judge each: the station's
 * own, on the database, and the one that stands alone, on an export of it. Both must name the first bad record.
 */

/** 30 units of three records each, a checkpoint behind every tenth unit, which is a record of its own. */
const records = 93;
const signed = [30, 61, 92];
const random = seededFractions(20261126);
const somewhere = Array.from({ length: 4 }, () => 1 + Math.floor(random() * records));
const positions = [...new Set([1, 2, 46, records - 1, records, ...somewhere])];

let books: AuditBooksFixture;
let others: AuditBooksFixture;
let copies = 0;
beforeAll(async () => {
  books = await makeAuditBooks(30, 'unit');
  others = await makeAuditBooks(30, 'other');
  expect(books.heads.size).toBe(records);
});
afterAll(() => {
  for (const { folder } of [books, others]) rmSync(folder, { recursive: true, force: true });
});

type Verdicts = { readonly own: number | null; readonly alone: number | null };

/** What both verifiers say of a database after `tamper`: the first bad record, or null. */
async function judged(
  tamper: (database: DatabaseSync) => void,
  {
    anchors = [],
    from = books.file,
    keys = books,
  }: { anchors?: ChainAnchor[]; from?: string; keys?: AuditBooksFixture } = {},
): Promise<Verdicts> {
  copies += 1;
  const file = join(books.folder, `copy-${copies}.db`);
  const database = openForTampering(from, file);
  tamper(database);
  const reads = createAuditReads(database);
  const own = reads.judgeChain(keys.publicKeys, anchors).bad;
  valueFrom(await exportAudit(booksOf(reads), keys.publicKeys, `${file}.ndjson`));
  database.close();
  const { bad } = await judgeExport({ file: `${file}.ndjson`, keyFile: keys.keyFile, anchors });
  for (const one of [file, `${file}.ndjson`]) rmSync(one);
  return { own: own?.seq ?? null, alone: bad?.seq ?? null };
}

const both = (seq: number | null): Verdicts => ({ own: seq, alone: seq });

const anchorAt = (seq: number): ChainAnchor => ({
  ...(books.heads.get(seq) as { seq: number; hash: string }),
  from: 'paper',
});

/** Changes one character of a text; what is null becomes a text. */
function flipped(value: unknown): string {
  const text = value === null ? 'x' : String(value);
  const at = Math.floor(random() * text.length);
  const other = text[at] === '0' ? '1' : '0';
  return value === null ? text : text.slice(0, at) + other + text.slice(at + 1);
}

function flip(database: DatabaseSync, table: string, column: string, seq: number): void {
  const before = database.prepare(`SELECT ${column} AS value FROM ${table} WHERE seq = ?`).get(seq)?.['value'];
  database.prepare(`UPDATE ${table} SET ${column} = ? WHERE seq = ?`).run(flipped(before), seq);
}

function shift(database: DatabaseSync, from: number, by: number): void {
  // Two steps, because no two records may bear one number on the way.
  database.exec(
    `UPDATE journal SET seq = -(seq + ${by}) WHERE seq >= ${from}; UPDATE journal SET seq = -seq WHERE seq < 0`,
  );
}

/** Makes the hashes fit again from a record on, as somebody would who knows the rule and not the key. */
function rechain(database: DatabaseSync, from: number): void {
  let previous = String(
    database.prepare('SELECT hash FROM journal WHERE seq = ?').get(from - 1)?.['hash'] ?? '0'.repeat(64),
  );
  for (const row of database.prepare('SELECT * FROM journal WHERE seq >= ? ORDER BY seq').all(from)) {
    const text = (name: string) => JSON.stringify(row[name]);
    const line = `{"actor":${text('actor')},"at":${text('at')},"data":${row['data']},"event":${text('event')},"jobId":${text('job_id')},"mode":${text('mode')},"serial":${text('serial')},"softwareVersion":${text('software_version')},"station":${text('station')}}`;
    const hash = createHash('sha256').update(`${previous}\n${line}`).digest('hex');
    database
      .prepare('UPDATE journal SET previous_hash = ?, hash = ? WHERE seq = ?')
      .run(previous, hash, Number(row['seq']));
    previous = hash;
  }
}

describe('books that nobody touched', () => {
  it('are good, by every anchor', async () => {
    expect(await judged(() => {})).toEqual(both(null));
    expect(await judged(() => {}, { anchors: [1, 46, records].map(anchorAt) })).toEqual(both(null));
  });

  it('protect themselves from a mistake of the station', () => {
    const kept = join(books.folder, 'kept.db');
    copyFileSync(books.file, kept);
    const database = new DatabaseSync(kept);
    for (const table of ['journal', 'checkpoint']) {
      expect(() => database.exec(`UPDATE ${table} SET hash = 'x'`)).toThrow(/append-only/);
      expect(() => database.exec(`DELETE FROM ${table}`)).toThrow(/append-only/);
    }
    database.close();
  });
});

describe('a flipped character', () => {
  const columns = [
    'at',
    'event',
    'job_id',
    'serial',
    'station',
    'actor',
    'mode',
    'software_version',
    'data',
    'previous_hash',
    'hash',
  ];
  it.each(columns)('in %s of any record names that record', async (column) => {
    for (const seq of positions) expect(await judged((db) => flip(db, 'journal', column, seq))).toEqual(both(seq));
  });

  it.each(['hash', 'at', 'station', 'key', 'signature'])(
    'in %s of a checkpoint names the record it signs',
    async (column) => {
      for (const seq of signed) expect(await judged((db) => flip(db, 'checkpoint', column, seq))).toEqual(both(seq));
    },
  );

  it('in the spelling of data, which no reader of JSON would see, is named', async () => {
    for (const seq of positions)
      expect(
        await judged((db) => db.exec(`UPDATE journal SET data = replace(data, ':', ': ') WHERE seq = ${seq}`)),
      ).toEqual(both(seq));
  });
});

describe('records that moved', () => {
  it('one that was dropped is named, whether those behind it were counted anew or not', async () => {
    for (const seq of positions.filter((one) => one < records - 1)) {
      expect(await judged((db) => db.exec(`DELETE FROM journal WHERE seq = ${seq}`))).toEqual(both(seq));
      const renumbered = await judged((db) => {
        db.exec(`DELETE FROM journal WHERE seq = ${seq}`);
        shift(db, seq + 1, -1);
      });
      expect(renumbered).toEqual(both(seq));
    }
  });

  it('one that was added names the first that cannot follow', async () => {
    for (const seq of positions.filter((one) => one < records)) {
      const copied = (db: DatabaseSync): void => {
        shift(db, seq + 1, 1);
        db.exec(
          `INSERT INTO journal SELECT ${seq + 1}, at, event, job_id, serial, station, actor, mode, software_version, data, previous_hash, hash, line, number FROM journal WHERE seq = ${seq}`,
        );
      };
      expect(await judged(copied)).toEqual(both(seq + 1));
      // One that was made to follow the record before it can only be seen by the next.
      const fitted = await judged((db) => {
        copied(db);
        const next = db.prepare('SELECT previous_hash, hash FROM journal WHERE seq = ?').get(seq + 2);
        rechain(db, seq + 1);
        for (const later of db.prepare('SELECT seq FROM journal WHERE seq > ?').all(seq + 1)) {
          const original = books.heads.get(Number(later['seq']) - 1);
          const before = books.heads.get(Number(later['seq']) - 2);
          db.prepare('UPDATE journal SET hash = ?, previous_hash = ? WHERE seq = ?').run(
            String(original?.hash),
            String(before?.hash ?? next?.['previous_hash']),
            Number(later['seq']),
          );
        }
      });
      // A copy of the record that tells of a checkpoint tells of one that is not there.
      expect([seq + 1, seq + 2]).toContain(fitted.own);
      expect(fitted.alone).toBe(fitted.own);
    }
  });

  it('two that changed places name the first of them', async () => {
    for (const seq of positions.filter((one) => one < records)) {
      const swapped = await judged((db) =>
        db.exec(
          `UPDATE journal SET seq = -1 WHERE seq = ${seq}; UPDATE journal SET seq = ${seq} WHERE seq = ${seq + 1}; UPDATE journal SET seq = ${seq + 1} WHERE seq = -1`,
        ),
      );
      expect(swapped).toEqual(both(seq));
    }
  });

  it('one that was put at the end names the place where it stood', async () => {
    for (const seq of positions.filter((one) => one < records)) {
      const moved = await judged((db) => {
        db.exec(`UPDATE journal SET seq = 0 WHERE seq = ${seq}`);
        shift(db, seq + 1, -1);
        db.exec(`UPDATE journal SET seq = ${records} WHERE seq = 0`);
      });
      expect(moved.own).toBe(seq);
      expect(moved.alone).toBe(seq);
    }
  });
});

describe('a chain that was made anew behind the change', () => {
  it('is found at the next checkpoint, which nobody can sign again', async () => {
    for (const seq of positions.filter((one) => one <= 92)) {
      const remade = await judged((db) => {
        db.exec(`UPDATE journal SET actor = 'somebody else' WHERE seq = ${seq}`);
        rechain(db, seq);
      });
      expect(remade).toEqual(both(signed.find((one) => one >= seq) ?? null));
    }
  });

  it('behind the newest checkpoint is found by an outside anchor alone', async () => {
    const remake = (db: DatabaseSync): void => {
      db.exec(`UPDATE journal SET actor = 'somebody else' WHERE seq = ${records}`);
      rechain(db, records);
    };
    expect(await judged(remake)).toEqual(both(null));
    expect(await judged(remake, { anchors: [anchorAt(records)] })).toEqual(both(records));
  });
});

describe('checkpoints', () => {
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const strangerPrint = createHash('sha256')
    .update(stranger.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');

  function forge(database: DatabaseSync, seq: number, print: string | null): void {
    const row = database.prepare('SELECT * FROM checkpoint WHERE seq = ?').get(seq);
    const text = `{"at":${JSON.stringify(row?.['at'])},"hash":${JSON.stringify(row?.['hash'])},"seq":${seq},"station":${JSON.stringify(row?.['station'])}}`;
    const signature = sign('sha256', Buffer.from(text), stranger.privateKey).toString('base64');
    database
      .prepare('UPDATE checkpoint SET signature = ?, key = COALESCE(?, key) WHERE seq = ?')
      .run(signature, print, seq);
  }

  it('that a stranger signed are named, under his own name and under the station’s', async () => {
    for (const seq of signed) {
      expect(await judged((db) => forge(db, seq, null))).toEqual(both(seq));
      expect(await judged((db) => forge(db, seq, strangerPrint))).toEqual(both(seq));
    }
  });

  it('that were dropped are missed by the record that tells of them', async () => {
    for (const seq of signed)
      expect(await judged((db) => db.exec(`DELETE FROM checkpoint WHERE seq = ${seq}`))).toEqual(both(seq + 1));
  });
});

describe('a tail that was dropped, and books that were replaced', () => {
  const cut =
    (after: number) =>
    (db: DatabaseSync): void =>
      db.exec(`DELETE FROM journal WHERE seq > ${after}; DELETE FROM checkpoint WHERE seq > ${after}`);

  it('a dropped tail is found up to the newest anchor, and no further', async () => {
    for (const after of [1, 29, 46, 91]) {
      expect(await judged(cut(after))).toEqual(both(null));
      expect(await judged(cut(after), { anchors: [anchorAt(after)] })).toEqual(both(null));
      expect(await judged(cut(after), { anchors: [anchorAt(after + 1)] })).toEqual(both(after + 1));
      expect(await judged(cut(after), { anchors: [anchorAt(1), anchorAt(records)] })).toEqual(both(after + 1));
    }
  });

  it('a checkpoint whose own record was cut off gives the cut away without an anchor', async () => {
    for (const seq of signed) expect(await judged(cut(seq))).toEqual(both(seq + 1));
  });

  it('an export that was begun before a checkpoint was signed takes no notice of it', async () => {
    const file = join(books.folder, 'working.db');
    const database = openForTampering(books.file, file);
    const reads = createAuditReads(database);
    const [, before = 0, newest = 0] = signed;
    const sooner = reads.auditPage(before - 1, 1).checkpoints[0] ?? null;
    expect(reads.newestCheckpoint()?.seq).toBe(newest);
    // The head and the newest checkpoint as they were a moment ago; the pages as they are now.
    const head = {
      ...(reads.auditHead() as NonNullable<ReturnType<typeof reads.auditHead>>),
      ...books.heads.get(newest),
    };
    const working = {
      ...booksOf(reads),
      auditHead: async () => ok(head),
      newestCheckpoint: async () => ok(sooner),
    };
    const exported = valueFrom(await exportAudit(working, books.publicKeys, `${file}.ndjson`));
    database.close();
    expect(exported).toMatchObject({ records: newest, checkpoints: 2 });
    const { bad } = await judgeExport({ file: `${file}.ndjson`, keyFile: books.keyFile, anchors: [] });
    expect(bad).toBeNull();
  });

  it('other books are found by the station’s key, and by an anchor even under their own', async () => {
    expect(await judged(() => {}, { from: others.file })).toEqual(both(30));
    expect(await judged(() => {}, { from: others.file, keys: others })).toEqual(both(null));
    for (const seq of positions)
      expect(await judged(() => {}, { from: others.file, keys: others, anchors: [anchorAt(seq)] })).toEqual(both(seq));
  });
});
