import { z } from 'zod';
import { originSchema, problemSchema } from './job.ts';

/** What a comparison, or a whole verification, comes to. What could not be asked is `cannot-tell`, never `fail`. */
export const verdictSchema = z.enum(['pass', 'fail', 'cannot-tell']);
/** See {@link verdictSchema}. */
export type Verdict = z.infer<typeof verdictSchema>;

/** What is compared, in the order in which it is shown. */
export const checkNameSchema = z.enum([
  'record', // the unit is in the books and passed
  'audit', // the hashes of its lines in the journal
  'certificate-dates',
  'certificate-issuer',
  'board',
  'board-usb-serial',
  'board-mac',
  'board-firmware',
  'board-registration-id',
  'board-endorsement-key',
  'board-certificate',
  'board-key', // a challenge of the station, signed by the board with the key of its certificate
  'entry', // of the provisioning service, or the group through which the unit comes in
  'entry-credential',
  'entry-second-credential',
  'entry-beside-group', // an entry of the unit's own, where a group should let it in
  'entry-enabled',
  'entry-device-id',
  'entry-twin',
  'entry-reprovision-policy',
  'entry-allocation',
  'entry-capabilities',
  'entry-device-information',
  'registration',
  'registration-since', // with the credential that is enrolled now
  'registration-new', // after it was asked for
  'registration-hub',
  'registration-device-id',
  'hub-device',
  'hub-enabled',
  'hub-authentication',
  'hub-thumbprint',
]);
/** See {@link checkNameSchema}. */
export type CheckName = z.infer<typeof checkNameSchema>;

/** One comparison; `problem` says what a failure or an open question means and what to do. */
export const checkSchema = z.strictObject({
  check: checkNameSchema,
  expected: z.string().nullable(),
  found: z.string().nullable(),
  verdict: verdictSchema,
  problem: problemSchema.nullable(),
});
/** See {@link checkSchema}. */
export type Check = z.infer<typeof checkSchema>;

/** What was learned by asking: `absent`: there is none; `unknown`: nobody answered, so nothing follows from it. */
const observationOf = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('seen', [
    z.strictObject({ seen: z.literal('not-asked') }),
    z.strictObject({ seen: z.literal('found'), value }),
    z.strictObject({ seen: z.literal('absent') }),
    z.strictObject({ seen: z.literal('unknown'), problem: problemSchema }),
  ]);

/** What a board was given to sign, and its answer. */
export const challengeSchema = z.strictObject({
  text: z.string(), // names the unit and holds 32 random bytes: no answer of another day fits it
  signature: z.string().nullable(), // base64 DER over SHA-256; null: the board could not sign
});
/** See {@link challengeSchema}. */
export type Challenge = z.infer<typeof challengeSchema>;

/** What a board told; null: it did not say. Nothing secret is among what a board tells. */
export const boardViewSchema = z.strictObject({
  usbSerial: z.string().nullable(), // of the adapter
  mac: z.string().nullable(), // 12 lower-case hex digits
  firmwareVersion: z.string().nullable(),
  registrationId: z.string().nullable(), // with which it registered by its own words
  registeredAt: z.string().nullable(), // hub that it named itself
  endorsementKey: z.string().nullable(), // base64 TPM2B_PUBLIC
  certificate: z.string().nullable(), // PEM of the leaf; empty: it has a place for one and nothing readable there
  challenge: challengeSchema.nullable().default(null), // null: the recipe has none
});
/** See {@link boardViewSchema}. */
export type BoardView = z.infer<typeof boardViewSchema>;

/** An enrollment, or the group of a unit, as the service told it; no key is in it. Thumbprints are SHA-256 in lower-case hex. */
export const entryViewSchema = z.strictObject({
  kind: z.enum(['individual', 'group']),
  id: z.string(),
  attestation: z.string().nullable(),
  primaryThumbprint: z.string().nullable(),
  secondaryThumbprint: z.string().nullable(),
  endorsementKey: z.string().nullable(),
  keyFingerprint: z.string().nullable(), // SHA-256 of the primary symmetric key
  keyProblem: problemSchema.nullable(), // why that could not be had
  /** Of a group: status of an entry that this very unit has beside it, which counts first; null: it has none. */
  own: z.string().nullable().default(null),
  /** The settings that a station may set, as the service spells them; absent: the service named none. */
  settings: z.record(z.string(), z.json()),
  etag: z.string().nullable(),
  createdDateTimeUtc: z.string().nullable(),
  lastUpdatedDateTimeUtc: z.string().nullable(),
});
/** See {@link entryViewSchema}. */
export type EntryView = z.infer<typeof entryViewSchema>;

/** A registration record as the service told it; times are the service's, with up to 7 decimals. */
export const registrationViewSchema = z.strictObject({
  registrationId: z.string().nullable(),
  status: z.string().nullable(),
  substatus: z.string().nullable(),
  assignedHub: z.string().nullable(),
  deviceId: z.string().nullable(),
  errorCode: z.number().nullable(),
  errorMessage: z.string().nullable(),
  createdDateTimeUtc: z.string().nullable(),
  lastUpdatedDateTimeUtc: z.string().nullable(),
});
/** See {@link registrationViewSchema}. */
export type RegistrationView = z.infer<typeof registrationViewSchema>;

/** A device as its hub has it. */
export const hubViewSchema = z.strictObject({
  hostName: z.string(),
  deviceId: z.string(),
  status: z.enum(['enabled', 'disabled']),
  connectionState: z.enum(['connected', 'disconnected']), // may be minutes old
  lastActivityTime: z.string().nullable(),
  generationId: z.string(),
  authentication: z.enum(['sas', 'selfSigned', 'certificateAuthority', 'other']),
  primaryThumbprint: z.string().nullable(), // as the hub writes it
  secondaryThumbprint: z.string().nullable(),
});
/** See {@link hubViewSchema}. */
export type HubView = z.infer<typeof hubViewSchema>;

/** Everything that a verification asked for. `before`: the registration that a new one must be younger than. */
export const observedSchema = z.strictObject({
  board: observationOf(boardViewSchema),
  entry: observationOf(entryViewSchema),
  registration: observationOf(registrationViewSchema),
  before: observationOf(registrationViewSchema),
  hub: observationOf(hubViewSchema),
});
/** See {@link observedSchema}. */
export type Observed = z.infer<typeof observedSchema>;
/** What was learned of one party. */
export type Observation<Party extends keyof Observed> = Observed[Party];

/** State of a verification; stored as one JSON value. No step of it writes anywhere but into the station's own books. */
export const verificationStateSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('connecting'), observed: observedSchema }),
  z.strictObject({ step: z.literal('reading-board'), observed: observedSchema }),
  z.strictObject({ step: z.literal('reading-entry'), observed: observedSchema }),
  z.strictObject({ step: z.literal('reading-registration'), observed: observedSchema }),
  /** The board starts anew and registers. */
  z.strictObject({ step: z.literal('registering'), observed: observedSchema }),
  z.strictObject({ step: z.literal('reading-new-registration'), observed: observedSchema }),
  z.strictObject({ step: z.literal('reading-hub'), observed: observedSchema }),
  z.strictObject({ step: z.literal('judging'), observed: observedSchema }),
  z.strictObject({
    step: z.literal('done'),
    observed: observedSchema,
    verdict: verdictSchema,
    checks: z.array(checkSchema),
    /** Why it cannot tell, or what it was ended by: of the first check that is open; null with any other verdict. */
    reason: problemSchema.nullable(),
  }),
]);
/** See {@link verificationStateSchema}. */
export type VerificationState = z.infer<typeof verificationStateSchema>;

/** What may happen to a verification. */
export const verificationEventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('connected') }),
  z.strictObject({ event: z.literal('not-connected'), problem: problemSchema }),
  z.strictObject({ event: z.literal('board-read'), board: observedSchema.shape.board }),
  z.strictObject({ event: z.literal('entry-read'), entry: observedSchema.shape.entry }),
  z.strictObject({ event: z.literal('registration-read'), registration: observedSchema.shape.registration }),
  z.strictObject({ event: z.literal('board-registered'), board: observedSchema.shape.board }),
  z.strictObject({ event: z.literal('hub-read'), hub: observedSchema.shape.hub }),
  z.strictObject({ event: z.literal('judged'), checks: z.array(checkSchema) }),
  /** A person, or the end of the station's process, ended it. */
  z.strictObject({ event: z.literal('stopped'), problem: problemSchema }),
]);
/** See {@link verificationEventSchema}. */
export type VerificationEvent = z.infer<typeof verificationEventSchema>;

/** What a unit is judged by: the registration that is there, or one that the board is asked for now. */
export const askedSchema = z.enum(['last-registration', 'new-registration']);
/** See {@link askedSchema}. */
export type Asked = z.infer<typeof askedSchema>;

/** One re-verification of a unit. Times are ISO 8601 UTC. */
export const verificationSchema = z.strictObject({
  id: z.string(),
  serial: z.string(),
  slot: z.int().nullable(), // null: no board was read
  lot: z.string().nullable(), // id of the lot it counts for
  jobId: z.string().nullable(), // the job by which the unit got its identity; null: the books do not know the unit
  ask: askedSchema,
  state: verificationStateSchema,
  origin: originSchema,
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});
/** See {@link verificationSchema}. */
export type Verification = z.infer<typeof verificationSchema>;

/** A line of the list of verifications. */
export const verificationRowSchema = z.strictObject({
  row: z.int(),
  id: z.string(),
  serial: z.string(),
  slot: z.int().nullable(),
  lot: z.string().nullable(),
  ask: askedSchema,
  step: z.string(),
  verdict: verdictSchema.nullable(), // null: at work
  actor: z.string(),
  mode: z.enum(['training', 'production']),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});
/** See {@link verificationRowSchema}. */
export type VerificationRow = z.infer<typeof verificationRowSchema>;

/**
 * What a new registration would do to a device (Azure documentation, concepts-device-reprovision). `first`: there is
 * none yet. `stays`: hub and data stay as they are. `migrates`: on another hub its data come along. `resets`: its twin
 * is made anew from the entry, also where the hub stays.
 */
export const reprovisionEffectSchema = z.strictObject({
  data: z.enum(['first', 'stays', 'migrates', 'resets']),
  hub: z.enum(['assigned', 'stays', 'may-change', 'changes']),
});
/** See {@link reprovisionEffectSchema}. */
export type ReprovisionEffect = z.infer<typeof reprovisionEffectSchema>;
