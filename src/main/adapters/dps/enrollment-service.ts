import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { enrollmentAnswerSchema, registrationStateSchema } from '../../../shared/enrollment.ts';
import { groupAnswerSchema } from '../../../shared/enrollment-group.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { RegistryFailure } from '../../ports/enrollment-registry.ts';
import type { EnrollmentService, QueryPage, Written } from '../../ports/enrollment-service.ts';
import { errorCodeOf, type ServiceCaller } from './service-caller.ts';

const bulkAnswerSchema = z.looseObject({
  isSuccessful: z.boolean().optional(),
  errors: z
    .array(z.looseObject({ registrationId: z.string(), errorCode: z.number(), errorStatus: z.string().optional() }))
    .nullish(),
});

const revealedKeysSchema = z.looseObject({
  symmetricKey: z.looseObject({ primaryKey: z.string().nullish(), secondaryKey: z.string().nullish() }).nullish(),
});

type Answered<T> = Promise<Result<T, RegistryFailure>>;

/** A thin client of the DPS service API; retries nothing. */
export function createEnrollmentService(caller: ServiceCaller): EnrollmentService {
  const entry = (id: string): string => `/enrollments/${encodeURIComponent(id)}`;
  const group = (id: string): string => `/enrollmentGroups/${encodeURIComponent(id)}`;
  const record = (id: string): string => `/registrations/${encodeURIComponent(id)}`;

  /** Reads one record; null where the service says that there is none. */
  async function read<T>(path: string, schema: z.ZodType<T>, absent: readonly number[] | 'any'): Answered<T | null> {
    const called = await caller.send({ method: 'GET', path });
    if (!called.ok) return called;
    if (isAbsent(called.value, absent)) return ok(null);
    return called.value.status === 200 ? caller.read(called.value, schema) : caller.refused(called.value);
  }

  async function write<T>(
    path: string,
    body: unknown,
    etag: string | null,
    schema: z.ZodType<T>,
  ): Answered<Written<T>> {
    const called = await caller.send({ method: 'PUT', path, body, headers: ifMatch(etag) });
    if (!called.ok) return called;
    const against = writtenAgainst(called.value);
    if (against !== null) return ok(against);
    if (called.value.status !== 200) return caller.refused(called.value);
    const now = caller.read(called.value, schema);
    return now.ok ? ok({ written: 'done', now: now.value }) : now;
  }

  async function remove(path: string, etag: string | null): Answered<Written<null>> {
    const called = await caller.send({ method: 'DELETE', path, headers: ifMatch(etag) });
    if (!called.ok) return called;
    const against = writtenAgainst(called.value);
    if (against !== null) return ok(against);
    return called.value.status === 204 ? ok({ written: 'done', now: null }) : caller.refused(called.value);
  }

  async function page<T>(
    path: string,
    body: unknown,
    { size, continuation }: { readonly size: number; readonly continuation: string | null },
    schema: z.ZodType<T>,
  ): Answered<QueryPage<T>> {
    const headers = {
      'x-ms-max-item-count': String(size),
      ...(continuation === null ? {} : { 'x-ms-continuation': continuation }),
    };
    const called = await caller.send({ method: 'POST', path, body, headers });
    if (!called.ok) return called;
    if (called.value.status !== 200) return caller.refused(called.value);
    const rows = caller.read(called.value, z.array(schema));
    return rows.ok
      ? ok({ rows: rows.value, continuation: called.value.headers.get('x-ms-continuation') ?? null })
      : rows;
  }

  async function reveal(path: string) {
    const called = await caller.send({ method: 'POST', path: `${path}/attestationmechanism` });
    if (!called.ok) return called;
    if (called.value.status === 404) return ok(null);
    if (called.value.status !== 200) return caller.refused(called.value);
    const answer = caller.read(called.value, revealedKeysSchema);
    if (!answer.ok) return answer;
    const { primaryKey, secondaryKey } = answer.value.symmetricKey ?? {};
    return ok(primaryKey && secondaryKey ? { primaryKey, secondaryKey } : null);
  }

  return {
    async bulk(mode, enrollments) {
      const called = await caller.send({ method: 'POST', path: '/enrollments', body: { mode, enrollments } });
      if (!called.ok) return called;
      if (called.value.status !== 200) return caller.refused(called.value);
      const answer = caller.read(called.value, bulkAnswerSchema);
      if (!answer.ok) return answer;
      const errors = (answer.value.errors ?? []).map((error) => ({
        registrationId: error.registrationId,
        errorCode: error.errorCode,
        message: error.errorStatus ?? '',
      }));
      if (answer.value.isSuccessful === false && errors.length === 0) {
        const reason = 'the service says the bulk failed but names no item';
        return fail({ problem: problem('answer-unreadable', { reason }), retryAfterInMs: null });
      }
      return ok(errors);
    },
    get: (id) => read(entry(id), enrollmentAnswerSchema, [404201]),
    put: (enrollment, etag) => write(entry(enrollment.registrationId), enrollment, etag, enrollmentAnswerSchema),
    remove: (id, etag) => remove(entry(id), etag),
    query: (wanted) => page('/enrollments/query', { query: 'SELECT *' }, wanted, enrollmentAnswerSchema),
    revealKeys: (id) => reveal(entry(id)),
    // 404202 was seen in the wild, 404201 stands for an unknown id: whatever the code, there is no record.
    registration: (id) => read(record(id), registrationStateSchema, 'any'),
    async removeRegistration(id) {
      const removed = await remove(record(id), null);
      return removed.ok ? ok(removed.value.written === 'done') : removed;
    },
    getGroup: (id) => read(group(id), groupAnswerSchema, [404204]),
    putGroup: (one, etag) => write(group(one.enrollmentGroupId), one, etag, groupAnswerSchema),
    removeGroup: (id, etag) => remove(group(id), etag),
    queryGroups: (wanted) => page('/enrollmentGroups/query', { query: 'SELECT *' }, wanted, groupAnswerSchema),
    revealGroupKeys: (id) => reveal(group(id)),
    groupRegistrations: (id, wanted) =>
      page(`${record(id)}/query`, { query: 'SELECT *' }, wanted, registrationStateSchema),
  };
}

function ifMatch(etag: string | null): Record<string, string> {
  return etag === null ? {} : { 'If-Match': etag };
}

function isAbsent(response: PipelineResponse, absent: readonly number[] | 'any'): boolean {
  return response.status === 404 && (absent === 'any' || absent.includes(errorCodeOf(response) ?? 0));
}

/** What stood against a write; null when nothing of that kind did. */
function writtenAgainst({ status }: PipelineResponse): Exclude<Written<never>, { written: 'done' }> | null {
  if (status === 412) return { written: 'changed-meanwhile' };
  if (status === 409) return { written: 'exists' };
  return status === 404 ? { written: 'missing' } : null;
}
