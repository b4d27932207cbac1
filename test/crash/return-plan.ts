import { z } from 'zod';
import { dpsReadySchema } from '../../src/shared/bench.ts';
import { returnDeedSchema } from '../../src/shared/returns.ts';
import { trialUnitSchema } from './plan.ts';

/** Where a station kills itself: before or after the `operation`-th commit (from 1) since its return was asked for. */
export const returnPointSchema = z.strictObject({ operation: z.int().min(1), moment: z.enum(['before', 'after']) });
/** See {@link returnPointSchema}. */
export type ReturnPoint = z.infer<typeof returnPointSchema>;

/** The one argument of the station under test, as JSON. `unit` is provisioned first; `next` is the board of the return. */
export const returnPlanSchema = z.strictObject({
  readyFile: z.string(),
  dataFolder: z.string(),
  deed: returnDeedSchema,
  /** The recipe lets the old certificate stand until the new one is proved. */
  overlap: z.boolean(),
  /** What the ready file of the instance holds from which the unit moves away; only with deed `move`. */
  origin: dpsReadySchema.nullable(),
  /** Only the provisioning before the return, at `origin`. */
  onlyMake: z.boolean(),
  unit: trialUnitSchema,
  next: trialUnitSchema,
  crash: returnPointSchema.nullable(),
});
/** See {@link returnPlanSchema}. */
export type ReturnPlan = z.infer<typeof returnPlanSchema>;

/** What it prints when the return has ended: commits since it was asked for. */
export const returnReportSchema = z.strictObject({ commits: z.int() });
