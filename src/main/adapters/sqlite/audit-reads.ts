import type { ChainAnchor, ChainVerdict, Checkpoint } from '../../../shared/audit.ts';
import { canonicalJson } from '../../../shared/canonical-json.ts';
import { type ChainRecord, checkpointEvent, createChainJudge } from '../../identity/audit-chain.ts';
import type { AuditPage, JournalHead } from '../../ports/audit-books.ts';
import type { Database } from './database.ts';
import type { Row } from './rows.ts';

/** Columns that are no part of what a record's hash covers. */
const outside = new Set(['seq', 'previous_hash', 'hash']);
/** Columns that are null in a line; every other column that is null is a member that the line does not have. */
const nullable = new Set(['job_id', 'serial']);

/** Reads of the audit chain, all of it: records, checkpoints, verdict. */
export function createAuditReads(database: Database) {
  const checkpoints = (from: number, to: number): Checkpoint[] =>
    database
      .prepare('SELECT seq, hash, at, station, key, signature FROM checkpoint WHERE seq >= ? AND seq <= ? ORDER BY seq')
      .all(from, to)
      .map(checkpointFrom);

  return {
    auditHead: (): JournalHead | null => {
      const row = database.prepare('SELECT seq, hash, at, event FROM journal ORDER BY seq DESC LIMIT 1').get();
      if (row === undefined) return null;
      const { seq, hash, at, event } = row;
      return { seq: Number(seq), hash: String(hash), at: String(at), event: String(event) };
    },
    newestCheckpoint: (): Checkpoint | null => {
      const row = database.prepare('SELECT * FROM checkpoint ORDER BY seq DESC LIMIT 1').get();
      return row === undefined ? null : checkpointFrom(row);
    },
    /** The enrollment of the newest item that an instance is known to hold (JSON), or null. */
    newestDelivered: (): unknown => {
      const rows = (['delivered', 'proved'] as const).map((view) =>
        database.prepare('SELECT id, enrollment FROM outbox WHERE view = ? ORDER BY id DESC LIMIT 1').get(view),
      );
      const newest = rows.sort((a, b) => Number(b?.['id'] ?? 0) - Number(a?.['id'] ?? 0))[0];
      return newest === undefined ? null : JSON.parse(String(newest['enrollment']));
    },
    auditPage: (after: number, limit: number): AuditPage => {
      const rows = database.prepare('SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?').all(after, limit);
      const last = rows.length < limit ? null : Number(rows.at(-1)?.['seq']);
      return {
        records: rows.map(chainRecordFrom),
        checkpoints: checkpoints(after + 1, last ?? Number.MAX_SAFE_INTEGER),
        next: last,
      };
    },
    /** Reads every record: seconds for a million of them. */
    judgeChain: (publicKeys: readonly string[] | null, anchors: readonly ChainAnchor[]): ChainVerdict => {
      database.exec('BEGIN');
      try {
        return judgeAll(database, publicKeys, anchors);
      } finally {
        database.exec('COMMIT');
      }
    },
  };
}

/** A checkpoint as it stands: whoever judges it must see what is wrong with it. */
function checkpointFrom(row: Row): Checkpoint {
  const text = (name: string): string => String(row[name]);
  const [hash, at, station, key, signature] = ['hash', 'at', 'station', 'key', 'signature'].map(text) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { seq: Number(row['seq']), hash, at, station, key, signature };
}

/** Judges the chain of a database, inside a transaction of the caller's or alone, as it stands now; a row that nobody here would have written is a fault, not an error. */
export function judgeAll(
  database: Database,
  publicKeys: readonly string[] | null,
  anchors: readonly ChainAnchor[],
): ChainVerdict {
  const judge = createChainJudge(publicKeys, anchors);
  // Books of an older version have no such table.
  const has = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'checkpoint'`).get() !== undefined;
  const marks = has ? database.prepare('SELECT * FROM checkpoint ORDER BY seq').all() : [];
  let at = 0;
  const feed = (upTo: number): void => {
    for (let row = marks[at]; row !== undefined && Number(row['seq']) <= upTo; row = marks[++at]) {
      judge.checkpoint(checkpointFrom(row));
    }
  };
  for (const row of database.prepare('SELECT * FROM journal ORDER BY seq').iterate()) {
    judge.record(chainRecordFrom(row));
    feed(Number(row['seq']));
  }
  feed(Number.MAX_SAFE_INTEGER);
  return judge.verdict();
}

/** A record from its row. Written for columns that are still to come: whatever the journal holds is part of the line. */
function chainRecordFrom(row: Row): ChainRecord {
  const members: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    if (outside.has(column) || (value === null && !nullable.has(column))) continue;
    members[column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
  const data = String(row['data']);
  const parsed = parsedCanonical(data);
  const spelt = parsed === undefined ? null : canonicalJson({ ...members, data: parsed });
  return {
    seq: Number(row['seq']),
    lineText: spelt,
    previousHash: String(row['previous_hash']),
    hash: String(row['hash']),
    checkpointText: row['event'] === checkpointEvent ? data : null,
  };
}

/** The value of a canonical text; undefined for any other text. */
function parsedCanonical(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
