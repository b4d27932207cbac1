import { z } from 'zod';

/** Kinds of entries that a DPS instance holds. */
export const entryKindSchema = z.enum(['individual', 'group']);
/** See {@link entryKindSchema}. */
export type EntryKind = z.infer<typeof entryKindSchema>;

/** What the service last said of a device, and when it was asked (ISO 8601 UTC, the station's clock). */
export const knownRegistrationSchema = z.strictObject({
  status: z.string(), // unassigned | assigning | assigned | failed | disabled
  assignedHub: z.string().nullable(),
  deviceId: z.string().nullable(),
  updatedAt: z.string().nullable(), // the service's own time
  askedAt: z.string(),
});
/** See {@link knownRegistrationSchema}. */
export type KnownRegistration = z.infer<typeof knownRegistrationSchema>;

/** One entry as the local mirror lists it. */
export const entryRowSchema = z.strictObject({
  /** Place in the list as it is filtered now, from 0. */
  place: z.int(),
  kind: entryKindSchema,
  id: z.string(), // registration id, or group id
  attestation: z.string(), // x509 | tpm | symmetricKey
  deviceId: z.string().nullable(),
  enabled: z.boolean(),
  /** What tells the credential: a thumbprint, or the first characters of an endorsement key. */
  credential: z.string().nullable(),
  createdAt: z.string().nullable(),
  updatedAt: z.string().nullable(),
  /** Null: not asked yet. A query tells nothing about registrations. */
  registration: knownRegistrationSchema.nullable(),
});
/** See {@link entryRowSchema}. */
export type EntryRow = z.infer<typeof entryRowSchema>;

/** What an entry must be to be listed. */
export const entryFilterSchema = z.strictObject({
  instance: z.string().min(1).max(64),
  kind: entryKindSchema,
  search: z.string().max(128).optional(), // in id, device id and credential
  enabled: z.boolean().optional(),
  attestation: z.enum(['x509', 'tpm', 'symmetricKey']).optional(),
  /** `unknown`: nobody asked yet. */
  registration: z.enum(['assigned', 'unassigned', 'failed', 'disabled', 'unknown']).optional(),
});
/** See {@link entryFilterSchema}. */
export type EntryFilter = z.infer<typeof entryFilterSchema>;

/** One page of the mirror. `known`: for how many of `total` a registration state is known. */
export const entryPageSchema = z.strictObject({
  rows: z.array(entryRowSchema),
  total: z.int(),
  known: z.int(),
});
/** See {@link entryPageSchema}. */
export type EntryPage = z.infer<typeof entryPageSchema>;

/** How old the mirror of an instance is, and what it is doing. */
export const mirrorStateSchema = z.strictObject({
  instance: z.string(),
  /** When the newest whole refresh ended; null: there was none. ISO 8601 UTC. */
  refreshedAt: z.string().nullable(),
  refreshing: z.boolean(),
  /** Entries read so far in the refresh under way. */
  readSoFar: z.int(),
  individuals: z.int(),
  groups: z.int(),
  problem: z.strictObject({ code: z.string(), facts: z.record(z.string(), z.json()) }).nullable(),
});
/** See {@link mirrorStateSchema}. */
export type MirrorState = z.infer<typeof mirrorStateSchema>;

/** An entry as it was read from the service. `record`: the service's own JSON; no key is in it. */
export const entrySchema = entryRowSchema.omit({ place: true, registration: true }).extend({
  etag: z.string().nullable(),
  record: z.string(),
});
/** See {@link entrySchema}. */
export type MirrorEntry = z.infer<typeof entrySchema>;

/** What a person can do with entries (Azure documentation, how-to-unprovision-devices and how-to-roll-certificates). */
export const entryOperationSchema = z.enum([
  'enable',
  'disable',
  'delete',
  'pause', // disable the entry and the hub identity
  'resume',
  'retire', // take entry, registration record and hub identity away
  'delete-registration',
  'trigger-reprovisioning', // the device must register again
  'promote-secondary', // the secondary credential becomes the primary one
]);
/** See {@link entryOperationSchema}. */
export type EntryOperation = z.infer<typeof entryOperationSchema>;

/** Operations that no other one takes back: their number is typed to confirm them. */
export const forGood: readonly EntryOperation[] = ['delete', 'retire', 'delete-registration', 'trigger-reprovisioning'];

/** A new credential for an individual entry; keys are named, never given. */
export const credentialOrderSchema = z.strictObject({
  credential: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('certificate'), pem: z.string().min(1).max(64_000) }),
    /** Vault secret with the key, base64; made when there is none. */
    z.strictObject({ kind: z.literal('key'), secret: z.string().min(1).max(64) }),
    z.strictObject({ kind: z.literal('endorsement-key'), endorsementKey: z.string().min(1).max(4_096) }),
  ]),
  /** The old credential stays valid until the new one is promoted. */
  overlap: z.boolean(),
});
/** See {@link credentialOrderSchema}. */
export type CredentialOrder = z.infer<typeof credentialOrderSchema>;

const storedProblemSchema = z.strictObject({ code: z.string(), facts: z.record(z.string(), z.json()) });

/**
 * One step of an operation. `not-needed`: it was so already. `not-possible`: the station lacks what it takes. `skipped`: a
 * step before it has to hold first.
 */
export const operationStepSchema = z.strictObject({
  step: z.enum(['entry', 'registration-record', 'hub-identity']),
  outcome: z.enum(['done', 'not-needed', 'not-possible', 'failed', 'skipped']),
  problem: storedProblemSchema.nullable(),
});
/** See {@link operationStepSchema}. */
export type OperationStep = z.infer<typeof operationStepSchema>;

/** What became of an operation at one entry: how many of its steps hold now, and each of them. */
export const operationResultSchema = z.strictObject({
  id: z.string(),
  done: z.int(),
  of: z.int(),
  steps: z.array(operationStepSchema),
});
/** See {@link operationResultSchema}. */
export type OperationResult = z.infer<typeof operationResultSchema>;
