import { createHash, type X509Certificate } from 'node:crypto';
import {
  type Answer,
  badRequest,
  enrollmentNotFound,
  invalidCertificate,
  type Refusal,
  refuse,
  reply,
  unauthorized,
} from './answer.ts';
import { thumbprintsOf } from './attestation.ts';
import { commonNameOf } from './certificate.ts';
import { registrationView } from './enrollment.ts';
import type { Call, Instance } from './instance.ts';
import type { StoredEnrollment, StoredRegistration } from './records.ts';
import { jsonBodyOf } from './request-body.ts';
import { throttledFor, versionFault } from './service-api.ts';
import { createSlidingWindow, type SlidingWindow } from './throttle.ts';

/** One call of the device API with the certificate that the device showed in the TLS handshake, if any. */
export type DeviceCall = Call & { readonly certificate: X509Certificate | null };

/** The device API over HTTPS: X.509 attestation of individual enrollments. */
export type DeviceApi = { readonly answer: (call: DeviceCall) => Answer };

const notFound: Refusal = { errorCode: 404_000, message: 'Not found.' };

/** Makes the device API of an instance. */
export function createDeviceApi(instance: Instance): DeviceApi {
  const polls = new Map<string, SlidingWindow>();
  return {
    answer: (call) => {
      const wrong = versionFault(call);
      if (wrong !== null) return refuse(wrong);
      const [idScope = '', literal = '', id = '', verb, operationId, ...more] = call.segments;
      const known =
        idScope.toLowerCase() === instance.idScope.toLowerCase() && literal.toLowerCase() === 'registrations';
      if (!known || id === '' || more.length > 0) return refuse(notFound);
      const asked = `${call.method} ${verb?.toLowerCase() ?? ''}`.trimEnd();
      if (asked === 'PUT register' && operationId === undefined) return register(instance, call, id);
      if (asked === 'POST' && operationId === undefined) return lookUp(instance, call, id);
      if (asked === 'GET operations' && operationId !== undefined) {
        return throttledPoll(instance, polls, id) ?? poll(instance, call, id, operationId);
      }
      return refuse(notFound);
    },
  };
}

/**
 * Who the device is: the certificate's common name must be the registration id of the path, the enrollment must
 * hold this very certificate as primary or secondary. Whether a chain verifies does not matter for an individual
 * enrollment, so a self-signed leaf is as good as any.
 */
function enrollmentOf(instance: Instance, call: DeviceCall, id: string): StoredEnrollment | Refusal {
  if (call.certificate === null || call.certificate.raw.length === 0) return unauthorized;
  if (!isSameId(instance, commonNameOf(call.certificate), id)) return unauthorized;
  const enrollment = instance.book.enrollment(id);
  if (enrollment === undefined) return enrollmentNotFound;
  const thumbprint = createHash('sha256').update(call.certificate.raw).digest('hex').toUpperCase();
  return thumbprintsOf(enrollment.attestation).includes(thumbprint) ? enrollment : invalidCertificate;
}

function isSameId(instance: Instance, name: string | null, id: string): boolean {
  if (name === null) return false;
  return instance.switches.commonNameCase === 'exact' ? name === id : name.toLowerCase() === id.toLowerCase();
}

function bodyFault(instance: Instance, call: Call, id: string): Refusal | null {
  const body = jsonBodyOf(call);
  if (!body.ok) return body.problem;
  const named = body.value['registrationId'];
  if (typeof named !== 'string') return badRequest('registrationId: missing.');
  return isSameId(instance, named, id) ? null : unauthorized;
}

/** PUT .../register: 202 with an operation to poll; a second call on an assigned device starts over. */
function register(instance: Instance, call: DeviceCall, id: string): Answer {
  const taken = instance.registrations.take(1, instance.faults.current().registrationsPerMinute);
  if (!taken.taken) return refuse(throttledFor(instance, taken.waitInMs));
  const enrollment = enrollmentOf(instance, call, id);
  if ('errorCode' in enrollment) return refuse(enrollment);
  const wrong = bodyFault(instance, call, id);
  if (wrong !== null) return refuse(wrong);
  const atOnce = enrollment.provisioningStatus === 'disabled' && instance.switches.disabledAnswer === 'at-register';
  const operation = { operationId: newOperationId(instance), pollsLeft: Math.max(1, instance.switches.assigningPolls) };
  const started = begin(instance, enrollment, operation);
  if (atOnce) return finalAnswer(finish(instance, enrollment, started));
  return reply(
    { operationId: operation.operationId, status: 'assigning' },
    {
      ...retryAfter(instance),
      // The service names the register URL here, not the operation.
      Location: `https://${call.header('host') ?? instance.host}/${instance.idScope}/registrations/${encodeURIComponent(id)}/register`,
    },
    202,
  );
}

function newOperationId(instance: Instance): string {
  const hex = instance.clock.guid().replaceAll('-', '').slice(0, 16);
  return `5.${hex}.${instance.clock.guid()}`;
}

function retryAfter(instance: Instance): Readonly<Record<string, string>> {
  return { 'Retry-After': String(instance.registrationRetryAfterInSeconds) };
}

function begin(
  instance: Instance,
  enrollment: StoredEnrollment,
  operation: StoredRegistration['operation'],
): StoredRegistration {
  const before = instance.book.registration(enrollment.registrationId);
  const now = instance.clock.timestamp();
  const started: StoredRegistration = {
    ...before,
    registrationId: enrollment.registrationId,
    createdDateTimeUtc: before?.createdDateTimeUtc ?? now,
    lastUpdatedDateTimeUtc: now,
    status: 'assigning',
    etag: instance.clock.etag(),
    operation,
  };
  instance.book.putRegistration(started);
  return started;
}

/** GET .../operations/{operationId}: 202 while assigning, 200 with the outcome; may be asked again. */
function poll(instance: Instance, call: DeviceCall, id: string, operationId: string): Answer {
  const enrollment = enrollmentOf(instance, call, id);
  if ('errorCode' in enrollment) return refuse(enrollment);
  const record = instance.book.registration(id);
  if (record === undefined || record.operation.operationId !== operationId) return refuse(notFound);
  if (record.status !== 'assigning') return finalAnswer(record);
  if (record.operation.pollsLeft > 0) {
    const operation = { operationId, pollsLeft: record.operation.pollsLeft - 1 };
    instance.book.putRegistration({ ...record, operation });
    return reply({ operationId, status: 'assigning' }, retryAfter(instance), 202);
  }
  return finalAnswer(finish(instance, enrollment, record));
}

function throttledPoll(instance: Instance, polls: Map<string, SlidingWindow>, id: string): Answer | null {
  const limit = instance.switches.pollsPerTenSeconds;
  if (limit === null) return null;
  const window = polls.get(id) ?? createSlidingWindow(instance.clock.nowInMs, 10_000);
  polls.set(id, window);
  const taken = window.take(1, limit);
  return taken.taken ? null : refuse(throttledFor(instance, taken.waitInMs));
}

/** POST {id}: the registration record as it stands. */
function lookUp(instance: Instance, call: DeviceCall, id: string): Answer {
  const enrollment = enrollmentOf(instance, call, id);
  if ('errorCode' in enrollment) return refuse(enrollment);
  const wrong = bodyFault(instance, call, id);
  if (wrong !== null) return refuse(wrong);
  const record = instance.book.registration(id);
  if (record !== undefined) return reply({ x509: {}, ...registrationView(id, record) });
  return refuse({ errorCode: instance.switches.registrationNotFoundCode, message: 'Registration not found.' });
}

/** Decides the outcome and keeps it. */
function finish(instance: Instance, enrollment: StoredEnrollment, record: StoredRegistration): StoredRegistration {
  const { errorCode: _code, errorMessage: _message, ...rest } = record;
  const finished: StoredRegistration = {
    ...rest,
    ...outcomeOf(instance, enrollment, record),
    lastUpdatedDateTimeUtc: instance.clock.timestamp(),
    etag: instance.clock.etag(),
  };
  if (finished.status === 'assigned') instance.counters.registrations += 1;
  instance.book.putRegistration(finished);
  return finished;
}

function outcomeOf(
  instance: Instance,
  enrollment: StoredEnrollment,
  record: StoredRegistration,
): Partial<StoredRegistration> & Pick<StoredRegistration, 'status'> {
  if (enrollment.provisioningStatus === 'disabled') return { status: 'disabled' };
  const stays = record.assignedHub !== undefined && enrollment.reprovisionPolicy?.updateHubAssignment === false;
  const hub = stays ? record.assignedHub : hubFor(instance, enrollment);
  // 400208 is the C SDK's constant for a registration that failed because no hub was specified.
  if (hub === undefined) return { status: 'failed', errorCode: 400_208, errorMessage: 'IotHub not specified.' };
  const moved = record.assignedHub !== undefined && record.assignedHub !== hub;
  const migrates = enrollment.reprovisionPolicy?.migrateDeviceData !== false;
  const atMove = migrates ? 'deviceDataMigrated' : 'deviceDataReset';
  return {
    status: 'assigned',
    substatus: moved ? atMove : (record.substatus ?? 'initialAssignment'),
    assignedHub: hub,
    // A changed deviceId takes effect only after the registration record was deleted.
    deviceId: record.deviceId ?? enrollment.deviceId ?? enrollment.registrationId,
  };
}

/** Hashed spreads over the candidates; custom has no webhook here and finds no hub. */
function hubFor(instance: Instance, enrollment: StoredEnrollment): string | undefined {
  const legacy = enrollment.iotHubHostName === undefined ? undefined : [enrollment.iotHubHostName];
  const candidates = enrollment.iotHubs ?? legacy ?? instance.linkedHubs;
  const policy = enrollment.allocationPolicy ?? 'hashed';
  if (policy === 'custom' || (policy === 'static' && candidates.length !== 1)) return undefined;
  if (policy !== 'hashed') return candidates[0];
  const digest = createHash('sha256').update(enrollment.registrationId.toLowerCase()).digest();
  return candidates[digest.readUInt32BE() % Math.max(1, candidates.length)];
}

/** `failed` and `disabled` are HTTP 200 as well; only `status` tells. */
function finalAnswer(record: StoredRegistration): Answer {
  return reply({
    operationId: record.operation.operationId,
    status: record.status,
    registrationState: { x509: {}, ...registrationView(record.registrationId, record) },
  });
}
