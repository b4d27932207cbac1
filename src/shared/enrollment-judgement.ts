import { z } from 'zod';
import { enrollmentFields } from './enrollment.ts';
import { type EnrollmentGroup, type SentEnrollment, symmetricKeysSchema } from './enrollment-group.ts';
import type { Problem } from './problem.ts';

/** What a judge found in a record: a `refusal` keeps it from being sent, an `advice` does not. */
export type Finding = { readonly weight: 'refusal' | 'advice'; readonly problem: Problem };

/** What the judge knows of the instance that a record is meant for. Left out: not known, so not judged. */
export type JudgeContext = {
  readonly now: number; // milliseconds since 1970 UTC
  /** Host names of the hubs that are linked to the instance. */
  readonly linkedHubs?: readonly string[];
  /** Names of CA certificates that were uploaded to the instance and verified there. */
  readonly authorities?: readonly string[];
};

/**
 * A verdict before anything is sent. `record` is what may be sent: nulls and members that only the service sets are gone,
 * certificates and endorsement keys are bare base64. `fingerprints`: SHA-256 of each credential in it, lower-case hex.
 */
export type RecordVerdict<Sent> =
  | {
      readonly verdict: 'accepted';
      readonly record: Sent;
      readonly findings: readonly Finding[];
      readonly fingerprints: readonly string[];
    }
  | { readonly verdict: 'refused'; readonly findings: readonly Finding[] };

/** See {@link RecordVerdict}. */
export type EnrollmentVerdict = RecordVerdict<SentEnrollment>;
/** See {@link RecordVerdict}. */
export type GroupVerdict = RecordVerdict<EnrollmentGroup>;

const certificateSlotSchema = z.strictObject({ certificate: z.string() });

/** An individual enrollment as it is sent, see {@link SentEnrollment}; without an ETag, which only updates bear. */
export const sentEnrollmentSchema = z.strictObject({
  registrationId: z.string(),
  deviceId: z.string().optional(),
  attestation: z.discriminatedUnion('type', [
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
      tpm: z.strictObject({ endorsementKey: z.string(), storageRootKey: z.string().optional() }),
    }),
    z.strictObject({ type: z.literal('symmetricKey'), symmetricKey: symmetricKeysSchema }),
  ]),
  optionalDeviceInformation: z.record(z.string(), z.json()).optional(),
  ...enrollmentFields,
});
