import { compareServiceTimes } from '../../shared/enrollment.ts';
import type { PublicIdentity } from '../../shared/job.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { Check, HubView, Observed, RegistrationView } from '../../shared/verification.ts';
import { checkOf, type IdentifiedUnit } from './verify-check.ts';

/** Compares the registration record with the entry and the unit's record. */
export function* registrationChecks(unit: IdentifiedUnit, observed: Observed): Generator<Check> {
  const { registration, before } = observed;
  const { registrationId } = unit.identity;
  if (registration.seen === 'not-asked') return;
  if (registration.seen === 'unknown') {
    yield checkOf('registration', 'assigned', null, 'cannot-tell', registration.problem as Problem);
    return;
  }
  // No record, or one that is still being made: the unit has not shown that it can, nor that it cannot.
  const state = registration.seen === 'found' ? registration.value : null;
  if (state === null || state.status === null || state.status === 'unassigned') {
    const missing = problem('registration-missing', { registrationId });
    yield checkOf('registration', 'assigned', state?.status ?? null, 'cannot-tell', missing);
    return;
  }
  if (state.status !== 'assigned') {
    yield notAssigned(registrationId, state);
    return;
  }
  yield checkOf('registration', 'assigned', 'assigned', 'pass');
  yield* sinceChecks(unit, observed, state);
  if (before.seen !== 'not-asked') yield renewedCheck(registrationId, before, state);
  yield* placeChecks(unit, state);
}

function notAssigned(registrationId: string, state: RegistrationView): Check {
  const reason = [state.errorCode, state.errorMessage].filter((part) => part !== null).join(' ');
  const facts = { registrationId, status: state.status, reason: reason === '' ? 'no reason given' : reason };
  const verdict = state.status === 'assigning' ? 'cannot-tell' : 'fail';
  return checkOf('registration', 'assigned', state.status, verdict, problem('registration-not-assigned', facts));
}

/**
 * Only times of the service are compared; a unit of a group has no entry of its own, so its record is compared with the
 * station's time of the write, as its proof is.
 */
function* sinceChecks(unit: IdentifiedUnit, { entry }: Observed, state: RegistrationView): Generator<Check> {
  const own = unit.item?.proofAfter ?? (entry.seen === 'found' ? entry.value.createdDateTimeUtc : null);
  const since = unit.identity.group === null ? own : (unit.item?.createdAt ?? null);
  const at = state.lastUpdatedDateTimeUtc;
  if (since === null || at === null) return;
  const younger = compareServiceTimes(at, since) >= 0;
  const older = problem('registration-older', { at, since });
  yield checkOf('registration-since', `at or after ${since}`, at, younger ? 'pass' : 'cannot-tell', older);
}

function renewedCheck(registrationId: string, before: Observed['before'], state: RegistrationView): Check {
  const old = before.seen === 'found' ? before.value.lastUpdatedDateTimeUtc : null;
  const at = state.lastUpdatedDateTimeUtc;
  const renewed = at !== null && (old === null || compareServiceTimes(at, old) > 0);
  const stale = problem('registration-not-renewed', { registrationId });
  return checkOf(
    'registration-new',
    old === null ? 'a first one' : `after ${old}`,
    at,
    renewed ? 'pass' : 'cannot-tell',
    stale,
  );
}

function* placeChecks(unit: IdentifiedUnit, state: RegistrationView): Generator<Check> {
  const sent = unit.item?.enrollment ?? null;
  const hubs = sent?.iotHubs ?? (sent?.iotHubHostName === undefined ? [] : [sent.iotHubHostName]);
  if (hubs.length > 0) {
    const expected = hubs.join(', ');
    const found = state.assignedHub;
    const among = hubs.some((hub) => hub.toLowerCase() === found?.toLowerCase());
    const facts = { what: 'hub', expected, found };
    yield checkOf('registration-hub', expected, found, among ? 'pass' : 'fail', problem('registration-differs', facts));
  }
  const expected = sent?.deviceId ?? unit.identity.registrationId;
  const facts = { what: 'device id', expected, found: state.deviceId };
  const same = state.deviceId === expected;
  const differs = problem('registration-differs', facts);
  yield checkOf('registration-device-id', expected, state.deviceId, same ? 'pass' : 'fail', differs);
}

/** Compares the hub's own view of the device, where the station has access to that hub. */
export function* hubChecks(identity: PublicIdentity, { hub, registration }: Observed): Generator<Check> {
  const place = registration.seen === 'found' ? registration.value : null;
  const facts = { host: place?.assignedHub ?? null, deviceId: place?.deviceId ?? null };
  if (hub.seen === 'not-asked') return;
  if (hub.seen === 'unknown') {
    yield checkOf('hub-device', facts.deviceId, null, 'cannot-tell', hub.problem as Problem);
    return;
  }
  if (hub.seen === 'absent') {
    yield checkOf('hub-device', facts.deviceId, null, 'fail', problem('hub-device-missing', facts));
    return;
  }
  const { value } = hub;
  const activity = value.lastActivityTime === null ? 'never active' : `last active ${value.lastActivityTime}`;
  yield checkOf('hub-device', facts.deviceId, `${value.deviceId}, ${value.connectionState}, ${activity}`, 'pass');
  const differs = (what: string, expected: string, found: string) =>
    problem('hub-device-differs', { ...facts, what, expected, found });
  const enabled = value.status === 'enabled' ? 'pass' : 'fail';
  yield checkOf('hub-enabled', 'enabled', value.status, enabled, differs('status', 'enabled', value.status));
  const kinds: readonly string[] = identity.attestation === 'x509' ? ['selfSigned', 'certificateAuthority'] : ['sas'];
  const kind = kinds.join(' or ');
  const fits = kinds.includes(value.authentication) ? 'pass' : 'fail';
  const other = differs('authentication', kind, value.authentication);
  yield checkOf('hub-authentication', kind, value.authentication, fits, other);
  if (identity.attestation === 'x509' && value.authentication === 'selfSigned') {
    yield thumbprintCheck(identity, value, differs);
  }
}

/** A hub may hold SHA-1 or SHA-256 thumbprints; it lets in whoever shows either of its two. */
function thumbprintCheck(
  identity: Extract<PublicIdentity, { attestation: 'x509' }>,
  { primaryThumbprint, secondaryThumbprint }: HubView,
  differs: (what: string, expected: string, found: string) => Problem,
): Check {
  const own = [identity.fingerprint, identity.sha1Thumbprint];
  const held = [primaryThumbprint, secondaryThumbprint].flatMap((one) => (one === null ? [] : [one.toLowerCase()]));
  const found = held.join(', ');
  const verdict = held.some((one) => own.includes(one)) ? 'pass' : 'fail';
  const cause = differs('thumbprint', identity.fingerprint, found);
  return checkOf('hub-thumbprint', identity.fingerprint, found, verdict, cause);
}
