import { z } from 'zod';
import { enrollmentSchema } from './enrollment.ts';
import { type ProblemCode, problemCatalogue } from './problem-catalogue.ts';

/** What a job does to a unit. `verify` has no effect that writes. */
export const jobKindSchema = z.enum(['provision', 'verify', 'reprovision']);

/** A problem as it is stored: code and facts. */
export const problemSchema = z.strictObject({
  code: z.enum(Object.keys(problemCatalogue) as [ProblemCode, ...ProblemCode[]]),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** Members of every identity. */
const identityMembers = {
  registrationId: z.string(),
  /**
   * What tells this credential from every other: SHA-256, in lower-case hex, over the certificate's DER, over the
   * TPM2B_PUBLIC of the endorsement key, or over the primary symmetric key.
   */
  fingerprint: z.string(),
  /** An enrollment of this id was sent by this station before, so it must be replaced, not created. */
  replaces: z.boolean(),
  /** Enrollment group through which the unit comes in; null: it has an enrollment of its own. */
  group: z.string().nullable(),
};

/** The public half of an identity: what may be stored, shown and enrolled. Never the secret, never a private key. */
export const publicIdentitySchema = z.discriminatedUnion('attestation', [
  z.strictObject({
    attestation: z.literal('x509'),
    ...identityMembers,
    certificatePem: z.string(), // one-line PEM as dps_cert_gen writes it
    sha1Thumbprint: z.string(), // lower-case hex over the DER
  }),
  z.strictObject({
    attestation: z.literal('tpm'),
    ...identityMembers,
    endorsementKey: z.string(), // base64 TPM2B_PUBLIC
    storageRootKey: z.string().nullable(), // base64 TPM2B_PUBLIC, as the board told it
  }),
  z.strictObject({ attestation: z.literal('symmetricKey'), ...identityMembers }),
]);
/** See {@link publicIdentitySchema}. */
export type PublicIdentity = z.infer<typeof publicIdentitySchema>;

/**
 * How a job ended. `unsettled`: interrupted while the secret was being written; the certificate of the intent is
 * enrolled and the unit passes when its board registers with it.
 */
export const outcomeSchema = z.enum(['passed', 'failed', 'aborted', 'unsettled']);

const known = { mac: z.string().nullable(), version: z.string().nullable() };

/** State of a provisioning job; stored as one JSON value, so closed and versioned by the database's schema. */
export const jobStateSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('connecting') }),
  z.strictObject({ step: z.literal('finding-mac') }),
  z.strictObject({ step: z.literal('entering-configuration'), mac: known.mac }),
  z.strictObject({ step: z.literal('reading-version'), mac: known.mac }),
  z.strictObject({ step: z.literal('setting-wifi'), ...known }),
  z.strictObject({ step: z.literal('opening-shell') }),
  z.strictObject({ step: z.literal('reading-board') }),
  z.strictObject({ step: z.literal('making-identity'), ...known }),
  // What was made is not the board's yet, so it does not stand where an identity stands.
  z.strictObject({
    step: z.literal('checking-board'),
    made: z.strictObject({ identity: publicIdentitySchema, enrollment: enrollmentSchema.nullable() }),
  }),
  // The enrollment is kept from here on: whoever settles this job later may have another recipe loaded.
  z.strictObject({
    step: z.literal('intent'),
    identity: publicIdentitySchema,
    enrollment: enrollmentSchema.nullable(), // null: a unit of a group has none of its own
  }),
  z.strictObject({ step: z.literal('restarting'), identity: publicIdentitySchema }),
  z.strictObject({
    step: z.literal('done'),
    outcome: outcomeSchema,
    problem: problemSchema.nullable(),
    identity: publicIdentitySchema.nullable(),
    provedAt: z.string().nullable(),
  }),
]);
/** See {@link jobStateSchema}. */
export type JobState = z.infer<typeof jobStateSchema>;

/** What every stored record says about where it comes from. */
export const originSchema = z.strictObject({
  station: z.string(),
  actor: z.string(), // badge or account that is answerable
  mode: z.enum(['training', 'production']),
  softwareVersion: z.string(),
  /** Line of the factory and number of the station on it; absent where the settings name none. */
  line: z.string().optional(),
  number: z.int().optional(),
});
/** See {@link originSchema}. */
export type Origin = z.infer<typeof originSchema>;

/** One attempt to provision, verify or re-provision a unit. Times are ISO 8601 UTC. */
export const jobSchema = z.strictObject({
  id: z.string(),
  kind: jobKindSchema,
  serial: z.string(),
  slot: z.int(),
  hardwareId: z.string().nullable(), // USB serial of the adapter
  labelMac: z.string().nullable(),
  recipe: z.string(),
  recipeHash: z.string(), // SHA-256 of the recipe as it was read
  instance: z.string(),
  state: jobStateSchema,
  order: z.string().optional(), // name of the work order; absent: made without one
  supersedes: z.string().nullable(), // id of the job whose identity this one replaces
  origin: originSchema,
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});
/** See {@link jobSchema}. */
export type Job = z.infer<typeof jobSchema>;
