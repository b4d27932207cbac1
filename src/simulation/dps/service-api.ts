import {
  type Answer,
  badRequest,
  enrollmentNotFound,
  noContent,
  type Refusal,
  refuse,
  reply,
  unauthorized,
  unauthorizedAccess,
} from './answer.ts';
import { bulkItemCount, runBulk } from './bulk.ts';
import { registrationView } from './enrollment.ts';
import { deleteEnrollment, getEnrollment, putEnrollment, revealAttestation } from './enrollments.ts';
import type { Call, Instance } from './instance.ts';
import { type Right, rightsOf } from './policies.ts';
import { queryEnrollments, queryHeaders } from './query.ts';
import { coversResource, isSignedByPolicy, isUnexpired, sasTokenFrom } from './sas.ts';
import { etagMatches } from './service-clock.ts';
import { throttledFor } from './throttle.ts';

type Operation = {
  readonly right: Right;
  /** Whether it changes anything: only replies of writes can get lost after a commit. */
  readonly writes: boolean;
  readonly weight: (instance: Instance, call: Call) => number;
  readonly run: (instance: Instance, call: Call) => Answer;
};

const one = (): number => 1;
const idOf = (call: Call): string => call.segments[1] ?? '';

const bulk: Operation = {
  right: 'EnrollmentWrite',
  writes: true,
  weight: (instance, call) => (instance.switches.bulkWeight === 'item' ? bulkItemCount(call) : 1),
  run: runBulk,
};
const query: Operation = { right: 'EnrollmentRead', writes: false, weight: one, run: queryEnrollments };
const reveal: Operation = {
  right: 'EnrollmentRead',
  writes: false,
  weight: one,
  run: (instance, call) => revealAttestation(instance, idOf(call)),
};
const enrollment: Readonly<Record<string, Operation>> = {
  PUT: { right: 'EnrollmentWrite', writes: true, weight: one, run: (i, call) => putEnrollment(i, call, idOf(call)) },
  GET: { right: 'EnrollmentRead', writes: false, weight: one, run: (i, call) => getEnrollment(i, idOf(call)) },
  DELETE: {
    right: 'EnrollmentWrite',
    writes: true,
    weight: one,
    run: (i, call) => deleteEnrollment(i, call, idOf(call)),
  },
};
const registration: Readonly<Record<string, Operation>> = {
  GET: { right: 'RegistrationStatusRead', writes: false, weight: one, run: getRegistration },
  DELETE: { right: 'RegistrationStatusWrite', writes: true, weight: one, run: deleteRegistration },
};
const groupRegistrations: Operation = {
  right: 'RegistrationStatusRead',
  writes: false,
  weight: one,
  run: ({ switches }) =>
    switches.unknownGroupQuery === 'empty'
      ? reply([], queryHeaders('DeviceRegistration'))
      : refuse({ errorCode: 404_204, message: 'EnrollmentGroup not found.' }),
};

/** Whether a path belongs to the service API; the first segment is compared without letter case (clients differ). */
export function isServicePath(segments: readonly string[]): boolean {
  return ['enrollments', 'enrollmentgroups', 'registrations'].includes(segments[0]?.toLowerCase() ?? '');
}

/** What a request to the service API asks for, or why it is none. */
export function operationFor(call: Call): Operation | Refusal {
  const first = call.segments[0]?.toLowerCase();
  if (first === 'enrollmentgroups') return { errorCode: 501_000, message: 'Enrollment groups are not simulated.' };
  return (first === 'enrollments' ? enrollmentOperation(call) : registrationOperation(call)) ?? noSuchOperation(call);
}

function enrollmentOperation({ method, segments }: Call): Operation | undefined {
  const [, second, third, ...more] = segments;
  if (more.length > 0) return undefined;
  if (second === undefined) return method === 'POST' ? bulk : undefined;
  if (third !== undefined)
    return third.toLowerCase() === 'attestationmechanism' && method === 'POST' ? reveal : undefined;
  if (second.toLowerCase() === 'query') return method === 'POST' ? query : undefined; // reserved: never an id
  return operationOf(enrollment, method);
}

function registrationOperation({ method, segments }: Call): Operation | undefined {
  const [, second, third, ...more] = segments;
  if (second === undefined || more.length > 0) return undefined;
  if (third !== undefined) return third.toLowerCase() === 'query' && method === 'POST' ? groupRegistrations : undefined;
  return operationOf(registration, method);
}

function operationOf(table: Readonly<Record<string, Operation>>, method: string): Operation | undefined {
  return Object.hasOwn(table, method) ? table[method] : undefined;
}

function noSuchOperation({ segments }: Call): Refusal {
  // Azure documentation: 405 when the id is missing from the path.
  return segments.length > 3
    ? { errorCode: 404_000, message: 'Not found.' }
    : { errorCode: 405_000, message: 'Method not allowed.' };
}

/** Runs one call of the service API, after its planted faults: version, credentials, quota, then the operation. */
export function answerServiceCall(
  instance: Instance,
  call: Call,
): { readonly answer: Answer; readonly wrote: boolean } {
  const operation = operationFor(call);
  if ('errorCode' in operation) return { answer: refuse(operation), wrote: false };
  const refusal =
    versionFault(call) ?? credentialFault(instance, call, operation.right) ?? quotaFault(instance, call, operation);
  if (refusal !== null) return { answer: refuse(refusal), wrote: false };
  const answer = operation.run(instance, call);
  return { answer, wrote: operation.writes && answer.kind === 'reply' };
}

/** api-version is mandatory on every call; which one does not matter here. */
export function versionFault(call: Call): Refusal | null {
  return call.apiVersion ? null : badRequest('The query parameter api-version is missing.');
}

function credentialFault(instance: Instance, call: Call, right: Right): Refusal | null {
  const token = sasTokenFrom(call.header('authorization') ?? '');
  if (token === null || !isSignedByPolicy(token, instance.book.policies)) return unauthorized;
  if (!isUnexpired(token, instance.clock.now())) return unauthorized;
  if (!coversResource(token, instance.host, call.segments)) return unauthorized;
  return rightsOf(token.policy).includes(right) ? null : unauthorizedAccess;
}

function quotaFault(instance: Instance, call: Call, operation: Operation): Refusal | null {
  const limit = instance.faults.current().operationsPerMinute;
  const taken = instance.operations.take(operation.weight(instance, call), limit);
  return taken.taken ? null : throttledFor(instance.switches, taken.waitInMs);
}

function registrationNotFound(instance: Instance): Refusal {
  return { errorCode: instance.switches.registrationNotFoundCode, message: 'Registration not found.' };
}

/** GET /registrations/{id}: the record stays when its enrollment goes; before first contact there is none. */
function getRegistration(instance: Instance, call: Call): Answer {
  const found = instance.book.registration(idOf(call));
  if (found !== undefined) return reply(registrationView(found.registrationId, found));
  return refuse(
    instance.book.enrollment(idOf(call)) === undefined ? enrollmentNotFound : registrationNotFound(instance),
  );
}

function deleteRegistration(instance: Instance, call: Call): Answer {
  const found = instance.book.registration(idOf(call));
  if (found === undefined) return refuse(registrationNotFound(instance));
  const ifMatch = call.header('if-match');
  if (ifMatch !== null && !etagMatches(ifMatch, found.etag)) {
    return refuse({ errorCode: instance.switches.preconditionFailedCode, message: 'Precondition failed.' });
  }
  instance.book.deleteRegistration(found.registrationId);
  return noContent;
}
