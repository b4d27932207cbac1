import type { Checkpoint } from '../../../shared/audit.ts';
import type { Database } from './database.ts';

/** Writes of the audit chain beside its records. */
export type AuditWriter = { keep(checkpoint: Checkpoint): void };

/** They run inside a transaction that the caller holds. */
export function createAuditWriter(database: Database): AuditWriter {
  let insert: ReturnType<Database['prepare']> | null = null;
  return {
    keep: ({ seq, hash, at, station, key, signature }) => {
      insert ??= database.prepare('INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?, ?)');
      insert.run(seq, hash, at, station, key, signature);
    },
  };
}
