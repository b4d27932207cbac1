import { z } from 'zod';
import { by, nothing } from './contract-parts.ts';
import { problemSchema } from './job.ts';
import { countersignSchema } from './people.ts';
import { orderMembers, orderNameSchema, orderRowSchema, serialRangeSchema, workOrderSchema } from './work-order.ts';

/** How an order goes. `failed` and `aborted` count attempts, the rest units. */
export const orderProgressSchema = z.strictObject({
  quantity: z.int(),
  running: z.int(),
  passed: z.int(),
  unsettled: z.int(),
  failed: z.int(),
  aborted: z.int(),
  delivered: z.int(), // of the passed ones, proved ones included
  proved: z.int(),
  units: z.int(), // that were tried to the end
  firstPass: z.int(), // of these: passed at the first attempt
  unitsPerHour: z.number().nullable(),
  taktInS: z.number().nullable(), // median from one pass to the next, of the newest
  taktTargetInS: z.number().nullable(),
  /** When the last unit is expected; null: all are made, or nothing says how fast it goes. ISO 8601 UTC. */
  endsAt: z.string().nullable(),
});
/** See {@link orderProgressSchema}. */
export type OrderProgress = z.infer<typeof orderProgressSchema>;

/** An order without its list of serials, of which there may be very many: how it names them, and how many. */
export const orderSummarySchema = z.strictObject({
  ...z.strictObject(orderMembers).omit({ schema: true }).shape,
  ...orderRowSchema.omit({ order: true }).shape,
  serials: z
    .discriminatedUnion('by', [
      z.strictObject({ by: z.literal('list'), count: z.int() }),
      z.strictObject({ by: z.literal('range'), count: z.int(), range: serialRangeSchema }),
    ])
    .nullable(),
});
/** See {@link orderSummarySchema}. */
export type OrderSummary = z.infer<typeof orderSummarySchema>;

/** Whether golden units let the line run; `none`: nothing asks for it. */
export const goldenStateSchema = z.strictObject({
  state: z.enum(['none', 'good', 'due', 'expired', 'failed']),
  serials: z.array(z.string()), // to be judged, or judged wrong
  goodUntil: z.string().nullable(),
});
/** See {@link goldenStateSchema}. */
export type GoldenView = z.infer<typeof goldenStateSchema>;

/** The line as a screen shows it. */
export const orderStateSchema = z.strictObject({
  revision: z.int(), // grows when lists would look different
  orders: z.enum(['required', 'optional']),
  /** What the station has loaded, and so what an order must name to be worked on here. */
  loaded: z.strictObject({ recipe: z.string(), hash: z.string(), instance: z.string() }),
  active: orderSummarySchema.nullable(),
  progress: orderProgressSchema.nullable(), // of the active order
  /** Of the active order's own serials; `free` null: it names none. */
  serials: z.strictObject({ free: z.int().nullable(), reserved: z.int(), used: z.int() }).nullable(),
  recall: z.int(), // parked units that have left, of all orders
  golden: goldenStateSchema,
  /** Passed units in their slots that are samples: into the QA bin. */
  samplingDue: z.array(z.strictObject({ slot: z.int(), serial: z.string() })),
});
/** See {@link orderStateSchema}. */
export type OrderState = z.infer<typeof orderStateSchema>;

/** One serial of an order. `used`: passed, or interrupted while its secret was written. */
export const orderSerialSchema = z.strictObject({
  serial: z.string(),
  state: z.enum(['free', 'reserved', 'used']),
  failures: z.int(),
  slot: z.int().nullable(), // of the job that has it
  hardwareId: z.string().nullable(),
  outcome: z.string().nullable(),
  sample: z.boolean(),
});
/** See {@link orderSerialSchema}. */
export type OrderSerial = z.infer<typeof orderSerialSchema>;

/** A parked unit that has left the bench. */
export const recallRowSchema = z.strictObject({
  item: z.int(),
  serial: z.string(),
  order: z.string().nullable(),
  registrationId: z.string(),
  problem: problemSchema.nullable(),
  queuedAt: z.string(),
});
/** See {@link recallRowSchema}. */
export type RecallRow = z.infer<typeof recallRowSchema>;

/** What a shift leaves behind. Times are ISO 8601 UTC. */
export const shiftReportSchema = z.strictObject({
  station: z.string(),
  line: z.string().nullable(),
  number: z.int().nullable(),
  mode: z.enum(['training', 'production']),
  since: z.string(),
  until: z.string(),
  order: orderSummarySchema.nullable(), // that is active now
  progress: orderProgressSchema.nullable(),
  passed: z.int(), // attempts that ended in the shift
  failed: z.int(),
  units: z.int(),
  firstPass: z.int(),
  topFailures: z.array(z.strictObject({ code: z.string(), count: z.int() })), // most frequent first
  samples: z.array(z.strictObject({ serial: z.string(), order: z.string() })), // drawn in the shift
  recall: z.strictObject({ total: z.int(), rows: z.array(recallRowSchema) }), // as of now
  golden: goldenStateSchema,
  /** `<seq>:<hash>` of the newest line of the journal: on paper it is an anchor outside this computer. */
  auditHead: z.string().nullable(),
});
/** See {@link shiftReportSchema}. */
export type ShiftReport = z.infer<typeof shiftReportSchema>;

/** The part of the contract about work orders and the line. */
export const ordersContract = {
  calls: {
    'order-list': {
      input: z.strictObject({ state: z.enum(['open', 'closed', 'all']), limit: z.int().min(1).max(1_000) }),
      output: z.strictObject({ rows: z.array(orderSummarySchema) }),
    },
    /** Adds an order, or changes one that no unit belongs to yet. */
    'order-put': { input: z.strictObject({ ...by, order: workOrderSchema, choose: z.boolean() }), output: nothing },
    /** Makes it the one that is worked on; null: none is. */
    'order-choose': { input: z.strictObject({ ...by, order: orderNameSchema.nullable() }), output: nothing },
    /** `countersign`: the second badge, where the order asks for two. */
    'order-close': {
      input: z.strictObject({ ...by, order: orderNameSchema, countersign: countersignSchema.nullable() }),
      output: nothing,
    },
    /** `after`: how many rows of the list to leave out. */
    'order-serials': {
      input: z.strictObject({
        order: orderNameSchema,
        after: z.int().min(0).max(1_000_000),
        limit: z.int().min(1).max(1_000),
      }),
      output: z.strictObject({ rows: z.array(orderSerialSchema), next: z.int().nullable(), total: z.int() }),
    },
    'recall-list': {
      input: z.strictObject({ before: z.int().min(0).nullable(), limit: z.int().min(1).max(1_000) }),
      output: z.strictObject({ rows: z.array(recallRowSchema), next: z.int().nullable(), total: z.int() }),
    },
    /** Of the shift in which `at` (ISO 8601) lies; null: now. */
    'shift-report': {
      input: z.strictObject({ at: z.iso.datetime().nullable() }),
      output: shiftReportSchema,
    },
  },
  streams: { orders: orderStateSchema.nullable() },
} as const;
