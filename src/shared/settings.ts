import { z } from 'zod';
import { authSchema, proxySchema } from './access.ts';
import { roleTableSchema, shippedRoles } from './people.ts';

/** One DPS instance: where it is, as whom to call, how much. Secrets are names in the vault, never values. */
export const instanceSettingsSchema = z
  .strictObject({
    /** As whom it is called; or, in the older form: */
    auth: authSchema.optional(),
    /** name of the vault secret that holds the service connection string. */
    connectionStringSecret: z.string().min(1).optional(),
    /** Absent: no proxy. What the environment says about one is not looked at. */
    proxy: proxySchema.optional(),
    /** Absent only for a single run with a bare connection string: the image's scope is not checked then. */
    idScope: z
      .string()
      .regex(/^0ne[0-9A-Za-z]+$/, 'expected an ID scope such as 0ne00AB12CD')
      .optional(),
    /** Device endpoint that firmware images name. */
    globalEndpoint: z.string().min(1).default('global.azure-devices-provisioning.net'),
    port: z.int().min(1).max(65_535).optional(),
    /** PEM file of an authority besides the system's own (a proxy that inspects, the simulator). */
    caFile: z.string().min(1).optional(),
    /** Service operations per minute that this station may use; the quota belongs to the instance, share it out. */
    operationsPerMinute: z.int().min(1).max(100_000).default(200),
    /** Whether a bulk call of ten counts once or ten times; the service documents neither. */
    bulkWeight: z.enum(['call', 'item']).default('call'),
    timeoutInMs: z.int().min(1_000).max(300_000).default(30_000),
  })
  .refine((instance) => (instance.auth === undefined) !== (instance.connectionStringSecret === undefined), {
    path: ['auth'],
    error: 'either "auth" or "connectionStringSecret" is needed, and not both',
  });
/** See {@link instanceSettingsSchema}. */
export type InstanceSettings = z.infer<typeof instanceSettingsSchema>;

/** Access to the registry of one IoT Hub, which `hubs` names by its host name. */
export const hubSettingsSchema = z.strictObject({
  /** Name of the vault secret that holds a connection string of the hub (policy with RegistryRead and RegistryWrite). */
  connectionStringSecret: z.string().min(1),
  port: z.int().min(1).max(65_535).optional(),
  caFile: z.string().min(1).optional(),
  proxy: proxySchema.optional(),
});
/** See {@link hubSettingsSchema}. */
export type HubSettings = z.infer<typeof hubSettingsSchema>;

/** Training and production never mix: each has a folder, a vault and books of its own. */
export const modeSchema = z.enum(['training', 'production']);

/**
 * Where the secrets of production are kept: the keyring of the operating system, a file under a passphrase, or a plain
 * file of mode 0600 that somebody accepted by name. Training always has the plain file.
 */
export const vaultSettingsSchema = z.strictObject({
  backend: z.enum(['os', 'passphrase', 'file']),
  acceptedBy: z.string().min(1).max(64).optional(),
  acceptedAt: z.iso.datetime().optional(),
});

/** Settings of a station, as `settings.json` in its folder holds them. Unknown keys are refused. */
export const settingsSchema = z.strictObject({
  schema: z.literal('dps-station/settings/1').default('dps-station/settings/1'),
  mode: modeSchema.default('training'),
  station: z.string().min(1).max(64).default('station-1'),
  /** Line of the factory and the station's number on it, stamped into every record together with its name. */
  line: z.string().min(1).max(64).optional(),
  number: z.int().min(1).max(999).optional(),
  /** In training: boards, scanner and cloud are the embedded simulation, or what the rest of the settings says. */
  bench: z.enum(['embedded', 'off']).default('embedded'),
  slots: z.int().min(1).max(16).default(8),
  recipe: z.string().min(1).default('mxchip-devkit'),
  dps: z
    .record(
      z.string(),
      instanceSettingsSchema.refine((instance) => instance.idScope !== undefined, {
        path: ['idScope'],
        error: 'it is needed, so that an image made for another instance is refused',
      }),
    )
    .default({}),
  /** Where boards appear: a folder of links such as /dev/serial/by-id, or all ports of the recipe's adapter. */
  lines: z
    .discriminatedUnion('from', [
      z.strictObject({ from: z.literal('folder'), folder: z.string().min(1) }),
      z.strictObject({ from: z.literal('ports') }),
    ])
    .default({ from: 'ports' }),
  /** A serial barcode scanner, or null for typed scans only. */
  scanner: z
    .strictObject({ path: z.string().min(1), baudRate: z.int().positive().default(9_600) })
    .nullable()
    .default(null),
  /** Whether units are worked on without an active work order. */
  orders: z.enum(['required', 'optional']).default('optional'),
  /** When shifts begin, local time. */
  shiftStarts: z
    .array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 06:00'))
    .min(1)
    .max(24)
    .default(['06:00', '14:00', '22:00']),
  /** Units of which is known how a verification must judge them. */
  goldenUnits: z
    .array(z.strictObject({ serial: z.string().min(1).max(64), expect: z.enum(['pass', 'fail']) }))
    .max(16)
    .default([]),
  callsInFlight: z.int().min(1).max(4).default(2),
  /** Hubs whose devices this station may look at, disable and remove; by host name. */
  hubs: z.record(z.string().min(1), hubSettingsSchema).default({}),
  vault: vaultSettingsSchema.default({ backend: 'file' }),
  /** What each role may do. */
  roles: roleTableSchema.default(shippedRoles),
  /** Whoever is at work is signed out after so long without a call that changes something. */
  signOutAfterInMinutes: z.int().min(1).max(480).default(15),
});
/** See {@link settingsSchema}. */
export type Settings = z.infer<typeof settingsSchema>;

/** What a zod error says, as one sentence an operator can act on. */
export function readableIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.length === 0 ? 'the whole' : issue.path.join('.')}: ${inWords(issue.message)}`)
    .join('; ');
}

/** The schema library speaks of types; a person has left something out. */
function inWords(message: string): string {
  return message.endsWith('received undefined') ? 'is missing' : message;
}
