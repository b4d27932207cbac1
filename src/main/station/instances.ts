import type { Problem } from '../../shared/problem.ts';
import type { InstanceState } from '../../shared/queue.ts';
import type { Result } from '../../shared/result.ts';
import type { Pause } from '../../shared/station-snapshot.ts';
import { type Clock, isoNow } from '../ports/clock.ts';
import type { EnrollmentRegistry, RegistryFailure } from '../ports/enrollment-registry.ts';
import type { EnrollmentService } from '../ports/enrollment-service.ts';
import { meteredService } from './metered-service.ts';
import { createQuota, type Quota } from './quota.ts';

/** One DPS instance as the station uses it: its registry and the budget that all its users share. */
export type Instance = {
  readonly hostName: string;
  readonly registry: EnrollmentRegistry;
  /** All of the service for whoever manages enrollments; it takes its quota itself. */
  readonly service: EnrollmentService;
  readonly quota: Quota;
  /** How a bulk call weighs against the quota: once, or once per item (the service documents neither). */
  readonly bulkWeight: 'call' | 'item';
  /** When the service last answered anything, refusals included; ISO 8601 UTC, null: not yet. */
  lastAnswerAt(): string | null;
  /** What works and should be otherwise. */
  readonly advice: readonly Problem[];
};

/** The named instances of the settings. */
export type Instances = ReadonlyMap<string, Instance>;

/** Makes an instance that remembers when it was answered. */
export function createInstance(options: {
  readonly hostName: string;
  readonly registry: EnrollmentRegistry;
  readonly service: EnrollmentService;
  readonly operationsPerMinute: number;
  readonly bulkWeight: 'call' | 'item';
  readonly clock: Clock;
  readonly advice?: readonly Problem[];
}): Instance {
  const { hostName, registry, service, bulkWeight, clock } = options;
  const quota = createQuota(options.operationsPerMinute, clock);
  let answeredAt: string | null = null;
  const heard = <T>(result: Result<T, RegistryFailure>): Result<T, RegistryFailure> => {
    if (result.ok || isAnswer(result.problem)) answeredAt = isoNow(clock);
    return result;
  };
  return {
    hostName,
    bulkWeight,
    quota,
    service: meteredService({ service, quota, bulkWeight, heard }),
    registry: {
      createMany: async (enrollments) => heard(await registry.createMany(enrollments)),
      get: async (registrationId) => heard(await registry.get(registrationId)),
      update: async (enrollment, etag) => heard(await registry.update(enrollment, etag)),
      keyFingerprint: async (registrationId) => heard(await registry.keyFingerprint(registrationId)),
      registration: async (registrationId) => heard(await registry.registration(registrationId)),
    },
    lastAnswerAt: () => answeredAt,
    advice: options.advice ?? [],
  };
}

/** Failures in which nobody answered; in all others the service, or what stands before it, did. */
const unanswered: readonly RegistryFailure['problem']['code'][] = [
  'network-down',
  'name-not-found',
  'tls-failed',
  'service-timeout',
  'proxy-unreachable',
  'proxy-refused',
  'entra-refused',
  'entra-secret-wrong',
  'identity-unavailable',
  'sign-in-needed',
  'vault-locked',
  'vault-unsafe',
  'vault-unreadable',
];

function isAnswer({ problem }: RegistryFailure): boolean {
  // A key that the vault did not give never reached the service.
  const asked = problem.code !== 'credentials-refused' || problem.facts['trackingId'] !== 'none';
  return asked && !unanswered.includes(problem.code);
}

/** All instances as a screen shows them, in the order of the settings. */
export function instanceStates(
  instances: Instances,
  pauseOf: (name: string) => Pause | null,
): readonly InstanceState[] {
  return [...instances].map(([name, instance]) => ({
    name,
    hostName: instance.hostName,
    pause: pauseOf(name),
    quotaUsed: instance.quota.used(),
    quotaLimit: instance.quota.limit,
    lastAnswerAt: instance.lastAnswerAt(),
  }));
}
