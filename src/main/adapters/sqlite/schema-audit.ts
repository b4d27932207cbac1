function appendOnly(table: string): string {
  return ['UPDATE', 'DELETE']
    .map(
      (deed) => `CREATE TRIGGER ${table}_keeps_from_${deed.toLowerCase()} BEFORE ${deed} ON ${table} BEGIN
    SELECT RAISE(ABORT, '${table} is append-only');
  END;`,
    )
    .join('\n  ');
}

/**
 * Fifth step of the schema: checkpoints of the audit chain. What was written to the journal stays: the triggers stop a
 * mistake of this program, and the chain shows what another program did.
 */
export const schemaForAudit = `
  CREATE TABLE checkpoint (
    seq INTEGER PRIMARY KEY REFERENCES journal(seq),
    hash TEXT NOT NULL,
    at TEXT NOT NULL,
    station TEXT NOT NULL,
    key TEXT NOT NULL,
    signature TEXT NOT NULL
  ) STRICT;
  ${appendOnly('journal')}
  ${appendOnly('checkpoint')}
`;
