import { problem } from '../../shared/problem.ts';
import { fail, type Result } from '../../shared/result.ts';
import type { RegistryFailure } from '../ports/enrollment-registry.ts';
import type { EnrollmentService } from '../ports/enrollment-service.ts';
import type { Quota } from './quota.ts';

/**
 * A service whose calls stay within the instance's quota, behind courier and watcher: managing enrollments must not hold
 * up the line. `heard` is told of each answer.
 */
export function meteredService(options: {
  readonly service: EnrollmentService;
  readonly quota: Quota;
  readonly bulkWeight: 'call' | 'item';
  readonly heard: <T>(result: Result<T, RegistryFailure>) => Result<T, RegistryFailure>;
}): EnrollmentService {
  const { service, quota, bulkWeight, heard } = options;

  async function within<T>(
    weight: number,
    call: () => Promise<Result<T, RegistryFailure>>,
  ): Promise<Result<T, RegistryFailure>> {
    const release = await quota.take('list', weight);
    if (release === null) return fail({ problem: problem('station-stopping'), retryAfterInMs: null });
    return heard(await call().finally(release));
  }

  return {
    bulk: (mode, all) => within(bulkWeight === 'item' ? all.length : 1, () => service.bulk(mode, all)),
    get: (id) => within(1, () => service.get(id)),
    put: (one, etag) => within(1, () => service.put(one, etag)),
    remove: (id, etag) => within(1, () => service.remove(id, etag)),
    query: (page) => within(1, () => service.query(page)),
    revealKeys: (id) => within(1, () => service.revealKeys(id)),
    registration: (id) => within(1, () => service.registration(id)),
    removeRegistration: (id) => within(1, () => service.removeRegistration(id)),
    getGroup: (id) => within(1, () => service.getGroup(id)),
    putGroup: (one, etag) => within(1, () => service.putGroup(one, etag)),
    removeGroup: (id, etag) => within(1, () => service.removeGroup(id, etag)),
    queryGroups: (page) => within(1, () => service.queryGroups(page)),
    revealGroupKeys: (id) => within(1, () => service.revealGroupKeys(id)),
    groupRegistrations: (id, page) => within(1, () => service.groupRegistrations(id, page)),
  };
}
