import type { HttpClient } from '@azure/core-rest-pipeline';
import type { Enrollment } from '../../../shared/enrollment.ts';
import type { SentEnrollment } from '../../../shared/enrollment-group.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { fingerprintOf } from '../../identity/fingerprint.ts';
import type { SymmetricKeys } from '../../identity/symmetric-keys.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EnrollmentRegistry, RegistryFailure } from '../../ports/enrollment-registry.ts';
import type { EnrollmentService } from '../../ports/enrollment-service.ts';
import { sharedAccessAuthorization } from './authorization.ts';
import { createEnrollmentService } from './enrollment-service.ts';
import { createServiceCaller } from './service-caller.ts';

/** Keys of a unit with symmetric keys; overwritten after use. */
export type KeySource = (unit: {
  readonly registrationId: string;
  readonly keySalt: string;
}) => Promise<Result<SymmetricKeys, RegistryFailure>>;

/** Where and as whom to call, with the key of a policy. */
export type RegistryOptions = {
  readonly hostName: string;
  readonly port: number; // 443 for the real service
  readonly keyName: string;
  readonly key: () => Promise<Result<Buffer, RegistryFailure>>; // decoded; overwritten after use
  /** Absent: this client sends no symmetric keys. */
  readonly symmetricKeys?: KeySource;
  readonly ca?: string; // PEM, besides the system's own authorities
  readonly clock: Clock;
  readonly timeoutInMs?: number; // of one call, default 30 s
  readonly httpClient?: HttpClient;
};

/** The registry of an instance that is reached with a policy's key. */
export function createEnrollmentRegistry(options: RegistryOptions): EnrollmentRegistry {
  const { keyName, key, symmetricKeys, ...place } = options;
  const authorization = sharedAccessAuthorization({ hostName: options.hostName, keyName, key, clock: options.clock });
  const service = createEnrollmentService(createServiceCaller({ ...place, authorization }));
  return registryFrom(service, symmetricKeys ?? noKeys);
}

const noKeys: KeySource = async () => fail({ problem: problem('key-root-missing'), retryAfterInMs: null });

/** What the courier and the watcher need of a service; symmetric keys are put in at the last moment. */
export function registryFrom(service: EnrollmentService, symmetricKeys: KeySource): EnrollmentRegistry {
  async function sent(enrollment: Enrollment): Promise<Result<SentEnrollment, RegistryFailure>> {
    const { attestation, registrationId, ...rest } = enrollment;
    if (attestation.type !== 'symmetricKey') return ok({ ...rest, registrationId, attestation });
    const keys = await symmetricKeys({ registrationId, keySalt: attestation.keySalt });
    if (!keys.ok) return keys;
    const { primary, secondary } = keys.value;
    if (fingerprintOf(primary) !== attestation.keyFingerprint) {
      for (const key of [primary, secondary]) key.fill(0);
      // Enrolled, these keys would let nobody in: the board has others.
      return fail({ problem: problem('key-root-changed', { registrationId }), retryAfterInMs: null });
    }
    const symmetricKey = { primaryKey: primary.toString('base64'), secondaryKey: secondary.toString('base64') };
    for (const key of [primary, secondary]) key.fill(0);
    return ok({ ...rest, registrationId, attestation: { type: 'symmetricKey', symmetricKey } });
  }

  return {
    async createMany(enrollments) {
      const all: SentEnrollment[] = [];
      for (const enrollment of enrollments) {
        const one = await sent(enrollment);
        if (!one.ok) return one;
        all.push(one.value);
      }
      return service.bulk('create', all);
    },
    get: service.get,
    async update(enrollment, etag) {
      const one = await sent(enrollment);
      if (!one.ok) return one;
      const written = await service.put(one.value, etag);
      if (!written.ok) return written;
      return ok(written.value.written === 'done' ? written.value.now : null);
    },
    async keyFingerprint(registrationId) {
      const keys = await service.revealKeys(registrationId);
      if (!keys.ok) return keys;
      return ok(keys.value === null ? null : fingerprintOf(Buffer.from(keys.value.primaryKey, 'base64')));
    },
    registration: service.registration,
  };
}
