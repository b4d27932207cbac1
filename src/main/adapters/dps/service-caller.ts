import type { Agent } from 'node:https';
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { z } from 'zod';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RegistryFailure } from '../../ports/enrollment-registry.ts';
import type { Authorization } from './authorization.ts';
import { failureFromError, failureFromResponse } from './failures.ts';
import { createTransport } from './transport.ts';

/** Version of the DPS service API; the stable one (Azure REST API specifications, deviceprovisioningservices). */
const dpsApiVersion = '2021-10-01';

/** Where and as whom to call. */
export type CallerOptions = {
  readonly hostName: string;
  readonly port: number; // 443 for the real service
  readonly authorization: Authorization;
  readonly ca?: string; // PEM, besides the system's own authorities
  readonly agent?: Agent; // a way through a proxy
  /** Version of the API that is spoken; that of the DPS unless told. */
  readonly apiVersion?: string;
  readonly clock: Clock;
  readonly timeoutInMs?: number; // of one call, default 30 s
  readonly httpClient?: HttpClient;
  /** Words a refusal for whoever calls in another way than with the key of a policy. */
  readonly wordRefusal?: (failure: RegistryFailure) => RegistryFailure;
};

/** One request to the service. `path` begins with `/` and is encoded. */
export type ServiceRequest = {
  readonly method: HttpMethods;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Calls the service API of one instance; retries nothing. */
export type ServiceCaller = {
  send(request: ServiceRequest): Promise<Result<PipelineResponse, RegistryFailure>>;
  /** The body of an answer, checked; `answer-unreadable` when something else came back. */
  read<T>(response: PipelineResponse, schema: z.ZodType<T>): Result<T, RegistryFailure>;
  /** What a status other than success means. */
  refused(response: PipelineResponse): { readonly ok: false; readonly problem: RegistryFailure };
};

/** Makes a caller. */
export function createServiceCaller(options: CallerOptions): ServiceCaller {
  const client = options.httpClient ?? createTransport(options);
  const apiVersion = options.apiVersion ?? dpsApiVersion;

  return {
    async send({ method, path, body, headers = {} }) {
      const authorized = await options.authorization();
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
      const stopTimer = options.clock.after(options.timeoutInMs ?? 30_000, () => patience.abort());
      try {
        return ok(await client.sendRequest(request));
      } catch (error) {
        return fail(failureFromError(error, options.hostName));
      } finally {
        stopTimer();
      }
    },
    read(response, schema) {
      const parsed = schema.safeParse(parseJson(response.bodyAsText));
      if (parsed.success) return ok(parsed.data);
      const reason = `status ${response.status} without the expected JSON`;
      return fail({ problem: problem('answer-unreadable', { reason }), retryAfterInMs: null });
    },
    refused: (response) => {
      const failure = failureFromResponse(response, options.clock.now());
      return fail(options.wordRefusal?.(failure) ?? failure);
    },
  };
}

/** The service's own code in an error body (status x 1000 + sub-code), or null. */
export function errorCodeOf(response: PipelineResponse): number | null {
  const body = parseJson(response.bodyAsText);
  if (typeof body !== 'object' || body === null) return null;
  const code = (body as Record<string, unknown>)['errorCode'] ?? (body as Record<string, unknown>)['code'];
  return typeof code === 'number' ? code : null;
}

function parseJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
