import { z } from 'zod';
import { jsonObjectSchema, policiesSchema } from '../dps/records.ts';

/* What the simulated hubs keep, as it stands in their state file. */

const authenticationSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('sas'),
    symmetricKey: z.strictObject({ primaryKey: z.string(), secondaryKey: z.string() }), // base64
  }),
  z.strictObject({
    type: z.literal('selfSigned'),
    x509Thumbprint: z.strictObject({
      primaryThumbprint: z.string(), // upper-case hex of SHA-1 or SHA-256
      secondaryThumbprint: z.string().nullable(),
    }),
  }),
]);

const twinSchema = z.strictObject({
  tags: jsonObjectSchema,
  desired: jsonObjectSchema,
  reported: jsonObjectSchema,
  version: z.int(), // of the whole twin
  desiredVersion: z.int(),
  reportedVersion: z.int(),
});

/** One device identity with its twin. A time is null when that never happened. */
export const storedDeviceSchema = z.strictObject({
  deviceId: z.string(),
  generationId: z.string(), // another one when an identity is deleted and made again
  etag: z.string(),
  status: z.enum(['enabled', 'disabled']),
  statusReason: z.string().nullable(),
  statusUpdatedTime: z.string().nullable(),
  connectionStateUpdatedTime: z.string().nullable(),
  lastActivityTime: z.string().nullable(),
  authentication: authenticationSchema,
  iotEdge: z.boolean(),
  twin: twinSchema,
  messagesReceived: z.int(), // from the device, ever
});
/** See {@link storedDeviceSchema}. */
export type StoredDevice = z.infer<typeof storedDeviceSchema>;

const storedHubSchema = z.strictObject({
  name: z.string(), // host name as linked, lower case
  policies: policiesSchema,
  devices: z.array(storedDeviceSchema),
});
/** One hub of the state file. */
export type StoredHub = z.infer<typeof storedHubSchema>;

/** The whole state file. Hubs in it that are not started stay in it. */
export const hubStateSchema = z.strictObject({
  format: z.literal('hub-simulator-state'),
  version: z.literal(1),
  hubs: z.array(storedHubSchema),
});
