import { z } from 'zod';
import { by, name, nothing } from './contract-parts.ts';
import { problemSchema } from './job.ts';
import { countersignSchema } from './people.ts';
import {
  forecastRowSchema,
  foundUnitSchema,
  measureSchema,
  openReturnsSchema,
  recipeMeasureSchema,
  returnOrderSchema,
  returnRowSchema,
  returnWaitSchema,
} from './returns.ts';

const returnId = z.string().min(1).max(64);
/** A file of at most 2 MiB, base64. */
const file = z.base64().max(2_796_204);

/** The part of the contract about returns and field re-provisioning. */
export const returnsContract = {
  calls: {
    /** By serial, registration id, MAC or hardware id; exact matches first, at most 20. */
    'unit-find': {
      input: z.strictObject({ text: z.string().max(128) }),
      output: z.strictObject({ rows: z.array(foundUnitSchema) }),
    },
    /** Whose board is in a slot: known by its adapter. */
    'unit-at-slot': {
      input: z.strictObject({ slot: z.int() }),
      output: z.strictObject({ hardwareId: z.string().nullable(), unit: foundUnitSchema.nullable() }),
    },
    /** `countersign`: a second person's badge, where the recipe asks for two. `notice`: what to know of it. */
    'return-open': {
      input: z.strictObject({ ...by, ...returnOrderSchema.shape, countersign: countersignSchema.nullable() }),
      output: z.strictObject({ id: returnId, notice: problemSchema.nullable() }),
    },
    'return-list': {
      input: z.strictObject({
        open: z.boolean(), // only those
        before: z.int().min(0).nullable(),
        limit: z.int().min(1).max(1_000),
      }),
      output: z.strictObject({ rows: z.array(returnRowSchema), next: z.int().nullable(), total: z.int() }),
    },
    'return-detail': {
      input: z.strictObject({ id: returnId }),
      output: z.strictObject({ case: returnRowSchema, wait: returnWaitSchema, notice: problemSchema.nullable() }),
    },
    /** Only before anything that cannot be taken back. */
    'return-cancel': { input: z.strictObject({ ...by, id: returnId }), output: nothing },
    /** Tries again now; `leaveOut`: goes on without this step, where that is possible. */
    'return-continue': { input: z.strictObject({ ...by, id: returnId, leaveOut: z.boolean() }), output: nothing },
    /**
     * Which certificates of DevKits stop matching under this image. `recipe`: only units of this one. `known`: measures of
     * recipes that the station has not seen. `after`: `next` of the page before, 0 at first.
     */
    forecast: {
      input: z.strictObject({
        bin: file,
        map: file,
        recipe: name.nullable(),
        known: z.array(recipeMeasureSchema).max(100),
        after: z.int().min(0),
        limit: z.int().min(1).max(1_000),
      }),
      output: z.strictObject({ image: measureSchema, rows: z.array(forecastRowSchema), next: z.int().nullable() }),
    },
  },
  streams: {
    /** Null while the station is not open. */
    returns: openReturnsSchema.nullable(),
  },
} as const;
