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
import { rightsOfBearer } from './bearer.ts';
import { bulkItemCount, runBulk } from './bulk.ts';
import { enrollmentKind, registrationView } from './enrollment.ts';
import { deleteEntry, getEntry, preconditionFailed, putEntry, revealAttestation } from './entries.ts';
import type { EntryKind, EntryRow } from './entry-kind.ts';
import { groupKind } from './group.ts';
import type { Call, Instance } from './instance.ts';
import { type Right, rightsOf } from './policies.ts';
import { queryEntries, queryGroupRegistrations } from './query.ts';
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
type ByMethod = Readonly<Record<string, Operation>>;

const one = (): number => 1;
const idOf = (call: Call): string => call.segments[1] ?? '';
const operation = (right: Right, writes: boolean, run: Operation['run']): Operation => ({
  right,
  writes,
  weight: one,
  run,
});

/** The operations on one kind of entry. Rights name enrollments and mean groups as well (Azure documentation). */
function operationsOn<Row extends EntryRow>(kind: EntryKind<Row>) {
  const single: ByMethod = {
    PUT: operation('EnrollmentWrite', true, (instance, call) => putEntry(kind, instance, call, idOf(call))),
    GET: operation('EnrollmentRead', false, (instance, call) => getEntry(kind, instance, idOf(call))),
    DELETE: operation('EnrollmentWrite', true, (instance, call) => deleteEntry(kind, instance, call, idOf(call))),
  };
  const bulk: Operation = {
    ...operation('EnrollmentWrite', true, (instance, call) => runBulk(kind, instance, call)),
    weight: (instance, call) => (instance.switches.bulkWeight === 'item' ? bulkItemCount(kind, call) : 1),
  };
  return {
    single,
    bulk,
    query: operation('EnrollmentRead', false, (instance, call) => queryEntries(kind, instance, call)),
    reveal: operation('EnrollmentRead', false, (instance, call) => revealAttestation(kind, instance, idOf(call))),
  };
}

const enrollments = operationsOn(enrollmentKind);
const groups = operationsOn(groupKind);
const registration: ByMethod = {
  GET: operation('RegistrationStatusRead', false, getRegistration),
  DELETE: operation('RegistrationStatusWrite', true, deleteRegistration),
};
const groupRegistrations = operation('RegistrationStatusRead', false, (instance, call) =>
  queryGroupRegistrations(instance, call, idOf(call)),
);

/** Whether a path belongs to the service API; the first segment is compared without letter case (clients differ). */
export function isServicePath(segments: readonly string[]): boolean {
  return ['enrollments', 'enrollmentgroups', 'registrations'].includes(segments[0]?.toLowerCase() ?? '');
}

/** What a request to the service API asks for, or why it is none. */
export function operationFor(call: Call): Operation | Refusal {
  const first = call.segments[0]?.toLowerCase();
  if (first === 'registrations') return registrationOperation(call) ?? noSuchOperation(call);
  return entryOperation(first === 'enrollmentgroups' ? groups : enrollments, call) ?? noSuchOperation(call);
}

function entryOperation(
  { single, bulk, query, reveal }: ReturnType<typeof operationsOn>,
  { method, segments }: Call,
): Operation | undefined {
  const [, second, third, ...more] = segments;
  if (more.length > 0) return undefined;
  if (second === undefined) return method === 'POST' ? bulk : undefined;
  if (third !== undefined)
    return third.toLowerCase() === 'attestationmechanism' && method === 'POST' ? reveal : undefined;
  if (second.toLowerCase() === 'query') return method === 'POST' ? query : undefined; // reserved: never an id
  return operationOf(single, method);
}

function registrationOperation({ method, segments }: Call): Operation | undefined {
  const [, second, third, ...more] = segments;
  if (second === undefined || more.length > 0) return undefined;
  if (third !== undefined) return third.toLowerCase() === 'query' && method === 'POST' ? groupRegistrations : undefined;
  return operationOf(registration, method);
}

function operationOf(table: ByMethod, method: string): Operation | undefined {
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
  const header = call.header('authorization') ?? '';
  if (instance.bearer !== null && /^Bearer /i.test(header)) {
    const rights = rightsOfBearer(header, instance.bearer, instance.clock.now());
    return rights === null ? unauthorized : rights.includes(right) ? null : unauthorizedAccess;
  }
  const token = sasTokenFrom(header);
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
  const found = instance.book.registrations.get(idOf(call));
  if (found !== undefined) return reply(registrationView(found.registrationId, found));
  const enrolled = instance.book.enrollments.get(idOf(call)) !== undefined;
  return refuse(enrolled ? registrationNotFound(instance) : enrollmentNotFound);
}

/** DELETE /registrations/{id}: the device is unknown again; its hub identity stays. */
function deleteRegistration(instance: Instance, call: Call): Answer {
  const found = instance.book.registrations.get(idOf(call));
  if (found === undefined) return refuse(registrationNotFound(instance));
  const ifMatch = call.header('if-match');
  if (ifMatch !== null && !etagMatches(ifMatch, found.etag)) return refuse(preconditionFailed(instance));
  instance.book.registrations.delete(found.registrationId);
  return noContent;
}
