import type { EntryFilter, EntryPage, EntryRow, KnownRegistration } from '../../../shared/enrollment-list.ts';
import type { MirrorAge, MirrorEntry } from '../../ports/enrollment-mirror.ts';
import type { Database } from './database.ts';
import type { Row } from './rows.ts';

type Value = string | number | null;

/**
 * Tables of the mirror. `find` holds the searched texts in lower case, one per line; registration states stay when an
 * entry is read again, because a query does not tell them.
 */
const schema = `
  CREATE TABLE IF NOT EXISTS entry (
    instance TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    attestation TEXT NOT NULL,
    device_id TEXT,
    enabled INTEGER NOT NULL,
    credential TEXT,
    created_at TEXT,
    updated_at TEXT,
    etag TEXT,
    record TEXT NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (instance, kind, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS narrow (
    instance TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    attestation TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    find TEXT NOT NULL,
    status TEXT,
    PRIMARY KEY (instance, kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS registration (
    instance TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    assigned_hub TEXT,
    device_id TEXT,
    updated_at TEXT,
    asked_at TEXT NOT NULL,
    PRIMARY KEY (instance, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS refresh (
    instance TEXT PRIMARY KEY,
    run INTEGER NOT NULL,
    refreshed_at TEXT
  ) STRICT;
`;

/** The mirror on an open database: everything in one thread, each call in a transaction of its own. */
export function openMirrorTables(database: Database) {
  database.exec(schema);
  const all = (sql: string, ...values: Value[]): Row[] => database.prepare(sql).all(...values);
  const run = (sql: string, ...values: Value[]): void => void database.prepare(sql).run(...values);
  const number = (sql: string, ...values: Value[]): number =>
    Number(Object.values(database.prepare(sql).get(...values) ?? {})[0] ?? 0);
  const upsert = database.prepare(
    `INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET attestation = excluded.attestation, device_id = excluded.device_id,
       enabled = excluded.enabled, credential = excluded.credential, created_at = excluded.created_at,
       updated_at = excluded.updated_at, etag = excluded.etag, record = excluded.record, run = excluded.run`,
  );
  const upsertNarrow = database.prepare(
    `INSERT INTO narrow VALUES (?, ?, ?, ?, ?, ?, (SELECT status FROM registration WHERE instance = ?1 AND id = ?3))
     ON CONFLICT DO UPDATE SET attestation = excluded.attestation, enabled = excluded.enabled, find = excluded.find`,
  );

  function together<T>(task: () => T): T {
    database.exec('BEGIN IMMEDIATE');
    try {
      const done = task();
      database.exec('COMMIT');
      return done;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function write(instance: string, runNumber: number, one: MirrorEntry): void {
    const { kind, id, attestation, deviceId, credential } = one;
    const enabled = one.enabled ? 1 : 0;
    const times = [one.createdAt, one.updatedAt] as const;
    upsert.run(
      instance,
      kind,
      id,
      attestation,
      deviceId,
      enabled,
      credential,
      ...times,
      one.etag,
      one.record,
      runNumber,
    );
    const find = [id, deviceId ?? '', credential ?? ''].join('\n').toLowerCase();
    upsertNarrow.run(instance, kind, id, attestation, enabled, find);
  }

  function whereOf(filter: EntryFilter): { readonly sql: string; readonly values: Value[] } {
    const parts = ['instance = ?', 'kind = ?'];
    const values: Value[] = [filter.instance, filter.kind];
    const add = (part: string, ...more: Value[]): void => {
      parts.push(part);
      values.push(...more);
    };
    if (filter.search !== undefined && filter.search !== '') add('instr(find, ?) > 0', filter.search.toLowerCase());
    if (filter.enabled !== undefined) add('enabled = ?', filter.enabled ? 1 : 0);
    if (filter.attestation !== undefined) add('attestation = ?', filter.attestation);
    if (filter.registration === 'unknown') add('status IS NULL');
    else if (filter.registration !== undefined) add('status = ?', filter.registration);
    return { sql: parts.join(' AND '), values };
  }

  return {
    begin: (instance: string): number =>
      together(() => {
        const next = number('SELECT run FROM refresh WHERE instance = ?', instance) + 1;
        run('INSERT INTO refresh VALUES (?, ?, NULL) ON CONFLICT DO UPDATE SET run = excluded.run', instance, next);
        return next;
      }),
    keep: (instance: string, runNumber: number, entries: readonly MirrorEntry[]): void =>
      together(() => {
        for (const one of entries) write(instance, runNumber, one);
      }),
    end: (instance: string, runNumber: number, at: string): void =>
      together(() => {
        run('DELETE FROM entry WHERE instance = ? AND run < ?', instance, runNumber);
        run(
          `DELETE FROM narrow WHERE instance = ? AND NOT EXISTS (SELECT 1 FROM entry
             WHERE entry.instance = narrow.instance AND entry.kind = narrow.kind AND entry.id = narrow.id)`,
          instance,
        );
        run(
          `DELETE FROM registration WHERE instance = ? AND NOT EXISTS (SELECT 1 FROM entry
             WHERE entry.instance = registration.instance AND kind = 'individual' AND entry.id = registration.id)`,
          instance,
        );
        run('UPDATE refresh SET refreshed_at = ? WHERE instance = ?', at, instance);
      }),
    put: (instance: string, entry: MirrorEntry): void =>
      together(() => write(instance, number('SELECT run FROM refresh WHERE instance = ?', instance), entry)),
    drop: (instance: string, kind: string, id: string): void =>
      together(() => {
        run('DELETE FROM entry WHERE instance = ? AND kind = ? AND id = ?', instance, kind, id);
        run('DELETE FROM narrow WHERE instance = ? AND kind = ? AND id = ?', instance, kind, id);
        if (kind === 'individual') run('DELETE FROM registration WHERE instance = ? AND id = ?', instance, id);
      }),
    knowRegistration: (instance: string, id: string, known: KnownRegistration): void =>
      together(() => {
        run(
          `INSERT INTO registration VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET status = excluded.status,
             assigned_hub = excluded.assigned_hub, device_id = excluded.device_id, updated_at = excluded.updated_at,
             asked_at = excluded.asked_at`,
          ...[instance, id, known.status, known.assignedHub, known.deviceId, known.updatedAt, known.askedAt],
        );
        run(
          `UPDATE narrow SET status = ? WHERE instance = ? AND kind = 'individual' AND id = ?`,
          known.status,
          instance,
          id,
        );
      }),
    age: (instance: string): MirrorAge => ({
      refreshedAt: textOrNull(
        all('SELECT refreshed_at FROM refresh WHERE instance = ?', instance)[0]?.['refreshed_at'],
      ),
      individuals: number(`SELECT COUNT(*) FROM narrow WHERE instance = ? AND kind = 'individual'`, instance),
      groups: number(`SELECT COUNT(*) FROM narrow WHERE instance = ? AND kind = 'group'`, instance),
    }),
    list: (filter: EntryFilter, stretch: { readonly skip: number; readonly limit: number }): EntryPage => {
      const { sql, values } = whereOf(filter);
      const sums = database
        .prepare(`SELECT COUNT(*) AS total, COUNT(status) AS known FROM narrow WHERE ${sql}`)
        .get(...values);
      const total = Number(sums?.['total'] ?? 0);
      // The sums have looked at everything: no more rows are looked for than there are.
      const limit = Math.max(0, Math.min(stretch.limit, total - stretch.skip));
      const ids = all(
        `SELECT id FROM narrow WHERE ${sql} ORDER BY id LIMIT ? OFFSET ?`,
        ...values,
        limit,
        stretch.skip,
      ).map((row) => String(row['id']));
      const rows = all(
        `SELECT entry.*, status, assigned_hub, registration.device_id AS registered_as,
           registration.updated_at AS registered_at, asked_at
         FROM entry LEFT JOIN registration ON registration.instance = entry.instance AND registration.id = entry.id
         WHERE entry.instance = ? AND kind = ? AND entry.id IN (${ids.map(() => '?').join(', ')}) ORDER BY entry.id`,
        filter.instance,
        filter.kind,
        ...ids,
      );
      return {
        rows: rows.map((row, index) => rowFrom(row, stretch.skip + index)),
        total,
        known: Number(sums?.['known'] ?? 0),
      };
    },
    records: (filter: EntryFilter, after: string, limit: number): MirrorEntry[] => {
      const { sql, values } = whereOf(filter);
      return all(
        `SELECT entry.* FROM narrow JOIN entry USING (instance, kind, id)
         WHERE ${sql.replaceAll(/\b(instance|kind|enabled|attestation)\b/g, 'narrow.$1')} AND narrow.id > ?
         ORDER BY narrow.id LIMIT ?`,
        ...values,
        after,
        limit,
      ).map((row) => ({ ...entryFrom(row), etag: textOrNull(row['etag']), record: String(row['record']) }));
    },
  };
}

/** What the thread of the mirror can be asked. */
export type MirrorTables = ReturnType<typeof openMirrorTables>;

function entryFrom(row: Row): Omit<EntryRow, 'place' | 'registration'> {
  return {
    kind: row['kind'] === 'group' ? 'group' : 'individual',
    id: String(row['id']),
    attestation: String(row['attestation']),
    deviceId: textOrNull(row['device_id']),
    enabled: row['enabled'] === 1,
    credential: textOrNull(row['credential']),
    createdAt: textOrNull(row['created_at']),
    updatedAt: textOrNull(row['updated_at']),
  };
}

function rowFrom(row: Row, place: number): EntryRow {
  const known = row['asked_at'] != null && row['kind'] === 'individual';
  return {
    place,
    ...entryFrom(row),
    registration: known
      ? {
          status: String(row['status']),
          assignedHub: textOrNull(row['assigned_hub']),
          deviceId: textOrNull(row['registered_as']),
          updatedAt: textOrNull(row['registered_at']),
          askedAt: String(row['asked_at']),
        }
      : null,
  };
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
