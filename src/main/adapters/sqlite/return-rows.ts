import { type ReturnRow, returnRowSchema } from '../../../shared/returns.ts';
import type { Row } from './rows.ts';

/** A return from its row; throws when the row does not parse. */
export function returnFromRow(row: Row): ReturnRow {
  const json = (name: string): unknown => JSON.parse(String(row[name]));
  return returnRowSchema.parse({
    row: row['row'],
    id: row['id'],
    serial: row['serial'],
    reason: row['reason'],
    note: row['note'],
    deed: row['deed'],
    options: json('options'),
    subject: json('subject'),
    overlap: row['overlap'] === 1,
    state: json('state'),
    origin: {
      station: row['station'],
      actor: row['actor'],
      mode: row['mode'],
      softwareVersion: row['software_version'],
    },
    countersignedBy: row['countersigned_by'],
    startedAt: row['started_at'],
    finishedAt: row['finished_at'],
  });
}
