import { z } from 'zod';
import type { Finding } from './enrollment-judgement.ts';
import type { Problem } from './problem.ts';

/** Columns of a table of devices; an initial twin's tags may also stand in columns of their own, `tags.<name>`. */
export const importColumns = [
  'registrationId',
  'deviceId',
  'attestation',
  'endorsementKey',
  'certificate',
  'certificateFile',
  'secondaryCertificate',
  'primaryKey',
  'secondaryKey',
  'provisioningStatus',
  'iotHubs',
  'allocationPolicy',
  'initialTwin',
  'optionalDeviceInformation',
  'reprovisionPolicy',
  'iotEdge',
] as const;

/** What a check says of one row. `row`: as a spreadsheet or an editor counts; `file`: in a folder, which one. */
export type RowCheck = {
  readonly row: number;
  readonly file: string | null;
  readonly registrationId: string | null; // null: it cannot even be told
  readonly verdict: 'accepted' | 'refused';
  readonly findings: readonly Finding[];
};

/** Verdicts of rows that are in the service now. */
export const rowsInService: readonly string[] = ['created', 'already-there'];

/**
 * What became of one row at one service. `skipped`: refused before anything was sent, and left out on demand. No key is
 * ever in it, only the fingerprints of what was sent, primary first.
 */
export const rowResultSchema = z.strictObject({
  row: z.int(),
  registrationId: z.string().nullable(),
  instance: z.string(),
  hostName: z.string(),
  fingerprints: z.array(z.string()),
  verdict: z.enum(['created', 'already-there', 'skipped', 'refused', 'conflict', 'differs']),
  at: z.string(), // ISO 8601 UTC
  problem: z
    .strictObject({
      code: z.string(),
      facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    })
    .nullable(),
});
/** See {@link rowResultSchema}. */
export type RowResult = z.infer<typeof rowResultSchema>;

/** How far an import is. Times in milliseconds; null: cannot be told yet. */
export type ImportProgress = {
  readonly phase: 'checking' | 'sending';
  readonly checked: number;
  readonly total: number | null; // rows of the file, known when it was checked
  readonly done: number; // rows with an end in this run or before
  readonly failed: number; // of these, those that are not in the service
  readonly perMinute: number | null;
  readonly leftInMs: number | null;
  /** Why nothing is sent at the moment. */
  readonly waiting: Problem | null;
};

/** How an import ended. `before`: rows that an earlier run of the same file brought to the same service, as they are now. */
export type ImportSummary = {
  readonly file: string;
  readonly sha256: string;
  readonly instance: string;
  readonly total: number;
  readonly accepted: number;
  readonly before: number;
  readonly created: number;
  readonly alreadyThere: number;
  readonly skipped: number;
  readonly refused: number; // by the service, conflicts and differences included
  readonly resultsFile: string | null; // null: nothing was to be sent
  /** Why it ended before every row had its turn. */
  readonly problem: Problem | null;
};

/** What a check of a whole file found. */
export type CheckSummary = {
  readonly file: string;
  readonly sha256: string;
  readonly total: number;
  readonly accepted: number;
  readonly refused: number;
};
