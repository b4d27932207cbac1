import { z } from 'zod';
import { chainHeadSchema, checkpointSchema } from './audit.ts';
import { by, nothing } from './contract-parts.ts';

/** A backup of the books in the station folder. */
export const backupSchema = z.strictObject({
  file: z.string(),
  at: z.string(), // ISO 8601 UTC
  seq: z.int(), // newest record in it; 0: none
  bytes: z.int(),
});
/** See {@link backupSchema}. */
export type Backup = z.infer<typeof backupSchema>;

/** How well the records can be trusted now. */
export const auditStateSchema = z.strictObject({
  head: z.strictObject({ ...chainHeadSchema.shape, at: z.string() }).nullable(),
  newestCheckpoint: z.strictObject({ seq: z.int(), at: z.string() }).nullable(),
  /** Newest head that an instance holds in an enrollment; what was recorded later stands on this computer alone. */
  newestAnchor: chainHeadSchema.nullable(),
  backups: z.array(backupSchema), // newest first
});
/** See {@link auditStateSchema}. */
export type AuditState = z.infer<typeof auditStateSchema>;

/** The part of the contract about records that can be trusted: chain, backups. */
export const trustContract = {
  calls: {
    'audit-state': { input: nothing, output: auditStateSchema },
    /** Signs the head now; null when nothing was recorded since the last checkpoint. */
    'audit-checkpoint': {
      input: z.strictObject(by),
      output: z.strictObject({ checkpoint: checkpointSchema.nullable() }),
    },
    'backup-now': { input: z.strictObject(by), output: backupSchema },
  },
  streams: {},
} as const;
