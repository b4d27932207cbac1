import { type FoundUnit, foundUnitSchema, type RecipeMeasure, type ReturnRow } from '../../../shared/returns.ts';
import type { ListPage } from '../../ports/book-lists.ts';
import type { CertificateUnit, LiveRow } from '../../ports/return-books.ts';
import type { Database } from './database.ts';
import { returnFromRow } from './return-rows.ts';
import type { Row } from './rows.ts';
import { macOfJob } from './schema-returns.ts';

type Value = string | number;

/** Steps that wait for boards and courier; all others but the last have work at the service. */
const waiting = `('awaiting-board', 'delivering', 'proving', 'done')`;
const liveOutcome = `outcome IN ('passed', 'unsettled') AND superseded_by IS NULL`;

/** Reads about returns. */
export function createReturnReads(database: Database) {
  const all = (sql: string, ...values: Value[]): Row[] => database.prepare(sql).all(...values);
  const one = (sql: string, ...values: Value[]): Row | undefined => database.prepare(sql).get(...values);
  const opened = (row: Row | undefined): ReturnRow | null => (row === undefined ? null : returnFromRow(row));

  function dueReturns(): { case: ReturnRow; live: LiveRow | null }[] {
    const rows = all(
      `SELECT return_case.*, live.id AS live_id, live.instance AS live_instance, live.registration_id AS live_registration,
         live.fingerprint AS live_fingerprint, live.proved_at AS live_proved, item.state AS live_item
       FROM return_case
       LEFT JOIN job AS live ON live.serial = return_case.serial AND live.${liveOutcome.replace(' AND ', ' AND live.')}
       LEFT JOIN outbox AS item ON item.id = (SELECT MAX(id) FROM outbox WHERE job_id = live.id)
       WHERE return_case.step <> 'done' AND (return_case.step NOT IN ${waiting}
         OR (return_case.step = 'awaiting-board' AND live.id IS NOT NULL AND live.id <> return_case.job_id)
         OR (return_case.step IN ('delivering', 'proving') AND live.id IS NOT return_case.new_job_id)
         OR (return_case.step IN ('delivering', 'proving') AND live.proved_at IS NOT NULL)
         OR (return_case.step = 'delivering' AND item.state = 'delivered'))
       ORDER BY return_case.row`,
    );
    return rows.map((row) => ({ case: returnFromRow(row), live: liveFrom(row) }));
  }

  function listReturns(open: boolean, before: number | null, limit: number): ListPage<ReturnRow> {
    const which = open ? `step <> 'done'` : 'TRUE';
    const rows = all(
      `SELECT * FROM return_case WHERE ${which} AND row < ? ORDER BY row DESC LIMIT ?`,
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    ).map(returnFromRow);
    const total = Number(one(`SELECT COUNT(*) AS total FROM return_case WHERE ${which}`)?.['total'] ?? 0);
    const page = rows.slice(0, limit);
    return { rows: page, next: rows.length > limit ? (page.at(-1)?.row ?? null) : null, total };
  }

  function serialsLike(text: string, limit: number): string[] {
    const mac = text.replace(/[:.-]/g, '').toLowerCase();
    const isMac = /^[0-9a-f]{12}$/.test(mac);
    const exact = all(
      `SELECT DISTINCT serial FROM job
       WHERE serial = ?1 OR registration_id = ?2 OR hardware_id IN (?1, ?3) OR (label_mac IS NOT NULL AND ${macOfJob} = ?4)
       LIMIT ?5`,
      text,
      text.toLowerCase(),
      text.toUpperCase(),
      mac,
      limit,
    );
    const near = all(
      `SELECT DISTINCT serial FROM record WHERE instr(find, ?) > 0 OR instr(find, ?) > 0 ORDER BY row DESC LIMIT ?`,
      text.toLowerCase(),
      isMac ? mac : text.toLowerCase(),
      limit,
    );
    return [...new Set([...exact, ...near].map((row) => String(row['serial'])))].slice(0, limit);
  }

  function foundUnit(serial: string): FoundUnit | null {
    const row = one(
      `SELECT * FROM job WHERE serial = ? ORDER BY (superseded_by IS NULL AND (outcome IS NULL OR outcome IN ('passed', 'unsettled'))) DESC,
         rowid DESC LIMIT 1`,
      serial,
    );
    if (row === undefined) return null;
    const open = one(`SELECT id FROM return_case WHERE serial = ? AND step <> 'done'`, serial);
    return foundUnitSchema.parse({
      serial,
      registrationId: row['registration_id'],
      hardwareId: row['hardware_id'],
      mac: row['label_mac'],
      instance: row['instance'],
      recipe: row['recipe'],
      live: row['superseded_by'] === null && ['passed', 'unsettled'].includes(String(row['outcome'])),
      provedAt: row['proved_at'],
      returnId: open === undefined ? null : open['id'],
    });
  }

  return {
    openReturn: (serial: string) =>
      opened(one(`SELECT * FROM return_case WHERE serial = ? AND step <> 'done'`, serial)),
    returnCase: (id: string) => opened(one('SELECT * FROM return_case WHERE id = ?', id)),
    dueReturns,
    countOpenReturns: () =>
      Number(one(`SELECT COUNT(*) AS total FROM return_case WHERE step <> 'done'`)?.['total'] ?? 0),
    measures: (): RecipeMeasure[] =>
      all('SELECT * FROM firmware_measure').map((row) => ({
        recipeHash: String(row['recipe_hash']),
        riotCore: String(row['riot_core']),
        fwid: String(row['fwid']),
      })),
    listReturns,
    findUnits: (text: string, limit: number): FoundUnit[] =>
      text === '' ? [] : serialsLike(text, limit).flatMap((serial) => foundUnit(serial) ?? []),
    certificateUnits: (recipe: string | null, after: number, limit: number) => {
      const rows = all(
        `SELECT rowid AS row_number, serial, registration_id, recipe, recipe_hash, state ->> '$.identity.certificatePem' AS pem
         FROM job WHERE rowid > ?1 AND ${liveOutcome} AND (?2 = '' OR recipe = ?2)
           AND state ->> '$.identity.attestation' = 'x509' ORDER BY rowid LIMIT ?3`,
        after,
        recipe ?? '',
        limit,
      ).map(certificateUnitFrom);
      return { rows, next: rows.length < limit ? null : (rows.at(-1)?.row ?? null) };
    },
  };
}

function liveFrom(row: Row): LiveRow | null {
  if (row['live_id'] === null) return null;
  const orNull = (value: unknown): string | null => (value === null ? null : String(value));
  return {
    jobId: String(row['live_id']),
    instance: String(row['live_instance']),
    registrationId: orNull(row['live_registration']),
    fingerprint: orNull(row['live_fingerprint']),
    proved: row['live_proved'] !== null,
    itemState: orNull(row['live_item']) as LiveRow['itemState'],
  };
}

function certificateUnitFrom(row: Row): CertificateUnit {
  return {
    row: Number(row['row_number']),
    serial: String(row['serial']),
    registrationId: String(row['registration_id']),
    recipe: String(row['recipe']),
    recipeHash: String(row['recipe_hash']),
    certificatePem: String(row['pem']),
  };
}
