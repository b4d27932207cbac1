import { z } from 'zod';
import { jobSchema } from './job.ts';
import { itemStateSchema, outboxItemSchema } from './outbox.ts';
import { pauseSchema, stationSnapshotSchema } from './station-snapshot.ts';

const nothing = z.strictObject({});
/** Who is answerable: every call that changes something says so. */
const by = { actor: z.string().min(1).max(64) };
const page = { after: z.int().min(0), limit: z.int().min(1).max(1_000) };
const pageOf = <T extends z.ZodType>(row: T) => z.strictObject({ rows: z.array(row), next: z.int().nullable() });

/**
 * The one list of what crosses a process border. A call resolves to a value or a problem; a stream sends its latest
 * value at once and at most 20 times a second. Everything is parsed on entry, on both sides.
 */
export const contract = {
  calls: {
    scan: { input: z.strictObject({ ...by, text: z.string().max(512) }), output: nothing },
    rework: { input: z.strictObject({ ...by, text: z.string().max(512) }), output: nothing },
    abort: { input: z.strictObject({ ...by, slot: z.int() }), output: nothing },
    'type-mac': { input: z.strictObject({ ...by, slot: z.int(), text: z.string().max(64) }), output: nothing },
    'outbox-flush': {
      input: z.strictObject(by),
      output: z.strictObject({
        items: z.strictObject({ pending: z.int(), delivered: z.int(), parked: z.int(), superseded: z.int() }),
        pause: pauseSchema.nullable(),
      }),
    },
    'outbox-retry': { input: z.strictObject({ ...by, item: z.int() }), output: nothing },
    'outbox-list': {
      input: z.strictObject({ ...page, states: z.array(itemStateSchema).min(1) }),
      output: pageOf(outboxItemSchema),
    },
    'job-list': { input: z.strictObject(page), output: pageOf(jobSchema) },
  },
  streams: { station: stationSnapshotSchema },
} as const;

/** Name of a call. */
export type CallName = keyof typeof contract.calls;
/** What a call takes. */
export type CallInput<Name extends CallName> = z.output<(typeof contract.calls)[Name]['input']>;
/** What a call gives. */
export type CallOutput<Name extends CallName> = z.output<(typeof contract.calls)[Name]['output']>;
/** Name of a stream. */
export type StreamName = keyof typeof contract.streams;
/** What a stream sends. */
export type StreamValue<Name extends StreamName> = z.output<(typeof contract.streams)[Name]>;
