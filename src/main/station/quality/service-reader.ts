import type { EnrollmentAnswer, RegistrationState } from '../../../shared/enrollment.ts';
import type { PublicIdentity } from '../../../shared/job.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import type { EntryView, Observation, RegistrationView } from '../../../shared/verification.ts';
import { attestationTypeOf, comparedSettings, primaryThumbprint } from '../../domain/enrollment.ts';
import type { EnrollmentRegistry } from '../../ports/enrollment-registry.ts';
import type { EnrollmentService } from '../../ports/enrollment-service.ts';
import { type HubRegistries, type HubRegistry, hubNamed } from '../../ports/hub-registry.ts';
import type { Instance, Instances } from '../instances.ts';

/** The calls of a service that only read. */
type ReadingService = Pick<EnrollmentService, 'get' | 'registration' | 'getGroup'>;

/** What is asked of service and hubs; there is no way to write through this. */
export type ServiceReader = {
  entry(instance: string, identity: PublicIdentity): Promise<Observation<'entry'>>;
  registration(instance: string, registrationId: string): Promise<Observation<'registration'>>;
  /** Not asked where the station has no access to the hub. */
  hub(hostName: string, deviceId: string): Promise<Observation<'hub'>>;
};

/** Asks the instances and hubs of the settings, within their quotas. */
export function createServiceReader(instances: Instances, hubs: HubRegistries): ServiceReader {
  const service = (name: string): ReadingService | null => instances.get(name)?.service ?? null;
  const noInstance = (instance: string) => unknown(problem('no-instance', { instance }));

  async function entry(name: string, identity: PublicIdentity): Promise<Observation<'entry'>> {
    const instance = instances.get(name);
    const asked = service(name);
    if (instance === undefined || asked === null) return noInstance(name);
    if (identity.group !== null) {
      const group = await asked.getGroup(identity.group);
      if (!group.ok) return unknown(group.problem.problem);
      if (group.value === null) return { seen: 'absent' };
      const own = await asked.get(identity.registrationId);
      if (!own.ok) return unknown(own.problem.problem);
      const status = own.value === null ? null : (text(own.value.provisioningStatus) ?? 'enabled');
      return found({ ...groupView(identity.group, group.value), own: status });
    }
    const answered = await asked.get(identity.registrationId);
    if (!answered.ok) return unknown(answered.problem.problem);
    if (answered.value === null) return { seen: 'absent' };
    const view = entryView(answered.value);
    return found(identity.attestation === 'symmetricKey' ? { ...view, ...(await keyOf(instance, view.id)) } : view);
  }

  return {
    entry,
    registration: async (name, registrationId) => {
      const answered = await service(name)?.registration(registrationId);
      if (answered === undefined) return noInstance(name);
      if (!answered.ok) return unknown(answered.problem.problem);
      return answered.value === null ? { seen: 'absent' } : found(registrationView(answered.value));
    },
    hub: async (hostName, deviceId) => {
      const hub: Pick<HubRegistry, 'hostName' | 'get'> | null = hubNamed(hubs, hostName);
      if (hub === null) return { seen: 'not-asked' };
      const device = await hub.get(deviceId);
      if (!device.ok) return unknown(device.problem.problem);
      if (device.value === null) return { seen: 'absent' };
      const { etag: _, thumbprints, ...rest } = device.value;
      const { primary: primaryThumbprint, secondary: secondaryThumbprint } = thumbprints;
      return found({ ...rest, hostName: hub.hostName, primaryThumbprint, secondaryThumbprint });
    },
  };
}

/** The keys of an entry stay in the adapter that asks for them; what comes out is their fingerprint. */
async function keyOf(instance: Instance, id: string): Promise<Pick<EntryView, 'keyFingerprint' | 'keyProblem'>> {
  const registry: Pick<EnrollmentRegistry, 'keyFingerprint'> = instance.registry;
  const release = await instance.quota.take('list', 1);
  if (release === null) return { keyFingerprint: null, keyProblem: stored(problem('station-stopping')) };
  const revealed: Result<string | null, { readonly problem: Problem }> = await registry.keyFingerprint(id);
  release();
  return revealed.ok
    ? { keyFingerprint: revealed.value, keyProblem: null }
    : { keyFingerprint: null, keyProblem: stored(revealed.problem.problem) };
}

function entryView(answer: EnrollmentAnswer): EntryView {
  return {
    kind: 'individual',
    id: answer.registrationId,
    attestation: attestationTypeOf(answer),
    primaryThumbprint: primaryThumbprint(answer),
    secondaryThumbprint: secondaryThumbprint(answer),
    endorsementKey: answer.attestation?.tpm?.endorsementKey ?? null,
    keyFingerprint: null,
    keyProblem: null,
    own: null,
    ...recordParts(answer),
  };
}

function groupView(id: string, answer: Readonly<Record<string, unknown>>): EntryView {
  return {
    kind: 'group',
    id,
    attestation: null,
    primaryThumbprint: null,
    secondaryThumbprint: null,
    endorsementKey: null,
    keyFingerprint: null,
    keyProblem: null,
    own: null,
    ...recordParts(answer),
  };
}

function recordParts(answer: Readonly<Record<string, unknown>>) {
  return {
    settings: comparedSettings(answer) as EntryView['settings'],
    etag: text(answer['etag']),
    createdDateTimeUtc: text(answer['createdDateTimeUtc']),
    lastUpdatedDateTimeUtc: text(answer['lastUpdatedDateTimeUtc']),
  };
}

function secondaryThumbprint(answer: EnrollmentAnswer): string | null {
  const print = answer.attestation?.x509?.clientCertificates?.secondary?.info?.sha256Thumbprint;
  return print === undefined ? null : print.replace(/[^0-9a-fA-F]/g, '').toLowerCase();
}

/** Only what the documentation names; a payload or key that came along stays out. */
function registrationView(answer: RegistrationState): RegistrationView {
  return {
    registrationId: answer.registrationId ?? null,
    status: answer.status ?? null,
    substatus: answer.substatus ?? null,
    assignedHub: answer.assignedHub ?? null,
    deviceId: answer.deviceId ?? null,
    errorCode: answer.errorCode ?? null,
    errorMessage: answer.errorMessage ?? null,
    createdDateTimeUtc: answer.createdDateTimeUtc ?? null,
    lastUpdatedDateTimeUtc: answer.lastUpdatedDateTimeUtc ?? null,
  };
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function found<T>(value: T): { readonly seen: 'found'; readonly value: T } {
  return { seen: 'found', value };
}

function stored(cause: Problem) {
  return { code: cause.code, facts: { ...cause.facts } };
}

function unknown(cause: Problem) {
  return { seen: 'unknown' as const, problem: stored(cause) };
}
