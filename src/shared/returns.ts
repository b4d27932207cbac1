import { z } from 'zod';
import { originSchema, problemSchema } from './job.ts';

/** Why a unit came back. */
export const returnReasonSchema = z.enum([
  'field-failure',
  'board-replaced',
  'suspected-compromise',
  'firmware-update',
  'customer-return',
  'move',
  'scrap',
]);
/** See {@link returnReasonSchema}. */
export type ReturnReason = z.infer<typeof returnReasonSchema>;

/**
 * What is done with a returned unit. `register-again`: the same identity, nothing is written. `new-identity`: a new secret
 * and credential on the same board. `new-board`: another board takes over the serial. `move`: a new credential in another
 * DPS instance. `retire`: the identity ends without a successor.
 */
export const returnDeedSchema = z.enum(['register-again', 'new-identity', 'new-board', 'move', 'retire']);
/** See {@link returnDeedSchema}. */
export type ReturnDeed = z.infer<typeof returnDeedSchema>;

/** What goes with a return. */
export const returnOptionsSchema = z.strictObject({
  /** Delete the registration record: the service forgets which hub the device was given. */
  deleteRegistration: z.boolean(),
  /** Take the identity out of the hub: a connected device is cut off. */
  removeHubIdentity: z.boolean(),
  /** What becomes of the old entry, where no new credential takes its place in it. */
  oldEntry: z.enum(['disable', 'delete']),
  /** Deed `move`: name of the other instance; else null. */
  to: z.string().min(1).max(64).nullable(),
});
/** See {@link returnOptionsSchema}. */
export type ReturnOptions = z.infer<typeof returnOptionsSchema>;

/** How a return ended. `unproved`: somebody did not wait for the board to register. */
const returnOutcomeSchema = z.enum(['finished', 'unproved', 'cancelled']);

/** `since`: service time of the newest registration before the return; null: there was none, or it was deleted. */
const since = { since: z.string().nullable() };
const jobId = { jobId: z.string() };

/** State of a return; stored as one JSON value, so closed and versioned by the database's schema. */
export const returnStateSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('noting') }), // when the device last registered
  z.strictObject({ step: z.literal('disabling') }),
  z.strictObject({ step: z.literal('clearing-hub'), ...since }),
  z.strictObject({ step: z.literal('clearing-record'), ...since }),
  z.strictObject({ step: z.literal('enabling'), ...since }),
  z.strictObject({ step: z.literal('awaiting-registration'), ...since }),
  z.strictObject({ step: z.literal('awaiting-board') }),
  z.strictObject({ step: z.literal('delivering'), ...jobId }),
  z.strictObject({ step: z.literal('proving'), ...jobId }),
  z.strictObject({ step: z.literal('promoting'), ...jobId }),
  z.strictObject({ step: z.literal('removing'), jobId: z.string().nullable() }),
  z.strictObject({ step: z.literal('restoring') }), // cancelled: the entry is enabled again
  z.strictObject({ step: z.literal('done'), outcome: returnOutcomeSchema, jobId: z.string().nullable() }),
]);
/** See {@link returnStateSchema}. */
export type ReturnState = z.infer<typeof returnStateSchema>;

/** The identity that a return is about, as it was when the return was opened. */
export const returnSubjectSchema = z.strictObject({
  jobId: z.string(),
  instance: z.string(),
  registrationId: z.string(),
  fingerprint: z.string(),
  hardwareId: z.string().nullable(),
  group: z.string().nullable(), // enrollment group through which it came in
  enabled: z.boolean(), // as the station had enrolled it
  /** What the entry of this id was before the return touched it; `none`: there was none; null: not looked at. */
  found: z.enum(['enabled', 'disabled', 'none']).nullable().default(null),
});
/** See {@link returnSubjectSchema}. */
export type ReturnSubject = z.infer<typeof returnSubjectSchema>;

/** One return: who asked for what and why, and how far it is. Times are ISO 8601 UTC. */
export const returnCaseSchema = z.strictObject({
  id: z.string(),
  serial: z.string(),
  reason: returnReasonSchema,
  note: z.string().max(500),
  deed: returnDeedSchema,
  options: returnOptionsSchema,
  subject: returnSubjectSchema,
  /** The new credential stands beside the old one until its board has registered. */
  overlap: z.boolean(),
  state: returnStateSchema,
  origin: originSchema,
  countersignedBy: z.string().nullable(), // badge of the second person
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});
/** See {@link returnCaseSchema}. */
export type ReturnCase = z.infer<typeof returnCaseSchema>;

/** A return as a list shows it; `row` is its place in the books. */
export const returnRowSchema = returnCaseSchema.extend({ row: z.int() });
/** See {@link returnRowSchema}. */
export type ReturnRow = z.infer<typeof returnRowSchema>;

/** What an open return waits for. */
export const returnWaitSchema = z.strictObject({
  /** Why it does not go on; null: nothing is wrong. */
  problem: problemSchema.nullable(),
  /** When the station tries again by itself; null: at once, or not before a person says so. */
  nextTryAt: z.string().nullable(),
  needsPerson: z.boolean(),
});
/** See {@link returnWaitSchema}. */
export type ReturnWait = z.infer<typeof returnWaitSchema>;

/** An open return on a screen. */
export const openReturnSchema = z.strictObject({
  id: z.string(),
  serial: z.string(),
  deed: returnDeedSchema,
  reason: returnReasonSchema,
  step: z.string(),
  startedAt: z.string(),
  wait: returnWaitSchema,
});
/** See {@link openReturnSchema}. */
export type OpenReturn = z.infer<typeof openReturnSchema>;

/** All open returns: how many, and the newest of them. */
export const openReturnsSchema = z.strictObject({ open: z.int(), rows: z.array(openReturnSchema) });
/** See {@link openReturnsSchema}. */
export type OpenReturns = z.infer<typeof openReturnsSchema>;

/** What is asked for when a return is opened. */
export const returnOrderSchema = z.strictObject({
  serial: z.string().min(1).max(128),
  reason: returnReasonSchema,
  note: z.string().max(500),
  deed: returnDeedSchema,
  options: returnOptionsSchema,
});
/** See {@link returnOrderSchema}. */
export type ReturnOrder = z.infer<typeof returnOrderSchema>;

/** A unit that a search found. */
export const foundUnitSchema = z.strictObject({
  serial: z.string(),
  registrationId: z.string().nullable(),
  hardwareId: z.string().nullable(),
  mac: z.string().nullable(), // as its label told
  instance: z.string(),
  recipe: z.string(),
  /** Whether it holds an identity that counts now. */
  live: z.boolean(),
  provedAt: z.string().nullable(),
  /** Id of its open return. */
  returnId: z.string().nullable(),
});
/** See {@link foundUnitSchema}. */
export type FoundUnit = z.infer<typeof foundUnitSchema>;

/** What a firmware image measures: lower-case hex. */
export const measureSchema = z.strictObject({
  riotCore: z.string().regex(/^[0-9a-f]{64}$/), // digest of riot_core: both keys come from it
  fwid: z.string().regex(/^[0-9a-f]{64}$/), // SHA-256 of riot_fw: it is in the certificate, and the Alias key comes from it
});
/** See {@link measureSchema}. */
export type Measure = z.infer<typeof measureSchema>;

/** The measure that a recipe pins. */
export const recipeMeasureSchema = measureSchema.extend({
  recipeHash: z.string().regex(/^[0-9a-f]{64}$/),
});
/** See {@link recipeMeasureSchema}. */
export type RecipeMeasure = z.infer<typeof recipeMeasureSchema>;

/** What becomes of one unit's certificate under another image. */
export const forecastRowSchema = z.strictObject({
  serial: z.string(),
  registrationId: z.string(),
  recipe: z.string(),
  verdict: z.enum(['stops', 'goes-on', 'cannot-tell']),
  /** Sections that differ. */
  why: z.array(z.enum(['riot-core', 'riot-fw'])),
});
/** See {@link forecastRowSchema}. */
export type ForecastRow = z.infer<typeof forecastRowSchema>;

/** A prepared order of returns, as `forecast` writes it and `return open --from` reads it. */
export const returnListSchema = z.strictObject({
  schema: z.literal('dps-station/return-order/1'),
  reason: returnReasonSchema,
  deed: returnDeedSchema,
  note: z.string().max(500),
  serials: z.array(z.string().min(1).max(128)).max(100_000),
});
/** See {@link returnListSchema}. */
export type ReturnList = z.infer<typeof returnListSchema>;
