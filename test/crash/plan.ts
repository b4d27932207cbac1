import { z } from 'zod';

/** Where an effect leaves the station: the books, a serial line, the provisioning service. */
export const portSchema = z.enum(['store', 'line', 'registry']);
/** See {@link portSchema}. */
export type Port = z.infer<typeof portSchema>;

/**
 * Where a station kills itself: at the `operation`-th call (from 1, counted in this process) through a port. `before`:
 * it never began. `during`: it began and its outcome is open. `after`: it is done and nobody heard of it.
 */
export const crashPointSchema = z.strictObject({
  port: portSchema,
  operation: z.int().min(1),
  moment: z.enum(['before', 'during', 'after']),
});
/** See {@link crashPointSchema}. */
export type CrashPoint = z.infer<typeof crashPointSchema>;

/** How often each port was used. */
export const operationsSchema = z.record(portSchema, z.int());
/** See {@link operationsSchema}. */
export type Operations = z.infer<typeof operationsSchema>;

/** A unit of a trial: which board belongs to which serial, and what its label says. */
export const trialUnitSchema = z.strictObject({ board: z.string(), serial: z.string(), label: z.string() });
/** See {@link trialUnitSchema}. */
export type TrialUnit = z.infer<typeof trialUnitSchema>;

/** The one argument of the station under test, as JSON. Secrets are in the files that it names. */
export const planSchema = z.strictObject({
  readyFile: z.string(), // what the bench wrote when it was ready
  dataFolder: z.string(),
  slots: z.int(),
  units: z.array(trialUnitSchema),
  crash: crashPointSchema.nullable(),
});
/** See {@link planSchema}. */
export type Plan = z.infer<typeof planSchema>;

/** First line of a station under test: what its slots showed right after the start, before any board was seen. */
export const cardsSchema = z.array(z.strictObject({ slot: z.int(), code: z.string(), serial: z.string() }));
/** See {@link cardsSchema}. */
export type Cards = z.infer<typeof cardsSchema>;

/** Second and last line, when every unit is through and the queue is empty. */
export const runReportSchema = z.strictObject({ operations: operationsSchema });
/** See {@link runReportSchema}. */
export type RunReport = z.infer<typeof runReportSchema>;
