import { z } from 'zod';

/**
 * How a stretch of time went at this station. It ends now and begins with a full hour (UTC), so that every hour but the
 * last is whole. A job belongs to the hour in which it ended. Whatever ended and did not pass counts as failed: aborts
 * and jobs that a restart could not settle too, until their board registers.
 */
export const statisticsSchema = z.strictObject({
  since: z.string(), // ISO 8601 UTC
  until: z.string(),
  /** Ended jobs per hour, empty hours included, oldest first. `hour`: its beginning, ISO 8601 UTC. */
  perHour: z.array(z.strictObject({ hour: z.string(), passed: z.int(), failed: z.int() })),
  /** Units of which a job ended in this time, and how many of these passed with the first of these jobs. */
  units: z.int(),
  firstPass: z.int(),
  /** Failures by problem, most frequent first. */
  causes: z.array(z.strictObject({ code: z.string(), count: z.int() })),
  /**
   * Time at each step, in the order of the work, from the line that entered it to the next one of its job; of the
   * newest 2,000 jobs of this time at most. p95: 95 of 100 took at most this long (nearest rank).
   */
  steps: z.array(z.strictObject({ step: z.string(), count: z.int(), medianInMs: z.number(), p95InMs: z.number() })),
});
/** See {@link statisticsSchema}. */
export type Statistics = z.infer<typeof statisticsSchema>;
