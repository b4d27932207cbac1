import { z } from 'zod';

/** Number of an order: what its barcode `ORDER <name>` says. No spaces, so that a scan has one reading. */
export const orderNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/, 'expected letters, digits and . _ / - inside, 64 at most');

const serial = z.string().min(1).max(64);

/** Serials as `<prefix><number>`, the number in `digits` digits with leading zeros, from `from` to `to` inclusive. */
export const serialRangeSchema = z
  .strictObject({
    prefix: z.string().max(48),
    from: z.int().min(0),
    to: z.int().min(0),
    digits: z.int().min(1).max(15),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'it must not be below "from"' })
  .refine(({ to, digits }) => String(to).length <= digits, { path: ['digits'], error: '"to" has more digits' });

/** See {@link serialRangeSchema}. */
export type SerialRange = z.infer<typeof serialRangeSchema>;

/** How far every passed unit must be before its order may close: enrolled, or registered as well. */
export const closesOnSchema = z.enum(['passed', 'delivered', 'proved']);
/** See {@link closesOnSchema}. */
export type ClosesOn = z.infer<typeof closesOnSchema>;

const most = 100_000;

/** Members of an order. */
export const orderMembers = {
  schema: z.literal('dps-station/order/1'),
  name: orderNameSchema,
  recipe: z.string().min(1).max(64),
  recipeHash: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits (SHA-256)'),
  /** Named DPS instance; it must be the recipe's. */
  instance: z.string().min(1).max(64),
  quantity: z.int().min(1).max(most),
  /** Null: any serial that the recipe's label pattern takes. */
  serials: z
    .union([z.strictObject({ list: z.array(serial).min(1).max(most) }), z.strictObject({ range: serialRangeSchema })])
    .nullable(),
  /** Absent: as the recipe says. */
  closesOn: closesOnSchema.optional(),
  /** Seconds from one passed unit to the next that the line is planned for. */
  taktTargetInS: z.number().positive().max(86_400).optional(),
  /** Which units QA re-verifies: so many of a thousand, drawn by the hash of lot and serial. */
  sampling: z.strictObject({ perThousand: z.int().min(0).max(1_000), lot: z.string().min(1).max(64) }).optional(),
  /** Golden units must be judged right at the start of a shift, and again after so many hours. */
  goldenCheck: z.strictObject({ everyHours: z.number().positive().max(168) }).optional(),
  /** Two different badges close it. */
  twoBadges: z.boolean().optional(),
  customer: z.string().max(200).optional(),
};

/** A work order: which serials, how many, by which recipe. The recipe is pinned by the SHA-256 of its file. */
export const workOrderSchema = z.strictObject(orderMembers).superRefine(({ serials, quantity }, context) => {
  if (serials === null) return;
  if ('list' in serials && new Set(serials.list).size !== serials.list.length) {
    context.addIssue({ code: 'custom', path: ['serials', 'list'], message: 'a serial stands in it twice' });
  }
  const count = 'list' in serials ? serials.list.length : serials.range.to - serials.range.from + 1;
  if (quantity > count) {
    context.addIssue({ code: 'custom', path: ['quantity'], message: `there are only ${count} serials` });
  }
});
/** See {@link workOrderSchema}. */
export type WorkOrder = z.infer<typeof workOrderSchema>;

/** An order as the books have it. Times are ISO 8601 UTC. */
export const orderRowSchema = z.strictObject({
  order: workOrderSchema,
  state: z.enum(['open', 'closed']),
  active: z.boolean(), // the one that is worked on
  closesOn: closesOnSchema.nullable(), // null: not chosen yet, and the order leaves it to its recipe
  addedAt: z.string(),
  closedAt: z.string().nullable(),
});
/** See {@link orderRowSchema}. */
export type OrderRow = z.infer<typeof orderRowSchema>;
