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

const certificateSlotsSchema = z.strictObject({
  primary: certificateSlotSchema, // certificate: base64 DER
  secondary: certificateSlotSchema.optional(),
});
/** Certificates of an entry, in two slots so that one can be rolled. */
export type StoredCertificates = z.infer<typeof certificateSlotsSchema>;

const symmetricKeySchema = z.strictObject({
  type: z.literal('symmetricKey'),
  symmetricKey: z.strictObject({ primaryKey: z.string(), secondaryKey: z.string() }), // base64
});

const attestationSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('x509'), x509: z.strictObject({ clientCertificates: certificateSlotsSchema }) }),
  symmetricKeySchema,
  z.strictObject({
    type: z.literal('tpm'),
    tpm: z.strictObject({ endorsementKey: z.string(), storageRootKey: z.string().optional() }), // base64 TPM2B_PUBLIC
  }),
]);
/** Attestation of an individual enrollment with everything in it: what only the service knows. */
export type StoredAttestation = z.infer<typeof attestationSchema>;

const caReferencesSchema = z.strictObject({ primary: z.string().optional(), secondary: z.string().optional() });

/** A group has no TPM form (Azure documentation). `caReferences` are names of verified authorities of the instance. */
const groupAttestationSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('x509'),
    x509: z.union([
      z.strictObject({ signingCertificates: certificateSlotsSchema }),
      z.strictObject({ caReferences: caReferencesSchema }),
    ]),
  }),
  symmetricKeySchema,
]);
/** Attestation of an enrollment group with everything in it. */
export type GroupAttestation = z.infer<typeof groupAttestationSchema>;

/** A JSON object of any content; kept as it came. */
export const jsonObjectSchema = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

/** The optional members that enrollments and groups share, without nulls: what decides about a device. */
const entrySettingsSchema = z.strictObject({
  capabilities: z.strictObject({ iotEdge: z.boolean() }).optional(),
  iotHubHostName: z.string().optional(),
  allocationPolicy: z.enum(['hashed', 'geoLatency', 'static', 'custom']).optional(),
  iotHubs: z.array(z.string()).optional(),
  customAllocationDefinition: z.strictObject({ webhookUrl: z.string(), apiVersion: z.string() }).optional(),
  initialTwin: jsonObjectSchema.optional(),
  provisioningStatus: z.enum(['enabled', 'disabled']).nullable().optional(), // an explicit null is echoed
  reprovisionPolicy: z.strictObject({ updateHubAssignment: z.boolean(), migrateDeviceData: z.boolean() }).optional(),
});
/** See {@link entrySettingsSchema}. */
export type EntrySettings = z.infer<typeof entrySettingsSchema>;

const serviceOwned = { etag: z.string(), createdDateTimeUtc: z.string(), lastUpdatedDateTimeUtc: z.string() };

/** What the service itself adds to an entry. */
export type ServiceOwned = { etag: string; createdDateTimeUtc: string; lastUpdatedDateTimeUtc: string };

/** One individual enrollment as stored. */
const storedEnrollmentSchema = entrySettingsSchema.extend({
  registrationId: z.string(),
  deviceId: z.string().optional(),
  optionalDeviceInformation: jsonObjectSchema.optional(),
  attestation: attestationSchema,
  ...serviceOwned,
});
/** See {@link storedEnrollmentSchema}. */
export type StoredEnrollment = z.infer<typeof storedEnrollmentSchema>;

/** One enrollment group as stored. */
const storedGroupSchema = entrySettingsSchema.extend({
  enrollmentGroupId: z.string(),
  attestation: groupAttestationSchema,
  ...serviceOwned,
});
/** See {@link storedGroupSchema}. */
export type StoredGroup = z.infer<typeof storedGroupSchema>;

/** An authority whose owner has proved that the key is theirs; groups name it. */
const storedAuthoritySchema = z.strictObject({ name: z.string(), certificate: z.string() }); // base64 DER
/** See {@link storedAuthoritySchema}. */
export type StoredAuthority = z.infer<typeof storedAuthoritySchema>;

/** One registration record: what is known of a device since it first made contact. */
const storedRegistrationSchema = z.strictObject({
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
  /** The group that the device came through, if any; it may be gone by now. */
  enrollmentGroupId: z.string().optional(),
  /** Hubs that the device was on before, oldest first. */
  earlierHubs: z.array(z.string()).optional(),
  /** The latest register call: its operation id, how many polls still answer `assigning`, and the blob of a TPM's hub key. */
  operation: z.strictObject({
    operationId: z.string(),
    pollsLeft: z.int(),
    authenticationKey: z.string().optional(), // base64
  }),
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
  enrollmentGroups: z.array(storedGroupSchema).default([]), // absent in files of before there were groups
  authorities: z.array(storedAuthoritySchema).default([]),
});
/** See {@link stateSchema}. */
export type StoredState = z.infer<typeof stateSchema>;
