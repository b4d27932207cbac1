import { existsSync } from 'node:fs';
import { anchorOf, auditHeadMember, type ChainAnchor } from '../../../shared/audit.ts';
import { openForReading } from './database.ts';

/** Heads of this station's chain that the mirror of the DPS instances knows; null when there is no mirror. */
export function anchorsInMirror(file: string, station: string): readonly ChainAnchor[] | null {
  if (!existsSync(file)) return null;
  const database = openForReading(file);
  try {
    const rows = database.prepare(`SELECT record FROM entry WHERE kind = 'individual' AND instr(record, ?) > 0`);
    return [...rows.iterate(auditHeadMember)].flatMap((row) => {
      const anchor = anchorOf(JSON.parse(String(row['record'])), station);
      return anchor === null ? [] : [anchor];
    });
  } finally {
    database.close();
  }
}
