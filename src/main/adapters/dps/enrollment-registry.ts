import { rootCertificates } from 'node:tls';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { type Enrollment, enrollmentAnswerSchema, registrationStateSchema } from '../../../shared/enrollment.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { fingerprintOf } from '../../identity/fingerprint.ts';
import { serviceToken } from '../../identity/service-token.ts';
import type { SymmetricKeys } from '../../identity/symmetric-keys.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EnrollmentRegistry, RegistryFailure } from '../../ports/enrollment-registry.ts';
import { failureFromError, failureFromResponse } from './failures.ts';

/** Version of the service API that is spoken; the stable one (Azure REST API specifications, deviceprovisioningservices). */
export const apiVersion = '2021-10-01';
const tokenLifetimeInSeconds = 3_600;

/** Where and as whom to call. `key` is asked for at each token, so that it need not stay in memory. */
export type RegistryOptions = {
  readonly hostName: string;
  readonly port: number; // 443 for the real service
  readonly keyName: string;
  readonly key: () => Promise<Result<Buffer, RegistryFailure>>; // decoded; overwritten after use
  /** Keys of an enrollment with symmetric keys; overwritten after use. Absent: this client sends none. */
  readonly symmetricKeys?: (unit: {
    readonly registrationId: string;
    readonly keySalt: string;
  }) => Promise<Result<SymmetricKeys, RegistryFailure>>;
  readonly ca?: string; // PEM, besides the system's own authorities
  readonly clock: Clock;
  readonly timeoutInMs?: number; // of one call, default 30 s
  readonly httpClient?: HttpClient;
};

const bulkAnswerSchema = z.looseObject({
  isSuccessful: z.boolean().optional(),
  errors: z
    .array(z.looseObject({ registrationId: z.string(), errorCode: z.number(), errorStatus: z.string().optional() }))
    .nullish(),
});

/** A thin client of the DPS service API for individual enrollments; retries nothing. */
export function createEnrollmentRegistry(options: RegistryOptions): EnrollmentRegistry {
  const client = options.httpClient ?? createDefaultHttpClient();
  // `ca` would replace the system's authorities; both are wanted.
  const tlsSettings = options.ca === undefined ? undefined : { ca: [...rootCertificates, options.ca] };
  let token: { readonly text: string; readonly expiresAt: number } | null = null;

  async function authorization(): Promise<Result<string, RegistryFailure>> {
    const now = Math.floor(options.clock.now() / 1000);
    // Fresh when half used, or when the clock was set back.
    if (
      token !== null &&
      token.expiresAt - now > tokenLifetimeInSeconds / 2 &&
      token.expiresAt - now <= tokenLifetimeInSeconds
    ) {
      return ok(token.text);
    }
    const key = await options.key();
    if (!key.ok) return key;
    const expiresAt = now + tokenLifetimeInSeconds;
    token = {
      text: serviceToken({ resource: options.hostName, keyName: options.keyName, key: key.value, expiresAt }),
      expiresAt,
    };
    key.value.fill(0);
    return ok(token.text);
  }

  async function call(
    method: HttpMethods,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Result<PipelineResponse, RegistryFailure>> {
    const authorized = await authorization();
    if (!authorized.ok) return authorized;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const patience = new AbortController();
    const request = createPipelineRequest({
      url: `https://${options.hostName}:${options.port}${path}?api-version=${apiVersion}`,
      method,
      // The library's own time limit ends with the headers of an answer, and a failed call leaves its timer running.
      abortSignal: patience.signal,
      headers: createHttpHeaders({
        Accept: 'application/json',
        Authorization: authorized.value,
        ...(text === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
        ...headers,
      }),
      ...(text === undefined ? {} : { body: text }),
    });
    // One object for all requests: the client keeps its connections by it.
    if (tlsSettings !== undefined) request.tlsSettings = tlsSettings;
    const stopTimer = options.clock.after(options.timeoutInMs ?? 30_000, () => patience.abort());
    try {
      return ok(await client.sendRequest(request));
    } catch (error) {
      return fail(failureFromError(error, options.hostName));
    } finally {
      stopTimer();
    }
  }

  async function readJson<T>(response: PipelineResponse, schema: z.ZodType<T>): Promise<Result<T, RegistryFailure>> {
    const parsed = schema.safeParse(parseJson(response.bodyAsText));
    if (parsed.success) return ok(parsed.data);
    const reason = `status ${response.status} without the expected JSON`;
    return fail({ problem: problem('answer-unreadable', { reason }), retryAfterInMs: null });
  }

  /** The enrollments as the service takes them: symmetric keys are put in at the last moment. */
  async function wiredAll(enrollments: readonly Enrollment[]): Promise<Result<readonly unknown[], RegistryFailure>> {
    const wired: unknown[] = [];
    for (const enrollment of enrollments) {
      const { attestation, registrationId } = enrollment;
      if (attestation.type !== 'symmetricKey') {
        wired.push(enrollment);
        continue;
      }
      const keys = await options.symmetricKeys?.({ registrationId, keySalt: attestation.keySalt });
      if (keys === undefined) return fail({ problem: problem('key-root-missing'), retryAfterInMs: null });
      if (!keys.ok) return keys;
      const { primary, secondary } = keys.value;
      const symmetricKey = { primaryKey: primary.toString('base64'), secondaryKey: secondary.toString('base64') };
      for (const key of [primary, secondary]) key.fill(0);
      wired.push({ ...enrollment, attestation: { type: 'symmetricKey', symmetricKey } });
    }
    return ok(wired);
  }

  const refused = (response: PipelineResponse) => fail(failureFromResponse(response, options.clock.now()));
  const pathOf = (registrationId: string) => `/enrollments/${encodeURIComponent(registrationId)}`;

  return {
    async createMany(enrollments) {
      const wired = await wiredAll(enrollments);
      if (!wired.ok) return wired;
      const called = await call('POST', '/enrollments', { mode: 'create', enrollments: wired.value });
      if (!called.ok) return called;
      if (called.value.status !== 200) return refused(called.value);
      const answer = await readJson(called.value, bulkAnswerSchema);
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
    async get(registrationId) {
      const called = await call('GET', pathOf(registrationId), undefined);
      if (!called.ok) return called;
      if (called.value.status === 404 && errorCodeOf(called.value) === 404201) return ok(null);
      if (called.value.status !== 200) return refused(called.value);
      return readJson(called.value, enrollmentAnswerSchema);
    },
    async update(enrollment, etag) {
      const wired = await wiredAll([enrollment]);
      if (!wired.ok) return wired;
      const called = await call('PUT', pathOf(enrollment.registrationId), wired.value[0], { 'If-Match': etag });
      if (!called.ok) return called;
      const { status } = called.value;
      if (status === 412 || status === 409 || status === 404) return ok(null);
      if (status !== 200) return refused(called.value);
      return readJson(called.value, enrollmentAnswerSchema);
    },
    async keyFingerprint(registrationId) {
      const called = await call('POST', `${pathOf(registrationId)}/attestationmechanism`, undefined);
      if (!called.ok) return called;
      if (called.value.status === 404) return ok(null);
      if (called.value.status !== 200) return refused(called.value);
      const answer = await readJson(called.value, revealedKeysSchema);
      if (!answer.ok) return answer;
      const key = answer.value.symmetricKey?.primaryKey ?? null;
      return ok(key === null ? null : fingerprintOf(Buffer.from(key, 'base64')));
    },
    async registration(registrationId) {
      const called = await call('GET', `/registrations/${encodeURIComponent(registrationId)}`, undefined);
      if (!called.ok) return called;
      if (called.value.status === 404) return ok(null);
      if (called.value.status !== 200) return refused(called.value);
      return readJson(called.value, registrationStateSchema);
    },
  };
}

const revealedKeysSchema = z.looseObject({
  symmetricKey: z.looseObject({ primaryKey: z.string().nullish() }).nullish(),
});

function parseJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function errorCodeOf(response: PipelineResponse): number | null {
  const body = parseJson(response.bodyAsText);
  if (typeof body !== 'object' || body === null) return null;
  const code = (body as Record<string, unknown>)['errorCode'] ?? (body as Record<string, unknown>)['code'];
  return typeof code === 'number' ? code : null;
}
