import { z } from 'zod';
import { by, name } from './contract-parts.ts';
import { problemSchema } from './job.ts';
import { lotViewSchema, planOrderSchema } from './lot.ts';
import {
  askedSchema,
  reprovisionEffectSchema,
  verdictSchema,
  verificationRowSchema,
  verificationSchema,
} from './verification.ts';

const serial = z.string().min(1).max(128);
const id = z.string().min(1).max(64);
const newest = {
  before: z.int().min(0).nullable(),
  skip: z.int().min(0).max(100_000_000).optional(),
  limit: z.int().min(1).max(1_000),
};
const listOf = <T extends z.ZodType>(row: T) =>
  z.strictObject({ rows: z.array(row), next: z.int().nullable(), total: z.int() });

/** The part of the contract about QA: verifications, lots, evidence. */
export const qualityContract = {
  calls: {
    /**
     * Looks at a finished unit, by its serial or what its label says; an empty text names the unit whose board is in the
     * slot. `slot` null: no board is read. `hands`: a person may be asked to press buttons. `confirm`: what a new
     * registration would do was seen and is wanted. Answers at once; stream and detail tell how it goes.
     */
    verify: {
      input: z.strictObject({
        ...by,
        text: z.string().max(512),
        slot: z.int().nullable(),
        ask: askedSchema,
        hands: z.boolean(),
        lot: id.nullable(),
        confirm: z.boolean(),
      }),
      output: z.strictObject({ id, serial }),
    },
    /** What a new registration of the unit would do to its device. */
    'verify-preview': {
      input: z.strictObject({ text: z.string().min(1).max(512) }),
      output: z.strictObject({
        serial,
        registrationId: z.string(),
        assignedHub: z.string().nullable(),
        effect: reprovisionEffectSchema,
      }),
    },
    'verify-stop': { input: z.strictObject({ ...by, id }), output: z.strictObject({}) },
    'verification-list': {
      input: z.strictObject({
        ...newest,
        serial: z.string().max(128).nullable(),
        verdict: verdictSchema.nullable(),
        lot: id.nullable(),
      }),
      output: listOf(verificationRowSchema),
    },
    verification: { input: z.strictObject({ id }), output: verificationSchema },
    /** Everything about a unit's newest finished verification as one ZIP file, signed; base64. */
    'evidence-pack': {
      input: z.strictObject({ ...by, serial }),
      output: z.strictObject({ name: z.string(), base64: z.string().max(16_000_000) }),
    },
    'lot-put': {
      input: z.strictObject({ ...by, name, size: z.int().min(1).max(10_000_000), plan: planOrderSchema }),
      output: lotViewSchema,
    },
    'lot-list': { input: z.strictObject(newest), output: listOf(lotViewSchema) },
    /** Names units of the lot; verifying a unit for a lot names it too. */
    'lot-add': {
      input: z.strictObject({ ...by, lot: id, serials: z.array(serial).min(1).max(1_000) }),
      output: lotViewSchema,
    },
    'lot-close': { input: z.strictObject({ ...by, lot: id }), output: lotViewSchema },
    /** Units that the sample still lacks, drawn among the named ones; at most 200 of `total`, in the order of the draw. */
    'lot-sample': {
      input: z.strictObject({ lot: id }),
      output: z.strictObject({
        rows: z.array(z.strictObject({ serial, verdict: verdictSchema.nullable() })).max(200),
        total: z.int(),
      }),
    },
    /** `html`: one page that prints well and needs nothing else; `csv`: one line per unit. */
    'lot-report': {
      input: z.strictObject({ lot: id, format: z.enum(['html', 'csv']) }),
      output: z.strictObject({ name: z.string(), text: z.string() }),
    },
  },
  streams: {
    /** What is at work and what ended last, with its comparisons, newest first; the lot that was opened last and is open. */
    quality: z
      .strictObject({
        running: z.array(verificationSchema),
        newest: z.array(verificationSchema),
        lot: lotViewSchema.nullable(),
        problem: problemSchema.nullable(), // why the books could not be read
      })
      .nullable(),
  },
} as const;
