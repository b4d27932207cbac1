import { z } from 'zod';
import { outcomeSchema, problemSchema } from './job.ts';

/** What a person is asked to do at a slot. */
export const askSchema = z.enum(['enter-configuration', 'enter-ap', 'type-mac', 'plug-back']);
/** See {@link askSchema}. */
export type Ask = z.infer<typeof askSchema>;

/** One place on the bench as a screen shows it. The verdict stays until the next job. */
export const slotSnapshotSchema = z.strictObject({
  slot: z.int(),
  path: z.string().nullable(),
  hardwareId: z.string().nullable(),
  state: z.enum(['empty', 'idle', 'working', 'done']),
  jobId: z.string().nullable(),
  serial: z.string().nullable(),
  /** Work order of the job; absent: it has none. */
  order: z.string().optional(),
  /** A passed unit that QA drew as a sample: it goes into the QA bin. */
  sampled: z.literal(true).optional(),
  step: z.string().nullable(),
  ask: askSchema.nullable(),
  /** What went wrong with the last attempt at what is asked. */
  hint: problemSchema.nullable(),
  verdict: z.strictObject({ outcome: outcomeSchema, problem: problemSchema.nullable() }).nullable(),
  /** A problem of the place itself: a board that must not be worked on, books that cannot be written. */
  problem: problemSchema.nullable(),
  /** After a restart: what to do with the board of the interrupted job. */
  card: problemSchema.nullable(),
});
/** See {@link slotSnapshotSchema}. */
export type SlotSnapshot = z.infer<typeof slotSnapshotSchema>;

/** Why nothing is sent at the moment. `until` null: until an operator says so. */
export const pauseSchema = z.strictObject({ problem: problemSchema, until: z.string().nullable() });
/** See {@link pauseSchema}. */
export type Pause = z.infer<typeof pauseSchema>;

/** Everything a screen draws. Lists are calls of their own; `revision` says when to ask for them again. */
export const stationSnapshotSchema = z.strictObject({
  revision: z.int(),
  station: z.string(),
  mode: z.enum(['training', 'production']),
  recipe: z.string(),
  /** Steps of a job in the order of the work, as progress counts them. */
  steps: z.array(z.string()),
  waitingScan: z.strictObject({ serial: z.string(), slot: z.int().nullable() }).nullable(),
  scanProblem: problemSchema.nullable(),
  /** Scans so far, refused ones included: an equal refusal is a new one. */
  scanCount: z.int(),
  /** Whether the work at this slot shall stop: the next scan, CONFIRM or not, answers it. */
  abortAsked: z.strictObject({ slot: z.int(), serial: z.string().nullable() }).nullable(),
  /** `QA ON` was scanned: labels are looked at, not begun. */
  qaOn: z.boolean(),
  slots: z.array(slotSnapshotSchema),
  pause: pauseSchema.nullable(),
});
/** See {@link stationSnapshotSchema}. */
export type StationSnapshot = z.infer<typeof stationSnapshotSchema>;
