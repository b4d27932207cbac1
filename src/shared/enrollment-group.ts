import { z } from 'zod';
import { enrollmentFields, type enrollmentSchema } from './enrollment.ts';

/** A certificate slot as sent: base64 DER without header lines, or PEM. */
const certificateSlotSchema = z.strictObject({ certificate: z.string() });

/** Symmetric keys as sent, base64. Left out, the service makes 64-byte keys itself. */
export const symmetricKeysSchema = z.strictObject({
  primaryKey: z.string().optional(),
  secondaryKey: z.string().optional(),
});

/**
 * An individual enrollment as it goes over the wire (DPS REST API 2021-10-01): other than in the books, symmetric keys
 * are in it. It never leaves the main process and is in no row. `etag` only in bulk updates.
 */
export type SentEnrollment = Omit<z.infer<typeof enrollmentSchema>, 'attestation'> & {
  readonly attestation:
    | Exclude<z.infer<typeof enrollmentSchema>['attestation'], { type: 'symmetricKey' }>
    | { readonly type: 'symmetricKey'; readonly symmetricKey: z.infer<typeof symmetricKeysSchema> };
  readonly etag?: string;
};

/** What proves the devices of a group. TPMs have no group form. */
export const groupAttestationSchema = z.union([
  z.strictObject({
    type: z.literal('x509'),
    x509: z.union([
      /** Intermediate (or root) certificates whose holder signs the devices' certificates. */
      z.strictObject({
        signingCertificates: z.strictObject({
          primary: certificateSlotSchema,
          secondary: certificateSlotSchema.optional(),
        }),
      }),
      /** Names of CAs that were uploaded to the instance and verified there. */
      z.strictObject({ caReferences: z.strictObject({ primary: z.string(), secondary: z.string().optional() }) }),
    ]),
  }),
  z.strictObject({ type: z.literal('symmetricKey'), symmetricKey: symmetricKeysSchema }),
]);
/** An enrollment group as it goes over the wire (DPS REST API 2021-10-01, EnrollmentGroup). Keys may be in it. */
export const enrollmentGroupSchema = z.strictObject({
  enrollmentGroupId: z.string(),
  attestation: groupAttestationSchema,
  ...enrollmentFields,
});
/** See {@link enrollmentGroupSchema}. */
export type EnrollmentGroup = z.infer<typeof enrollmentGroupSchema>;

const certificateAnswer = z.looseObject({
  info: z
    .looseObject({
      subjectName: z.string().optional(),
      sha256Thumbprint: z.string().optional(),
      notAfterUtc: z.string().optional(),
    })
    .optional(),
});
const slotsAnswer = z
  .looseObject({ primary: certificateAnswer.nullish(), secondary: certificateAnswer.nullish() })
  .nullish();

/** A group as the service returns it: certificates as `info` only, keys never, explicit nulls possible, unknown members kept. */
export const groupAnswerSchema = z.looseObject({
  enrollmentGroupId: z.string(),
  attestation: z
    .looseObject({
      type: z.string().optional(),
      x509: z
        .looseObject({
          signingCertificates: slotsAnswer,
          caReferences: z.looseObject({ primary: z.string().nullish(), secondary: z.string().nullish() }).nullish(),
        })
        .nullish(),
    })
    .optional(),
  etag: z.string().optional(),
  provisioningStatus: z.string().nullish(),
  createdDateTimeUtc: z.string().optional(),
  lastUpdatedDateTimeUtc: z.string().optional(),
});
/** See {@link groupAnswerSchema}. */
export type GroupAnswer = z.infer<typeof groupAnswerSchema>;

const pemSchema = z.string().min(1).max(64_000);

/** A group as a person orders it: keys are named, never given. */
export const groupOrderSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?$/, 'expected lower-case letters, digits, and . _ - inside'),
  credential: z.discriminatedUnion('kind', [
    /** Certificates of CAs whose holders sign the devices' certificates, PEM. */
    z.strictObject({ kind: z.literal('certificates'), primary: pemSchema, secondary: pemSchema.optional() }),
    /** Names of CAs that the instance has verified. */
    z.strictObject({
      kind: z.literal('ca-references'),
      primary: z.string().min(1),
      secondary: z.string().min(1).optional(),
    }),
    /** Vault secret with the group's primary key, base64; made when there is none. */
    z.strictObject({ kind: z.literal('key'), secret: z.string().min(1).max(64) }),
  ]),
  settings: z.strictObject({
    ...enrollmentFields,
    /** Absent: as it was; a new group is enabled. */
    provisioningStatus: z.enum(['enabled', 'disabled']).optional(),
  }),
});
/** See {@link groupOrderSchema}. */
export type GroupOrder = z.infer<typeof groupOrderSchema>;
