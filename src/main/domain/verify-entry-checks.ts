import type { Enrollment } from '../../shared/enrollment.ts';
import type { PublicIdentity } from '../../shared/job.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { Check, CheckName, EntryView, Observation } from '../../shared/verification.ts';
import { type ComparedField, fieldAgrees } from './enrollment.ts';
import { checkOf, type IdentifiedUnit, shown } from './verify-check.ts';

/** Which fields of an enrollment each comparison is about. */
const fieldsOf = {
  'entry-device-id': ['deviceId'],
  'entry-twin': ['initialTwin'],
  'entry-reprovision-policy': ['reprovisionPolicy'],
  'entry-allocation': ['allocationPolicy', 'iotHubs', 'iotHubHostName', 'customAllocationDefinition'],
  'entry-capabilities': ['capabilities'],
  'entry-device-information': ['optionalDeviceInformation'],
} as const satisfies Partial<Record<CheckName, readonly ComparedField[]>>;

/** Compares the entry of the service with what the station set when the unit passed. */
export function entryChecks(unit: IdentifiedUnit, entry: Observation<'entry'>): Check[] {
  const { registrationId, group } = unit.identity;
  const id = group ?? registrationId;
  switch (entry.seen) {
    case 'not-asked':
      return [];
    case 'unknown':
      return [checkOf('entry', id, null, 'cannot-tell', entry.problem as Problem)];
    case 'absent':
      return [absentEntry(unit, id)];
    case 'found':
      // What is there is the entry of before: what the station made waits in its queue.
      if (group === null && unit.item?.state === 'pending') {
        return [checkOf('entry', id, entry.value.id, 'cannot-tell', problem('entry-not-sent', { registrationId }))];
      }
      return [
        checkOf('entry', id, entry.value.id, 'pass'),
        ...(group === null ? individualChecks(unit, entry.value) : groupChecks(unit, group, entry.value)),
      ];
  }
}

/** An entry of the unit's own counts before its group: this is how single units of a group are kept out. */
function* groupChecks({ identity }: IdentifiedUnit, group: string, entry: EntryView): Generator<Check> {
  yield enabledCheck(entry, 'enabled');
  if (entry.own === null) return;
  const { registrationId } = identity;
  const beside = problem('entry-beside-group', { registrationId, status: entry.own, group });
  yield checkOf('entry-beside-group', null, entry.own, entry.own === 'disabled' ? 'fail' : 'cannot-tell', beside);
}

/** What still waits to be sent is not missing. */
function absentEntry({ identity, item }: IdentifiedUnit, id: string): Check {
  if (identity.group !== null) return checkOf('entry', id, null, 'fail', problem('group-gone', { group: id }));
  const { registrationId } = identity;
  const waits = item?.state === 'pending';
  const cause = waits
    ? problem('entry-not-sent', { registrationId })
    : problem('enrollment-not-found', { registrationId });
  return checkOf('entry', id, null, waits ? 'cannot-tell' : 'fail', cause);
}

function enabledCheck({ id, settings }: EntryView, expected: string): Check {
  // A service that says nothing, or null, means enabled.
  const found = shown(settings['provisioningStatus']) ?? 'enabled';
  const changed = problem('entry-disabled', { id, expected, found });
  return checkOf('entry-enabled', expected, found, found === expected ? 'pass' : 'fail', changed);
}

function* individualChecks(unit: IdentifiedUnit, entry: EntryView): Generator<Check> {
  const sent = unit.item?.enrollment ?? null;
  yield credentialCheck(unit.identity, entry, sentSecond(sent));
  const { registrationId } = unit.identity;
  const second = entry.secondaryThumbprint;
  if (second !== null && second !== unit.identity.fingerprint && !sentSecond(sent)) {
    const unknown = problem('entry-second-credential', { registrationId, thumbprint: second });
    yield checkOf('entry-second-credential', null, second, 'cannot-tell', unknown);
  }
  if (sent === null) return;
  yield enabledCheck(entry, sent.provisioningStatus);
  for (const [name, fields] of Object.entries(fieldsOf) as [keyof typeof fieldsOf, readonly ComparedField[]][]) {
    const set = fields.filter((field) => sent[field] !== undefined);
    if (set.length === 0) continue;
    const other = set.filter((field) => !fieldAgrees(field, sent[field], entry.settings[field]));
    const drift = problem('enrollment-drift', { registrationId, fields: other.join(', ') });
    const values = (from: Readonly<Record<string, unknown>>): string | null =>
      shown(set.length === 1 ? from[set[0] ?? ''] : Object.fromEntries(set.map((field) => [field, from[field]])));
    yield checkOf(name, values(sent), values(entry.settings), other.length === 0 ? 'pass' : 'fail', drift);
  }
}

function sentSecond(sent: Enrollment | null): boolean {
  return sent?.attestation.type === 'x509' && sent.attestation.x509.clientCertificates.secondary !== undefined;
}

/** `second`: the new certificate was put beside the old one, and is promoted when its board has registered. */
function credentialCheck(identity: PublicIdentity, entry: EntryView, second: boolean): Check {
  const { registrationId } = identity;
  const conflict = problem('enrollment-conflict', { registrationId });
  const verdict = (expected: string, found: string | null): Check =>
    checkOf('entry-credential', expected, found ?? entry.attestation, found === expected ? 'pass' : 'fail', conflict);
  if (entry.attestation !== identity.attestation) {
    return checkOf('entry-credential', identity.attestation, entry.attestation, 'fail', conflict);
  }
  switch (identity.attestation) {
    case 'x509':
      return verdict(
        identity.fingerprint,
        second && entry.secondaryThumbprint === identity.fingerprint
          ? entry.secondaryThumbprint
          : entry.primaryThumbprint,
      );
    case 'tpm':
      return verdict(identity.endorsementKey, entry.endorsementKey);
    case 'symmetricKey': {
      if (entry.keyFingerprint !== null) return verdict(identity.fingerprint, entry.keyFingerprint);
      const hidden = (entry.keyProblem as Problem | null) ?? problem('entry-key-hidden', { registrationId });
      return checkOf('entry-credential', identity.fingerprint, null, 'cannot-tell', hidden);
    }
  }
}
