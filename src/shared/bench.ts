import { z } from 'zod';

/*
 * The control link of the simulation: how a person, a test or the demo plugs boards, presses their buttons and cuts
 * the network. It stands for hands, never for a wire: a station reaches boards only over lines and the cloud only
 * over HTTPS. Carried as JSON over HTTP on loopback: POST {address}/{verb} with the request as body, answer as JSON.
 */

/** Firmware of the DevKit whose console texts a simulated board speaks. */
export const personalitySchema = z.enum(['1.3.0', '1.6.2', '1.6.5', '2.0.0']);
/** See {@link personalitySchema}. */
export type Personality = z.infer<typeof personalitySchema>;

/** Kinds of simulated boards: a DevKit with one of its firmwares, or a board with Linux and a TPM. */
export const boardKindSchema = z.enum([...personalitySchema.options, 'linux']);
/** See {@link boardKindSchema}. */
export type BoardKind = z.infer<typeof boardKindSchema>;

/** What a simulated board is doing now. `off`: no power. `silent`: powered, prints nothing, as after a failed Wi-Fi set-up. */
export const boardModeSchema = z.enum(['off', 'booting', 'user', 'ap', 'configuration', 'silent']);

/** A defect that a simulated board shows, until cleared with `none`. */
export const boardFaultSchema = z.enum([
  'none',
  'write-failure', // set_dps_uds answers `ERROR: Failed to write EEPROM: 0x06.` and stores nothing
  'verify-failure', // set_dps_uds stores, then prints `ERROR: Verify failed.`
  'silence', // banner, then nothing in configuration mode
  'reboot-in-write', // the board resets after the UDS was stored and before it says so
  'unplug-in-write', // the line dies after the UDS was stored and before it says so
  'stuck', // accepts input, never answers
]);
/** See {@link boardFaultSchema}. */
export type BoardFault = z.infer<typeof boardFaultSchema>;

/** One board as the bench sees it. Never carries the secret itself; `udsFingerprint` is the first 16 hex digits of SHA-256 over the UDS bytes. */
export const benchBoardSchema = z.strictObject({
  board: z.string(), // the adapter's USB serial, 24 upper-case hex digits
  mac: z.string(), // 12 lower-case hex digits
  personality: boardKindSchema,
  mode: boardModeSchema,
  fault: boardFaultSchema,
  slot: z.int().nullable(), // place on the bench, 1-based; null while unplugged
  path: z.string().nullable(), // the line a station opens; null while unplugged
  display: z.array(z.string()), // the lines of the OLED
  secretWrites: z.int(), // how often set_dps_uds stored anything, ever
  powerUps: z.int(),
  busyInMs: z.number(), // time this board itself needed so far (boot, echo, writes): the minimum a line can reach
  udsFingerprint: z.string().nullable(),
  registeredWith: z.string().nullable(), // registration id of the last successful registration in this power-up
  lastRegistration: z.string().nullable(), // `assigned <hub>` or what went wrong, as the board's own log says it
});
/** See {@link benchBoardSchema}. */
export type BenchBoard = z.infer<typeof benchBoardSchema>;

/** The whole bench: boards, scanner, and the counters of what hands did. */
export const benchStateSchema = z.strictObject({
  boards: z.array(benchBoardSchema),
  scannerPath: z.string().nullable(),
  operatorActions: z.int(), // scans + plugs + unplugs + presses
  scans: z.int(),
  plugs: z.int(),
  presses: z.int(),
  secretWrites: z.int(), // sum over all boards
});
/** See {@link benchStateSchema}. */
export type BenchState = z.infer<typeof benchStateSchema>;

/** Faults of the simulated cloud, switchable while it runs. Absent members keep their value. */
export const dpsFaultsSchema = z.strictObject({
  /** `refuse`: connections are cut at once. `none`: the network is there. */
  outage: z.enum(['none', 'refuse', 'service-unavailable']).optional(),
  /** Extra time before each answer, in milliseconds. */
  latencyInMs: z.number().min(0).optional(),
  /** Answers lost after the service has committed: the next N write calls are carried out and then cut. */
  loseReplies: z.int().min(0).optional(),
  /** The next N service calls are cut before they are carried out. */
  dropRequests: z.int().min(0).optional(),
  /** The next N service calls answer 429; `retryAfterInSeconds` null leaves the header out. */
  throttle: z.strictObject({ calls: z.int().min(0), retryAfterInSeconds: z.int().nullable() }).optional(),
  /** The next N service calls answer this status (500, 503, 401, 400 ...), not carried out. */
  failCalls: z.strictObject({ calls: z.int().min(0), status: z.int() }).optional(),
  /** A bulk that holds one of these registration ids is refused whole with 400. */
  poisonIds: z.array(z.string()).optional(),
  /** These ids get an error of their own inside a bulk answer (HTTP 200) or as the answer of a single call. */
  rejectIds: z
    .array(z.strictObject({ registrationId: z.string(), errorCode: z.int(), message: z.string() }))
    .optional(),
  /** Shift of the Date header and of token checking, in seconds (a service whose clock disagrees with the station's). */
  clockSkewInSeconds: z.number().optional(),
  /** Operations per minute for service calls and, apart, registrations; null switches the limit off. */
  operationsPerMinute: z.int().nullable().optional(),
  registrationsPerMinute: z.int().nullable().optional(),
});
/** See {@link dpsFaultsSchema}. */
export type DpsFaults = z.infer<typeof dpsFaultsSchema>;

/** What the simulated cloud counted: the books that judge a station. */
export const dpsCountersSchema = z.strictObject({
  serviceCalls: z.int(),
  bulkCalls: z.int(),
  throttled: z.int(),
  created: z.int(), // enrollments made
  duplicates: z.int(), // creates of an id that was there (409201)
  updated: z.int(),
  deleted: z.int(),
  groupWrites: z.int(), // groups made, updated or deleted
  registrations: z.int(), // successful registrations
  /** Highest number of service operations in any 60 seconds so far. */
  peakOperationsPerMinute: z.int(),
});
/** See {@link dpsCountersSchema}. */
export type DpsCounters = z.infer<typeof dpsCountersSchema>;

/** One enrollment as the simulated cloud holds it, for judging: no secret in it. */
export const dpsBookRowSchema = z.strictObject({
  registrationId: z.string(),
  attestation: z.enum(['x509', 'symmetricKey', 'tpm']),
  sha256Thumbprint: z.string().nullable(), // lower-case hex of the primary certificate; null without one
  secondarySha256Thumbprint: z.string().nullable(), // of the certificate beside it; null without one
  provisioningStatus: z.string(),
  registrationStatus: z.string(), // unassigned | assigning | assigned | failed | disabled
});
/** See {@link dpsBookRowSchema}. */
export type DpsBookRow = z.infer<typeof dpsBookRowSchema>;

const hubReadySchema = z.object({
  hostName: z.string(), // what devices are told as their assigned hub
  port: z.int(), // HTTPS on loopback: the registry
  mqttPort: z.int().optional(), // MQTT on loopback: devices
  serviceConnectionString: z.string(), // says HostName=localhost
});
/** Where a simulated hub is found, whatever its name says. */
export type HubReady = z.infer<typeof hubReadySchema>;

/** One enrollment group as the simulated cloud holds it, for judging. */
export const dpsGroupRowSchema = z.strictObject({
  enrollmentGroupId: z.string(),
  attestation: z.enum(['x509', 'symmetricKey']),
  provisioningStatus: z.string(),
  registrations: z.int(), // records of devices that came through it
});
/** See {@link dpsGroupRowSchema}. */
export type DpsGroupRow = z.infer<typeof dpsGroupRowSchema>;

/** The file that a simulated DPS writes when it listens; the same object is its first line on standard output. */
export const dpsReadySchema = z.object({
  serviceConnectionString: z.string(),
  idScope: z.string(),
  host: z.string(), // without port
  port: z.int(),
  caFile: z.string(), // PEM of the simulator's CA, of its hubs as well
  mqttPort: z.int().optional(), // MQTT over TLS for devices
  hubs: z.array(hubReadySchema).optional(), // the linked hubs that run beside it
});
/** See {@link dpsReadySchema}. */
export type DpsReady = z.infer<typeof dpsReadySchema>;

/** What a whole bench (boards, scanner and cloud in one process) says when it is ready. */
export const benchReadySchema = z.object({
  control: z.string(), // address of the control link, secret token included
  linesFolder: z.string(), // like /dev/serial/by-id: one link (or file, see simulated-line.ts) per plugged board, named with its USB serial
  scannerPath: z.string().nullable(),
  recipeFile: z.string(), // recipe pinned to the firmware image that the boards run
  recipesFolder: z.string(), // it and the recipes of the bench's other boards, each named after its kind
  issuerKeyFile: z.string(), // private key of the issuing CA that a recipe names, PKCS#8 PEM, mode 0600
  wifi: z.strictObject({ ssid: z.string(), passwordFile: z.string() }),
  dps: dpsReadySchema.nullable(),
});
/** See {@link benchReadySchema}. */
export type BenchReady = z.infer<typeof benchReadySchema>;

/** Verbs of the control link: request and answer. `state` and `dps-*` change nothing that a hand would have to do. */
export const benchVerbs = {
  state: { request: z.strictObject({}), answer: benchStateSchema },
  'make-boards': {
    request: z.strictObject({ count: z.int().min(1).max(10_000), personality: boardKindSchema }),
    answer: z.strictObject({ boards: z.array(benchBoardSchema) }),
  },
  /** Gives the board a line in `slot` and power. */
  plug: { request: z.strictObject({ board: z.string(), slot: z.int().min(1) }), answer: benchBoardSchema },
  unplug: { request: z.strictObject({ board: z.string() }), answer: benchBoardSchema },
  /** `enter-configuration`: hold A, press RESET. `enter-ap`: hold B, press RESET. `reset`: RESET alone. One operator action each. */
  press: {
    request: z.strictObject({ board: z.string(), buttons: z.enum(['enter-configuration', 'enter-ap', 'reset']) }),
    answer: benchBoardSchema,
  },
  /** The scanner sends this text and CR. */
  scan: { request: z.strictObject({ text: z.string() }), answer: z.strictObject({}) },
  /** Powers boards up away from any station (no line), so that each tries to register once; answers when all have tried. */
  'power-up': {
    request: z.strictObject({ boards: z.array(z.string()) }),
    answer: z.strictObject({ boards: z.array(benchBoardSchema) }),
  },
  fault: { request: z.strictObject({ board: z.string(), fault: boardFaultSchema }), answer: benchBoardSchema },
  'dps-faults': { request: dpsFaultsSchema, answer: dpsFaultsSchema },
  'dps-counters': { request: z.strictObject({}), answer: dpsCountersSchema },
  'dps-book': {
    request: z.strictObject({}),
    answer: z.strictObject({ enrollments: z.array(dpsBookRowSchema), groups: z.array(dpsGroupRowSchema) }),
  },
  stop: { request: z.strictObject({}), answer: z.strictObject({}) },
} as const;

/** Name of a verb of the control link. */
export type BenchVerb = keyof typeof benchVerbs;

/** The Wi-Fi network around the bench. It protects nothing: no other network than this pretended one knows it. */
export const trainingWifi = { ssid: 'dps-station-bench', password: 'training-bench' } as const;
