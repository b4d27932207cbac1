import { z } from 'zod';
import { problemSchema } from './job.ts';
import { outboxItemSchema } from './outbox.ts';
import { pauseSchema } from './station-snapshot.ts';

/** One DPS instance as a screen shows it. */
export const instanceStateSchema = z.strictObject({
  name: z.string(),
  hostName: z.string(),
  /** Why nothing is sent there now; null: it is. */
  pause: pauseSchema.nullable(),
  /** Operations used in the last 60 seconds, and how many this station may use. */
  quotaUsed: z.int(),
  quotaLimit: z.int(),
  /** When the service last answered anything, ISO 8601 UTC; null: not since the start. */
  lastAnswerAt: z.string().nullable(),
});
/** See {@link instanceStateSchema}. */
export type InstanceState = z.infer<typeof instanceStateSchema>;

/** The queue in numbers. `revision` says when lists are to be asked for again. */
export const queueStateSchema = z.strictObject({
  revision: z.int(),
  waiting: z.int(), // on their way
  parked: z.int(), // wait for a person
  delivered: z.int(), // enrolled, whether or not the board has registered
  proved: z.int(), // of these: the board has registered
  /** Parked items whose board is no longer at this bench: units to be called back. */
  recall: z.int(),
  oldestWaitingAt: z.string().nullable(),
  instances: z.array(instanceStateSchema),
});
/** See {@link queueStateSchema}. */
export type QueueState = z.infer<typeof queueStateSchema>;

/** Which part of the queue a list shows. `delivered`: enrolled, not proved yet. */
export const queueViewSchema = z.enum(['waiting', 'parked', 'delivered', 'proved', 'recall']);
/** See {@link queueViewSchema}. */
export type QueueView = z.infer<typeof queueViewSchema>;

/** One line of the queue. */
export const queueRowSchema = outboxItemSchema.omit({ enrollment: true, proofAfter: true });
/** See {@link queueRowSchema}. */
export type QueueRow = z.infer<typeof queueRowSchema>;

/** Result of "test connection". */
export const connectionTestSchema = z.strictObject({
  hostName: z.string(),
  tookInMs: z.number(),
  problem: problemSchema.nullable(),
  /** What works and should be otherwise. */
  advice: z.array(problemSchema),
});
