import { z } from 'zod';
import { originSchema } from './job.ts';
import { verdictSchema } from './verification.ts';

/** How many units are looked at, and how many bad ones among them accept or reject the lot. */
export const samplePlanSchema = z
  .strictObject({
    sampleSize: z.int().min(1).max(1_000_000),
    accept: z.int().min(0).max(1_000), // acceptance number
    reject: z.int().min(1).max(1_001), // rejection number
    /** `iso-2859-1`: of the tables, with its AQL (nonconforming units in percent); `given`: as somebody agreed. */
    source: z.enum(['iso-2859-1', 'given']),
    aql: z.number().nullable(),
  })
  .refine(({ accept, reject }) => reject > accept, {
    path: ['reject'],
    error: 'it must be greater than the acceptance number',
  });
/** See {@link samplePlanSchema}. */
export type SamplePlan = z.infer<typeof samplePlanSchema>;

/** A plan as a person orders it. */
export const planOrderSchema = z.discriminatedUnion('plan', [
  /** Single sampling, normal inspection, general level II. */
  z.strictObject({ plan: z.literal('aql'), aql: z.number().positive() }),
  z.strictObject({
    plan: z.literal('given'),
    sampleSize: z.int().min(1).max(1_000_000),
    accept: z.int().min(0).max(1_000),
    reject: z.int().min(1).max(1_001),
  }),
]);
/** See {@link planOrderSchema}. */
export type PlanOrder = z.infer<typeof planOrderSchema>;

/** What a lot came to; `open`: not enough units were looked at. */
export const lotVerdictSchema = z.enum(['open', 'accepted', 'rejected']);
/** See {@link lotVerdictSchema}. */
export type LotVerdict = z.infer<typeof lotVerdictSchema>;

/** A lot of finished units. Times are ISO 8601 UTC. */
export const lotSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  size: z.int().min(1),
  plan: samplePlanSchema,
  /** Null while units may still be looked at. */
  closed: lotVerdictSchema.nullable(),
  origin: originSchema, // who opened it
  openedAt: z.string(),
  closedAt: z.string().nullable(),
  closedBy: z.string().nullable(),
});
/** See {@link lotSchema}. */
export type Lot = z.infer<typeof lotSchema>;

/** A unit of a lot. A unit that was found bad once stays bad in its lot, whatever was mended since. */
export const lotMemberSchema = z.strictObject({
  serial: z.string(),
  verdict: verdictSchema.nullable(), // null: not looked at
  verification: z.string().nullable(), // the one that decided
  finishedAt: z.string().nullable(),
  actor: z.string().nullable(),
});
/** See {@link lotMemberSchema}. */
export type LotMember = z.infer<typeof lotMemberSchema>;

/** A lot with its count. */
export const lotViewSchema = z.strictObject({
  row: z.int(),
  lot: lotSchema,
  count: z.strictObject({
    members: z.int(),
    passed: z.int(),
    failed: z.int(),
    cannotTell: z.int(),
    left: z.int(), // that must still be looked at
  }),
  verdict: lotVerdictSchema,
});
/** See {@link lotViewSchema}. */
export type LotView = z.infer<typeof lotViewSchema>;
