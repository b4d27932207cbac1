import { z } from 'zod';

/*
 * What the simulated service keeps, as it stands in the state file. Enrollments and registration records are apart:
 * deleting one leaves the other, as in the real service.
 */

const certificateInfoSchema = z.strictObject({
  subjectName: z.string(),
  sha1Thumbprint: z.string(), // upper-case hex
  sha256Thumbprint: z.string(), // upper-case hex
  issuerName: z.string(),
  notBeforeUtc: z.string(),
  notAfterUtc: z.string(),
  serialNumber: z.string(), // upper-case hex
  version: z.int(),
});
/** What an answer tells about an uploaded certificate. */
export type CertificateInfo = z.infer<typeof certificateInfoSchema>;

const certificateSlotSchema = z.strictObject({ certificate: z.string(), info: certificateInfoSchema });

const attestationSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('x509'),
    x509: z.strictObject({
      clientCertificates: z.strictObject({
        primary: certificateSlotSchema, // certificate: base64 DER
        secondary: certificateSlotSchema.optional(),
      }),
    }),
  }),
  z.strictObject({
    type: z.literal('symmetricKey'),
    symmetricKey: z.strictObject({ primaryKey: z.string(), secondaryKey: z.string() }), // base64
  }),
  z.strictObject({
    type: z.literal('tpm'),
    tpm: z.strictObject({ endorsementKey: z.string(), storageRootKey: z.string().optional() }), // base64 TPM2B_PUBLIC
  }),
]);
/** Attestation with everything in it: what only the service knows. */
export type StoredAttestation = z.infer<typeof attestationSchema>;

/** A JSON object of any content; kept as it came. */
export const jsonObjectSchema = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

/** The optional members of an enrollment that a client may set, without nulls. */
export const enrollmentSettingsSchema = z.strictObject({
  deviceId: z.string().optional(),
  capabilities: z.strictObject({ iotEdge: z.boolean() }).optional(),
  iotHubHostName: z.string().optional(),
  allocationPolicy: z.enum(['hashed', 'geoLatency', 'static', 'custom']).optional(),
  iotHubs: z.array(z.string()).optional(),
  customAllocationDefinition: z.strictObject({ webhookUrl: z.string(), apiVersion: z.string() }).optional(),
  initialTwin: jsonObjectSchema.optional(),
  optionalDeviceInformation: jsonObjectSchema.optional(),
  provisioningStatus: z.enum(['enabled', 'disabled']).nullable().optional(), // an explicit null is echoed
  reprovisionPolicy: z.strictObject({ updateHubAssignment: z.boolean(), migrateDeviceData: z.boolean() }).optional(),
});

/** One individual enrollment as stored. */
export const storedEnrollmentSchema = enrollmentSettingsSchema.extend({
  registrationId: z.string(),
  attestation: attestationSchema,
  etag: z.string(),
  createdDateTimeUtc: z.string(),
  lastUpdatedDateTimeUtc: z.string(),
});
/** See {@link storedEnrollmentSchema}. */
export type StoredEnrollment = z.infer<typeof storedEnrollmentSchema>;

/** What a client decides about an enrollment: everything except etag and dates. */
export type EnrollmentContent = Omit<StoredEnrollment, 'etag' | 'createdDateTimeUtc' | 'lastUpdatedDateTimeUtc'>;

/** One registration record: what is known of a device since it first made contact. */
export const storedRegistrationSchema = z.strictObject({
  registrationId: z.string(),
  createdDateTimeUtc: z.string(),
  lastUpdatedDateTimeUtc: z.string(),
  status: z.enum(['assigning', 'assigned', 'failed', 'disabled']),
  substatus: z
    .enum(['initialAssignment', 'deviceDataMigrated', 'deviceDataReset', 'reprovisionedToInitialAssignment'])
    .optional(),
  assignedHub: z.string().optional(),
  deviceId: z.string().optional(),
  errorCode: z.int().optional(),
  errorMessage: z.string().optional(),
  etag: z.string(),
  /** The latest register call: its operation id and how many polls still answer `assigning`. */
  operation: z.strictObject({ operationId: z.string(), pollsLeft: z.int() }),
});
/** See {@link storedRegistrationSchema}. */
export type StoredRegistration = z.infer<typeof storedRegistrationSchema>;

const policySchema = z.strictObject({ name: z.string(), primaryKey: z.string(), secondaryKey: z.string() });
/** A shared access policy with its two keys, base64. Its rights are in policies.ts. */
export type PolicyKeys = z.infer<typeof policySchema>;

/** The policies as kept in a file of their own or in the state file. */
export const policiesSchema = z.array(policySchema);

/** The whole state file. `orderSeed` decides the order of query answers, base64. */
export const stateSchema = z.strictObject({
  format: z.literal('dps-simulator-state'),
  version: z.literal(1),
  policies: policiesSchema,
  orderSeed: z.string(),
  enrollments: z.array(storedEnrollmentSchema),
  registrations: z.array(storedRegistrationSchema),
});
/** See {@link stateSchema}. */
export type StoredState = z.infer<typeof stateSchema>;
