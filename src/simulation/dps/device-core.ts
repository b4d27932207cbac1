import { z } from 'zod';
import { fail, type Result } from '../../shared/result.ts';
import { badRequest, type Refusal, unauthorized } from './answer.ts';
import { assign } from './assignment.ts';
import { type DeviceAnswer, type DeviceCaller, finalReply, refusal } from './device-caller.ts';
import { type Entry, entryOf, isSameId } from './device-entry.ts';
import { registrationView } from './enrollment.ts';
import { type Instance, wordedRefusal } from './instance.ts';
import type { StoredRegistration } from './records.ts';
import { createSlidingWindow, type SlidingWindow, throttledFor } from './throttle.ts';
import { tpmClaimFrom } from './tpm/challenge.ts';

/**
 * The device API apart from its transports. Bodies are parsed JSON, or undefined when there was none. An answer may be
 * sent only when `settled` has resolved: nobody is told of what a restart could forget.
 */
export type DeviceCore = {
  /** Starts a registration: 202 with an operation to ask for, or the outcome at once. */
  readonly register: (caller: DeviceCaller, body: unknown) => DeviceAnswer;
  /** How far an operation is: 202 while assigning, then 200, as often as asked. */
  readonly operation: (caller: DeviceCaller, operationId: string) => DeviceAnswer;
  /** The registration record as it stands. */
  readonly lookUp: (caller: DeviceCaller, body: unknown) => DeviceAnswer;
  /** Words a refusal as an error body, and counts it when it is a throttle: for transports other than HTTPS. */
  readonly errorOf: (refusal: Refusal) => { readonly status: number; readonly body: unknown };
  /** Resolves when every change made so far is on disk. */
  readonly settled: () => Promise<void>;
};

/** 404000: no such path, ID scope or operation. */
export const notFound: Refusal = { errorCode: 404_000, message: 'Not found.' };

const bodySchema = z.object({ registrationId: z.string() });

/** Makes the device API of an instance. Throttle windows of polls live as long as the core. */
export function createDeviceCore(instance: Instance): DeviceCore {
  const polls = new Map<string, SlidingWindow>();
  return {
    register: (caller, body) => register(instance, caller, body),
    operation: (caller, operationId) => pollFault(instance, polls, caller) ?? poll(instance, caller, operationId),
    lookUp: (caller, body) => lookUp(instance, caller, body),
    errorOf: (reason) => wordedRefusal(instance, reason, instance.clock.guid()),
    settled: async () => void (await Promise.all([instance.book.settled(), instance.hubs.settled()])),
  };
}

/** Who calls, after scope, body and credentials were judged; else the answer to give. */
function identified(instance: Instance, caller: DeviceCaller, body: unknown): Result<Entry, DeviceAnswer> {
  if (!isOwnScope(instance, caller)) return fail(refusal(notFound));
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return fail(refusal(badRequest('registrationId: missing.')));
  const claim = tpmClaimFrom(body);
  if (!claim.ok) return fail(refusal(claim.problem));
  const entry = entryOf(instance, caller, claim.value);
  if (!entry.ok || isSameId(instance, parsed.data.registrationId, caller.registrationId)) return entry;
  return fail(refusal(unauthorized));
}

function isOwnScope(instance: Instance, caller: DeviceCaller): boolean {
  return caller.idScope.toLowerCase() === instance.idScope.toLowerCase();
}

/** A second call on an assigned device starts over. */
function register(instance: Instance, caller: DeviceCaller, body: unknown): DeviceAnswer {
  const taken = instance.registrations.take(1, instance.faults.current().registrationsPerMinute);
  if (!taken.taken) return refusal(throttledFor(instance.switches, taken.waitInMs));
  const identity = identified(instance, caller, body);
  if (!identity.ok) return identity.problem;
  const entry = identity.value;
  const underWay = instance.book.registrations.get(entry.registrationId)?.status === 'assigning';
  if (underWay && instance.switches.overlappingRegistration === 'precondition-failed') {
    return refusal({ errorCode: 409_203, message: 'Precondition failed.' });
  }
  const started = begin(instance, entry);
  const disabled = entry.rules.provisioningStatus === 'disabled';
  if (disabled && instance.switches.disabledAnswer === 'at-register') {
    return outcome(entry, finish(instance, entry, started));
  }
  return assigning(instance, started.operation.operationId);
}

function assigning(instance: Instance, operationId: string): DeviceAnswer {
  const retryAfterInSeconds = instance.registrationRetryAfterInSeconds;
  return { kind: 'reply', status: 202, body: { operationId, status: 'assigning' }, retryAfterInSeconds };
}

/** A digit, 16 hexadecimal digits and a GUID, with dots between, as in recorded answers. */
function newOperationId(instance: Instance): string {
  const hex = instance.clock.guid().replaceAll('-', '').slice(0, 16);
  return `5.${hex}.${instance.clock.guid()}`;
}

function begin(instance: Instance, entry: Entry): StoredRegistration {
  const { enrollmentGroupId: _group, ...before } = instance.book.registrations.get(entry.registrationId) ?? {};
  const now = instance.clock.timestamp();
  const started: StoredRegistration = {
    registrationId: entry.registrationId,
    createdDateTimeUtc: now,
    ...before,
    lastUpdatedDateTimeUtc: now,
    status: 'assigning',
    etag: instance.clock.etag(),
    ...(entry.enrollmentGroupId !== null && { enrollmentGroupId: entry.enrollmentGroupId }),
    operation: { operationId: newOperationId(instance), pollsLeft: Math.max(1, instance.switches.assigningPolls) },
  };
  instance.book.registrations.put(started);
  return started;
}

function poll(instance: Instance, caller: DeviceCaller, operationId: string): DeviceAnswer {
  if (!isOwnScope(instance, caller)) return refusal(notFound);
  const entry = entryOf(instance, caller, null);
  if (!entry.ok) return entry.problem;
  const record = instance.book.registrations.get(caller.registrationId);
  if (record === undefined || record.operation.operationId !== operationId) return refusal(notFound);
  if (record.status !== 'assigning') return outcome(entry.value, record);
  if (record.operation.pollsLeft === 0) {
    return outcome(entry.value, finish(instance, stayingIfOld(caller, entry.value), record));
  }
  const operation = { ...record.operation, pollsLeft: record.operation.pollsLeft - 1 };
  instance.book.registrations.put({ ...record, operation });
  return assigning(instance, operationId);
}

function pollFault(instance: Instance, polls: Map<string, SlidingWindow>, caller: DeviceCaller): DeviceAnswer | null {
  const limit = instance.switches.pollsPerTenSeconds;
  if (limit === null) return null;
  const key = caller.registrationId.toLowerCase();
  const window = polls.get(key) ?? createSlidingWindow(instance.clock.nowInMs, 10_000);
  polls.set(key, window);
  const taken = window.take(1, limit);
  return taken.taken ? null : refusal(throttledFor(instance.switches, taken.waitInMs));
}

function lookUp(instance: Instance, caller: DeviceCaller, body: unknown): DeviceAnswer {
  const identity = identified(instance, caller, body);
  if (!identity.ok) return identity.problem;
  const record = instance.book.registrations.get(caller.registrationId);
  if (record !== undefined) return finalReply(stateOf(identity.value, record));
  return refusal({ errorCode: instance.switches.registrationNotFoundCode, message: 'Registration not found.' });
}

/**
 * Devices with an api-version of before September 2018 keep their hub for ever, as long as the entry has no reprovision
 * policy (Azure documentation, reprovisioning: backwards compatibility).
 */
function stayingIfOld({ apiVersion }: DeviceCaller, entry: Entry): Entry {
  const old = (apiVersion ?? '') !== '' && String(apiVersion) < '2018-09';
  if (!old || entry.rules.reprovisionPolicy !== undefined) return entry;
  const reprovisionPolicy = { updateHubAssignment: false, migrateDeviceData: false };
  return { ...entry, rules: { ...entry.rules, reprovisionPolicy } };
}

/** Decides the outcome and keeps it. */
function finish(instance: Instance, entry: Entry, record: StoredRegistration): StoredRegistration {
  const { errorCode: _code, errorMessage: _message, ...rest } = record;
  const finished: StoredRegistration = {
    ...rest,
    ...assign(instance, entry, record),
    lastUpdatedDateTimeUtc: instance.clock.timestamp(),
    etag: instance.clock.etag(),
  };
  if (finished.status === 'assigned') instance.counters.registrations += 1;
  instance.book.registrations.put(finished);
  return finished;
}

/** `failed` and `disabled` are HTTP 200 as well; only `status` tells. */
function outcome(entry: Entry, record: StoredRegistration): DeviceAnswer {
  const { operationId } = record.operation;
  return finalReply({ operationId, status: record.status, registrationState: stateOf(entry, record) });
}

/** The record with how the device proved itself: through which group, or with the key for its TPM. */
function stateOf({ proof, enrollmentGroupId }: Entry, record: StoredRegistration): Record<string, unknown> {
  const { authenticationKey } = record.operation;
  const how = {
    ...(enrollmentGroupId !== null && { enrollmentGroupId }),
    ...(proof.type === 'tpm' && authenticationKey !== undefined && { authenticationKey }),
  };
  return { [proof.type]: how, ...registrationView(record.registrationId, record) };
}
