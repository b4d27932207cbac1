import { z } from 'zod';
import { jobKindSchema, jobSchema, outcomeSchema, problemSchema, publicIdentitySchema } from './job.ts';
import { outboxItemSchema } from './outbox.ts';

/** What became of an enrollment, for filters. */
export const deliverySchema = z.enum(['waiting', 'parked', 'delivered', 'proved']);

/** One attempt at a unit with what became of its enrollment: a line of the records. Times are ISO 8601 UTC. */
export const recordSchema = z.strictObject({
  row: z.int(), // place in the books, ascending with time
  jobId: z.string(),
  kind: jobKindSchema,
  serial: z.string(),
  slot: z.int(),
  hardwareId: z.string().nullable(),
  registrationId: z.string().nullable(),
  fingerprint: z.string().nullable(), // of the credential
  step: z.string(),
  outcome: outcomeSchema.nullable(), // null: at work
  superseded: z.boolean(),
  problem: problemSchema.nullable(), // of the job, else of its parked enrollment
  /** Null: nothing was queued, or it gave way to a later enrollment before it was delivered. */
  delivery: deliverySchema.nullable(),
  recipe: z.string(),
  actor: z.string(),
  mode: z.enum(['training', 'production']),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  provedAt: z.string().nullable(),
});
/** See {@link recordSchema}. */
export type RecordRow = z.infer<typeof recordSchema>;

/**
 * Which records: absent members do not narrow. `search` looks in serial, registration id and hardware id, letter case
 * aside; `since` (inclusive) and `until` (exclusive) at when the job started.
 */
export const recordFilterSchema = z.strictObject({
  search: z.string().max(64).optional(),
  outcome: z.enum(['running', ...outcomeSchema.options]).optional(),
  delivery: deliverySchema.optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});
/** See {@link recordFilterSchema}. */
export type RecordFilter = z.infer<typeof recordFilterSchema>;

/** One line of a unit's history. */
export const historyLineSchema = z.strictObject({
  seq: z.int(),
  at: z.string(),
  event: z.string(), // as the journal names it
  step: z.string().nullable(), // step of the job after it, where the line is about a job
  problem: problemSchema.nullable(),
  jobId: z.string().nullable(),
  actor: z.string(),
});
/** See {@link historyLineSchema}. */
export type HistoryLine = z.infer<typeof historyLineSchema>;

/** What a certificate says, read from its DER. */
export const certificateDetailsSchema = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  serialNumber: z.string(), // hex
  notBefore: z.string(),
  notAfter: z.string(),
  sha1Thumbprint: z.string(), // lower-case hex over the DER
  sha256Thumbprint: z.string(),
  publicKey: z.string(), // algorithm and curve or size
  pem: z.string(),
});
/** See {@link certificateDetailsSchema}. */
export type CertificateDetails = z.infer<typeof certificateDetailsSchema>;

/** Everything the books know of one serial. */
export const unitCardSchema = z.strictObject({
  serial: z.string(),
  jobs: z.array(z.strictObject({ job: jobSchema, superseded: z.boolean(), item: outboxItemSchema.nullable() })), // newest first
  identity: publicIdentitySchema.nullable(), // that counts now
  certificate: certificateDetailsSchema.nullable(), // of that identity, where it is one with a certificate
  history: z.array(historyLineSchema), // oldest first
});
/** See {@link unitCardSchema}. */
export type UnitCard = z.infer<typeof unitCardSchema>;
