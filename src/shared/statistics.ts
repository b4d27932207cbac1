import { z } from 'zod';

/** How a stretch of time went at this station. */
export const statisticsSchema = z.strictObject({
  since: z.string(), // ISO 8601 UTC
  until: z.string(),
  /** Ended jobs per hour, empty hours included, oldest first. */
  perHour: z.array(z.strictObject({ hour: z.string(), passed: z.int(), failed: z.int() })),
  /** Units whose first job in this time has ended, and how many of these passed at once. */
  units: z.int(),
  firstPass: z.int(),
  /** Failures by problem, most frequent first. */
  causes: z.array(z.strictObject({ code: z.string(), count: z.int() })),
  /** Time at each step, in the order of the work. */
  steps: z.array(z.strictObject({ step: z.string(), count: z.int(), medianInMs: z.number(), p95InMs: z.number() })),
});
/** See {@link statisticsSchema}. */
export type Statistics = z.infer<typeof statisticsSchema>;
