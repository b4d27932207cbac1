import { type LotMember, type LotView, lotSchema, samplePlanSchema } from '../../../shared/lot.ts';
import {
  type Verdict,
  type Verification,
  type VerificationRow,
  verificationRowSchema,
  verificationSchema,
} from '../../../shared/verification.ts';
import type { ListPage, Stretch } from '../../ports/book-lists.ts';
import type { ChainedLine, VerificationFilter } from '../../ports/verification-books.ts';
import type { Database } from './database.ts';
import type { Row } from './rows.ts';

type Value = string | number | null;

/** What a unit came to in its lot: bad once is bad, else good once is good; a row of the newest that says so. */
const members = `
  SELECT lot_member.lot, lot_member.serial, decided.id, decided.verdict, decided.finished_at, decided.actor
  FROM lot_member LEFT JOIN verification AS decided ON decided.row = (
    SELECT row FROM verification
    WHERE verification.lot = lot_member.lot AND verification.serial = lot_member.serial AND step = 'done'
    ORDER BY CASE verdict WHEN 'fail' THEN 0 WHEN 'pass' THEN 1 ELSE 2 END, row DESC LIMIT 1)`;

/** Reads of verifications and lots. Counts of lots follow from the verifications and are kept nowhere. */
export function createVerificationReads(database: Database) {
  const all = (sql: string, ...values: Value[]): Row[] => database.prepare(sql).all(...values);
  const count = (sql: string, ...values: Value[]): number => Number(all(sql, ...values)[0]?.['count'] ?? 0);
  const first = <T>(rows: readonly T[]): T | null => rows[0] ?? null;

  function listVerifications({ before, skip, limit }: Stretch, filter: VerificationFilter): ListPage<VerificationRow> {
    const conditions = (Object.entries(filter) as [keyof VerificationFilter, string | null][]).filter(
      (one): one is [keyof VerificationFilter, string] => one[1] !== null,
    );
    const where = ['TRUE', ...conditions.map(([column]) => `${column} = ?`)].join(' AND ');
    const values = conditions.map(([, value]) => value);
    const rows = all(
      `SELECT row, id, serial, slot, lot, ask, step, verdict, actor, mode, started_at, finished_at FROM verification
       WHERE ${where} AND row < ? ORDER BY row DESC LIMIT ? OFFSET ?`,
      ...values,
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
      skip,
    ).map(rowFrom);
    return pageOf(rows, limit, count(`SELECT COUNT(*) AS count FROM verification WHERE ${where}`, ...values));
  }

  function lotFrom(row: Row): LotView {
    const plan = samplePlanSchema.parse(JSON.parse(String(row['plan'])));
    const lot = lotSchema.parse({
      id: row['id'],
      name: row['name'],
      size: row['size'],
      plan,
      closed: row['closed'],
      origin: originOf(row),
      openedAt: row['opened_at'],
      closedAt: row['closed_at'],
      closedBy: row['closed_by'],
    });
    const counted = all(
      `SELECT verdict, COUNT(*) AS count FROM (${members} WHERE lot_member.lot = ?) GROUP BY verdict`,
      lot.id,
    );
    const of = (verdict: Verdict): number => Number(counted.find((one) => one['verdict'] === verdict)?.['count'] ?? 0);
    const total = counted.reduce((sum, one) => sum + Number(one['count']), 0);
    const tally = { members: total, passed: of('pass'), failed: of('fail'), cannotTell: of('cannot-tell') };
    // Verdict and rest are the domain's to say; whoever asks for a lot fills them in.
    return { row: Number(row['row']), lot, count: { ...tally, left: 0 }, verdict: 'open' };
  }

  return {
    verification: (id: string): Verification | null =>
      first(all('SELECT * FROM verification WHERE id = ?', id).map(verificationFrom)),
    runningVerifications: (): Verification[] =>
      all(`SELECT * FROM verification WHERE step <> 'done' ORDER BY row DESC`).map(verificationFrom),
    lastVerifications: (serial: string | null, limit: number): Verification[] =>
      all(
        `SELECT * FROM verification WHERE step = 'done' AND (?1 IS NULL OR serial = ?1) ORDER BY row DESC LIMIT ?2`,
        serial,
        limit,
      ).map(verificationFrom),
    listVerifications,
    unitJournal: (serial: string): ChainedLine[] =>
      all(
        `SELECT line.*, (SELECT hash FROM journal WHERE seq < line.seq ORDER BY seq DESC LIMIT 1) AS hash_before
         FROM journal AS line WHERE serial = ?1 OR job_id IN (SELECT id FROM job WHERE serial = ?1) ORDER BY seq`,
        serial,
      ).map(chainedFrom),
    lot: (id: string): LotView | null => first(all('SELECT * FROM lot WHERE id = ?', id).map(lotFrom)),
    openLot: (): LotView | null =>
      first(all('SELECT * FROM lot WHERE closed IS NULL ORDER BY row DESC LIMIT 1').map(lotFrom)),
    listLots: ({ before, skip, limit }: Stretch): ListPage<LotView> => {
      const rows = all(
        'SELECT * FROM lot WHERE row < ? ORDER BY row DESC LIMIT ? OFFSET ?',
        before ?? Number.MAX_SAFE_INTEGER,
        limit + 1,
        skip,
      ).map(lotFrom);
      return pageOf(rows, limit, count('SELECT COUNT(*) AS count FROM lot'));
    },
    lotMembers: (id: string): LotMember[] =>
      all(`${members} WHERE lot_member.lot = ? ORDER BY lot_member.serial`, id).map((row) => ({
        serial: String(row['serial']),
        verdict: (row['verdict'] ?? null) as Verdict | null,
        verification: row['id'] === null ? null : String(row['id']),
        finishedAt: row['finished_at'] === null ? null : String(row['finished_at']),
        actor: row['actor'] === null ? null : String(row['actor']),
      })),
  };
}

function pageOf<T extends { readonly row: number }>(rows: T[], limit: number, total: number): ListPage<T> {
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit ? (page.at(-1)?.row ?? null) : null, total };
}

function originOf(row: Row) {
  return {
    station: row['station'],
    actor: row['actor'],
    mode: row['mode'],
    softwareVersion: row['software_version'],
  };
}

function verificationFrom(row: Row): Verification {
  return verificationSchema.parse({
    id: row['id'],
    serial: row['serial'],
    slot: row['slot'],
    lot: row['lot'],
    jobId: row['job_id'],
    ask: row['ask'],
    state: JSON.parse(String(row['state'])),
    origin: originOf(row),
    startedAt: row['started_at'],
    finishedAt: row['finished_at'],
  });
}

function rowFrom(row: Row): VerificationRow {
  const { started_at: startedAt, finished_at: finishedAt, ...rest } = row;
  return verificationRowSchema.parse({ ...rest, startedAt, finishedAt });
}

function chainedFrom(row: Row): ChainedLine {
  return {
    seq: Number(row['seq']),
    line: {
      at: row['at'],
      event: row['event'],
      jobId: row['job_id'],
      serial: row['serial'],
      ...originOf(row),
      // Lines of before there were any have none, and their hash covers none.
      ...(row['line'] === null ? {} : { line: row['line'] }),
      ...(row['number'] === null ? {} : { number: row['number'] }),
      data: JSON.parse(String(row['data'])) as unknown,
    },
    previousHash: String(row['previous_hash']),
    hash: String(row['hash']),
    hashBefore: row['hash_before'] === null ? null : String(row['hash_before']),
  };
}
