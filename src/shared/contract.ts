import { z } from 'zod';
import { benchDeedSchema, benchPanelSchema } from './bench-panel.ts';
import { ordersContract } from './contract-orders.ts';
import { by, name, nothing } from './contract-parts.ts';
import { peopleContract } from './contract-people.ts';
import { qualityContract } from './contract-quality.ts';
import { returnsContract } from './contract-returns.ts';
import { trustContract } from './contract-trust.ts';
import { groupOrderSchema } from './enrollment-group.ts';
import {
  credentialOrderSchema,
  entryFilterSchema,
  entryKindSchema,
  entryOperationSchema,
  entryPageSchema,
  entrySchema,
  knownRegistrationSchema,
  mirrorStateSchema,
  operationResultSchema,
} from './enrollment-list.ts';
import { hostStateSchema } from './host-state.ts';
import { jobSchema, problemSchema } from './job.ts';
import { itemStateSchema, outboxItemSchema } from './outbox.ts';
import { connectionTestSchema, queueRowSchema, queueStateSchema, queueViewSchema } from './queue.ts';
import { recordFilterSchema, recordSchema, unitCardSchema } from './records.ts';
import { instanceSettingsSchema, modeSchema, settingsSchema, vaultSettingsSchema } from './settings.ts';
import { settingsViewSchema } from './settings-view.ts';
import { pauseSchema, stationSnapshotSchema } from './station-snapshot.ts';
import { statisticsSchema } from './statistics.ts';

const entryId = z.string().min(1).max(128);
const page = { after: z.int().min(0), limit: z.int().min(1).max(1_000) };
/**
 * A page of a list, newest first: rows older than `before` (null: from the newest), of which `skip` are left out, for
 * whoever jumps to the middle of a long list. `next` of the answer is the `before` that continues it.
 */
const newest = {
  before: z.int().min(0).nullable(),
  skip: z.int().min(0).max(100_000_000).optional(),
  limit: z.int().min(1).max(1_000),
};
const listOf = <T extends z.ZodType>(row: T) =>
  z.strictObject({ rows: z.array(row), next: z.int().nullable(), total: z.int() });
const pageOf = <T extends z.ZodType>(row: T) => z.strictObject({ rows: z.array(row), next: z.int().nullable() });

/**
 * The one list of what crosses a process border. A call resolves to a value or a problem; a stream sends its latest
 * value at once and at most 20 times a second. Everything is parsed on entry, on both sides.
 */
export const contract = {
  calls: {
    scan: {
      input: z.strictObject({ ...by, text: z.string().max(4_096) }),
      /** `verifying`: serial of the unit that is looked at now, where the label meant that. */
      output: z.strictObject({ verifying: z.string().optional() }),
    },
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
    'queue-list': {
      input: z.strictObject({ ...newest, view: queueViewSchema, search: z.string().max(64) }),
      output: listOf(queueRowSchema),
    },
    'record-list': { input: z.strictObject({ ...newest, filter: recordFilterSchema }), output: listOf(recordSchema) },
    'unit-card': { input: z.strictObject({ serial: z.string().max(128) }), output: unitCardSchema },
    statistics: {
      input: z.strictObject({
        hours: z
          .int()
          .min(1)
          .max(24 * 31),
      }),
      output: statisticsSchema,
    },
    /** Copies what an instance holds into the local mirror; the stream `mirror` tells how it goes. */
    'mirror-refresh': { input: z.strictObject({ ...by, instance: name }), output: nothing },
    'entry-list': {
      input: z.strictObject({
        filter: entryFilterSchema,
        skip: z.int().min(0).max(100_000_000),
        limit: z.int().min(1).max(1_000),
      }),
      output: entryPageSchema,
    },
    /** Entries for an export, by their ids; `after`: the last id of the page before, '' at first. */
    'entry-records': {
      input: z.strictObject({
        filter: entryFilterSchema,
        after: z.string().max(128),
        limit: z.int().min(1).max(1_000),
      }),
      output: z.strictObject({ rows: z.array(entrySchema) }),
    },
    /** Asks the service for registration states, which no list of it tells. */
    'entry-look': { input: z.strictObject({ instance: name, ids: z.array(entryId).max(100) }), output: nothing },
    'entry-detail': {
      input: z.strictObject({ instance: name, kind: entryKindSchema, id: entryId }),
      output: z.strictObject({
        entry: entrySchema,
        registration: knownRegistrationSchema.nullable(),
        trouble: problemSchema.nullable(),
      }),
    },
    /** `confirm`: the number of entries, typed, where they are changed for good. */
    'entry-operate': {
      input: z.strictObject({
        ...by,
        instance: name,
        kind: entryKindSchema,
        ids: z.array(entryId).min(1).max(1_000),
        operation: entryOperationSchema,
        confirm: z.string().max(16),
      }),
      output: z.strictObject({ results: z.array(operationResultSchema) }),
    },
    /** Creates a group, or replaces what it was; keys come from the vault by name. */
    /** Gives an individual entry a new credential, beside the old one or instead of it. */
    'entry-replace-credential': {
      input: z.strictObject({ ...by, instance: name, id: entryId, order: credentialOrderSchema }),
      output: operationResultSchema,
    },
    'group-put': { input: z.strictObject({ ...by, instance: name, order: groupOrderSchema }), output: nothing },
    /** Keeps one device of a group out: a disabled entry of its own stands before the group. */
    'group-exclude': { input: z.strictObject({ ...by, instance: name, id: entryId }), output: nothing },
    'settings-get': { input: nothing, output: settingsViewSchema },
    /**
     * Takes effect at once: the station is closed and opened again when its slots allow. `revision`: of the settings that
     * were changed; refused when they are no longer those in the file.
     */
    'settings-set': {
      input: z.strictObject({ ...by, settings: settingsSchema, revision: z.string().max(64) }),
      output: nothing,
    },
    /** Opens the vault of production. The passphrase goes into a key and is kept nowhere. */
    'vault-unlock': { input: z.strictObject({ ...by, passphrase: z.string().min(1).max(1_024) }), output: nothing },
    /**
     * Moves the secrets of production to another kind of vault; to `file`: whoever asks accepts by name that they lie
     * there unencrypted. `passphrase` is the new one, for `passphrase` alone.
     */
    'vault-move': {
      input: z.strictObject({
        ...by,
        to: vaultSettingsSchema.shape.backend,
        passphrase: z.string().min(1).max(1_024).nullable(),
      }),
      output: nothing,
    },
    /** Straight into the vault; nothing ever gives it back. */
    'secret-set': {
      input: z.strictObject({
        ...by,
        mode: modeSchema,
        name: z.string().min(1).max(64),
        secret: z.string().min(1).max(8_192),
      }),
      output: nothing,
    },
    /** One harmless read with these settings; `secret`: what was typed in place of the one in the vault; null: that one. */
    'connection-test': {
      input: z.strictObject({
        mode: modeSchema,
        name: z.string().min(1).max(64), // of the instance, for the words of the answer
        instance: instanceSettingsSchema,
        secret: z.string().max(8_192).nullable(),
      }),
      output: connectionTestSchema,
    },
    /** Opens the station again after a failure. */
    reopen: { input: z.strictObject(by), output: nothing },
    /** Hands at the embedded bench. */
    bench: { input: z.strictObject({ ...by, deed: benchDeedSchema }), output: nothing },
    ...peopleContract.calls,
    ...ordersContract.calls,
    ...qualityContract.calls,
    ...returnsContract.calls,
    ...trustContract.calls,
  },
  streams: {
    host: hostStateSchema,
    /** Null while the station is not open. */
    station: stationSnapshotSchema.nullable(),
    queue: queueStateSchema.nullable(),
    mirror: z.array(mirrorStateSchema).nullable(),
    bench: benchPanelSchema.nullable(),
    ...peopleContract.streams,
    ...ordersContract.streams,
    ...qualityContract.streams,
    ...returnsContract.streams,
    ...trustContract.streams,
  },
} as const;

/** Name of a call. */
export type CallName = keyof typeof contract.calls;
/** Whether a call says who is answerable, as every call that changes something does. */
export function namesActor(name: CallName): boolean {
  return 'actor' in contract.calls[name].input.shape;
}

/** What a call takes. */
export type CallInput<Name extends CallName> = z.output<(typeof contract.calls)[Name]['input']>;
/** What a call gives. */
export type CallOutput<Name extends CallName> = z.output<(typeof contract.calls)[Name]['output']>;
/** Name of a stream. */
export type StreamName = keyof typeof contract.streams;
/** What a stream sends. */
export type StreamValue<Name extends StreamName> = z.output<(typeof contract.streams)[Name]>;
