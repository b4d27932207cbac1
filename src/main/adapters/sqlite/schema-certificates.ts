/**
 * Fourth step of the schema: certificates that came from elsewhere (imports, groups). The service never gives them back,
 * but every change of an entry has to send them again. Those of units are found by the fingerprints of their items.
 */
export const schemaForCertificates = `
  CREATE TABLE certificate (
    thumbprint TEXT PRIMARY KEY,
    der TEXT NOT NULL,
    kept_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_fingerprint ON outbox(fingerprint);
`;
