/**
 * Third step of the schema: a unit's credential may be a TPM's key or a symmetric key, not only a certificate. What the
 * thumbprint was for certificates is the fingerprint for all; identities say what they are made of.
 */
export const schemaForCredentials = `
  ALTER TABLE job RENAME COLUMN sha256_thumbprint TO fingerprint;
  ALTER TABLE outbox RENAME COLUMN sha256_thumbprint TO fingerprint;
  UPDATE job SET state = json_remove(
      json_set(state, '$.identity.attestation', 'x509', '$.identity.group', NULL,
        '$.identity.fingerprint', state ->> '$.identity.sha256Thumbprint'),
      '$.identity.sha256Thumbprint')
    WHERE json_type(state, '$.identity') = 'object';
`;
