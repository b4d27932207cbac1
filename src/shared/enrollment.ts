import { z } from 'zod';

const twinPart = z.record(z.string(), z.json());

/** One certificate as the service takes it: base64 DER without header lines. */
const certificateSlotSchema = z.strictObject({ certificate: z.string() });

/**
 * The credential of an individual enrollment as the books keep it (DPS REST API 2021-10-01, AttestationMechanism).
 * Symmetric keys are never kept: they are derived again, when the enrollment is sent, from the station's key root in
 * the vault and `keySalt` (32 lower-case hex digits, made for this one unit).
 */
export const attestationSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('x509'),
    x509: z.strictObject({
      clientCertificates: z.strictObject({
        primary: certificateSlotSchema,
        secondary: certificateSlotSchema.optional(),
      }),
    }),
  }),
  z.strictObject({
    type: z.literal('tpm'),
    tpm: z.strictObject({ endorsementKey: z.string(), storageRootKey: z.string().optional() }), // base64 TPM2B_PUBLIC
  }),
  z.strictObject({
    type: z.literal('symmetricKey'),
    keySalt: z.string().regex(/^[0-9a-f]{32}$/),
    /** SHA-256 of the primary key in lower-case hex: what is derived again must be what the board got. */
    keyFingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  }),
]);
/** See {@link attestationSchema}. */
export type Attestation = z.infer<typeof attestationSchema>;

/** Kinds of credentials that DPS knows. */
export type AttestationType = Attestation['type'];

/** What enrollments and groups have in common besides the credential. */
export const enrollmentFields = {
  capabilities: z.strictObject({ iotEdge: z.boolean() }).optional(),
  iotHubHostName: z.string().optional(), // legacy form of one hub
  allocationPolicy: z.string().optional(),
  iotHubs: z.array(z.string()).optional(),
  customAllocationDefinition: z.strictObject({ webhookUrl: z.string(), apiVersion: z.string() }).optional(),
  initialTwin: z
    .strictObject({ tags: twinPart.optional(), properties: z.strictObject({ desired: twinPart }).optional() })
    .optional(),
  provisioningStatus: z.enum(['enabled', 'disabled']),
  reprovisionPolicy: z.strictObject({ updateHubAssignment: z.boolean(), migrateDeviceData: z.boolean() }).optional(),
};

/** An individual enrollment of this station (DPS REST API 2021-10-01, IndividualEnrollment). Unset members are left out. */
export const enrollmentSchema = z.strictObject({
  registrationId: z.string(),
  deviceId: z.string().optional(),
  attestation: attestationSchema,
  optionalDeviceInformation: z.record(z.string(), z.json()).optional(),
  ...enrollmentFields,
});
/** See {@link enrollmentSchema}. */
export type Enrollment = z.infer<typeof enrollmentSchema>;

const certificateAnswer = z.looseObject({
  info: z.looseObject({ sha1Thumbprint: z.string().optional(), sha256Thumbprint: z.string().optional() }).optional(),
});

/** What the service says about a registration. Timestamps carry up to 7 decimals: compare with {@link compareServiceTimes}. */
export const registrationStateSchema = z.looseObject({
  registrationId: z.string().optional(),
  status: z.string().optional(),
  substatus: z.string().optional(),
  assignedHub: z.string().optional(),
  deviceId: z.string().optional(),
  createdDateTimeUtc: z.string().optional(),
  lastUpdatedDateTimeUtc: z.string().optional(),
  errorCode: z.number().nullish(),
  errorMessage: z.string().nullish(),
});
/** See {@link registrationStateSchema}. */
export type RegistrationState = z.infer<typeof registrationStateSchema>;

/** An enrollment as the service returns it: certificates as `info` only, explicit nulls possible, unknown members kept. */
export const enrollmentAnswerSchema = z.looseObject({
  registrationId: z.string(),
  deviceId: z.string().nullish(),
  attestation: z
    .looseObject({
      type: z.string().optional(),
      x509: z
        .looseObject({
          clientCertificates: z
            .looseObject({ primary: certificateAnswer.nullish(), secondary: certificateAnswer.nullish() })
            .nullish(),
        })
        .nullish(),
      tpm: z.looseObject({ endorsementKey: z.string().optional() }).nullish(),
    })
    .optional(),
  /** Not of the service: SHA-256 of the primary symmetric key, which has to be asked for apart (lower-case hex). */
  keyFingerprint: z.string().optional(),
  etag: z.string().optional(),
  registrationState: registrationStateSchema.nullish(),
  createdDateTimeUtc: z.string().optional(),
  lastUpdatedDateTimeUtc: z.string().optional(),
});
/** See {@link enrollmentAnswerSchema}. */
export type EnrollmentAnswer = z.infer<typeof enrollmentAnswerSchema>;

/**
 * Orders two timestamps of the service (ISO 8601 UTC with 0 to 7 decimals): negative, 0 or positive.
 * Date keeps three decimals only, so the text is compared, its fraction padded.
 */
export function compareServiceTimes(a: string, b: string): number {
  const left = sortable(a);
  const right = sortable(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function sortable(time: string): string {
  const [whole = '', fraction = ''] = time.replace(/Z$|\+00:00$/, '').split('.');
  return `${whole}.${fraction.padEnd(9, '0')}`;
}
