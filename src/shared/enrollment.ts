import { z } from 'zod';

const twinPart = z.record(z.string(), z.json());

/** What a station sends as an individual X.509 enrollment (DPS REST API 2021-10-01, IndividualEnrollment). Unset members are left out. */
export const enrollmentSchema = z.strictObject({
  registrationId: z.string(),
  deviceId: z.string().optional(),
  attestation: z.strictObject({
    type: z.literal('x509'),
    x509: z.strictObject({
      clientCertificates: z.strictObject({
        primary: z.strictObject({ certificate: z.string() }), // base64 DER without header lines
      }),
    }),
  }),
  capabilities: z.strictObject({ iotEdge: z.boolean() }).optional(),
  allocationPolicy: z.string().optional(),
  iotHubs: z.array(z.string()).optional(),
  initialTwin: z
    .strictObject({ tags: twinPart.optional(), properties: z.strictObject({ desired: twinPart }).optional() })
    .optional(),
  optionalDeviceInformation: z.record(z.string(), z.json()).optional(),
  provisioningStatus: z.enum(['enabled', 'disabled']),
  reprovisionPolicy: z.strictObject({ updateHubAssignment: z.boolean(), migrateDeviceData: z.boolean() }).optional(),
});
/** See {@link enrollmentSchema}. */
export type Enrollment = z.infer<typeof enrollmentSchema>;

const certificateAnswer = z.looseObject({
  info: z.looseObject({ sha1Thumbprint: z.string().optional(), sha256Thumbprint: z.string().optional() }).optional(),
});

/** What the service says about a registration. Timestamps carry up to 7 decimals: compare with {@link compareServiceTimes}. */
const registrationStateSchema = z.looseObject({
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
    })
    .optional(),
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
