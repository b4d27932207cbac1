import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { problem } from '../../../shared/problem.ts';
import type { RegistryFailure } from '../../ports/enrollment-registry.ts';

/** Beyond this offset a refused token is the clock's fault before it is the key's. */
const tolerableClockOffsetInMs = 300_000;

const errorBodySchema = z.looseObject({
  errorCode: z.number().optional(),
  code: z.union([z.number(), z.string()]).optional(),
  message: z.string().optional(),
  trackingId: z.string().optional(),
});

/** Names what a status other than success means. `now` in milliseconds since 1970, to tell a wrong clock from a wrong key. */
export function failureFromResponse(response: PipelineResponse, now: number): RegistryFailure {
  const body = parseBody(response.bodyAsText);
  const { status } = response;
  const trackingId = body?.trackingId ?? response.headers.get('x-ms-request-id') ?? 'none';
  const failure = (named: RegistryFailure['problem']): RegistryFailure => ({
    problem: named,
    retryAfterInMs: retryAfterInMs(response, now),
  });
  if (status === 429) return failure(problem('service-throttled'));
  if (status === 408) return failure(problem('service-timeout'));
  if (status >= 500) return failure(problem('service-failed', { status, trackingId }));
  if (status === 401) {
    const offset = clockOffsetInMs(response, now);
    if (offset !== null && Math.abs(offset) > tolerableClockOffsetInMs) {
      return failure(problem('clock-wrong', { offsetInSeconds: Math.round(offset / 1000) }));
    }
    return failure(problem('credentials-refused', { trackingId }));
  }
  if (status === 403) return failure(problem('access-forbidden'));
  if (body === null) {
    return failure(problem('answer-unreadable', { reason: `status ${status} without the body of the service` }));
  }
  const errorCode = body.errorCode ?? Number(body.code ?? status * 1000);
  return failure(
    problem('request-refused', { status, errorCode, message: (body.message ?? '').slice(0, 300), trackingId }),
  );
}

/** Names what kept a call from being answered. The certificate chain and names are never guessed around. */
export function failureFromError(error: unknown, host: string): RegistryFailure {
  const code = deepCode(error);
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  const failure = (named: RegistryFailure['problem']): RegistryFailure => ({
    problem: named,
    retryAfterInMs: null,
  });
  const proxied = proxyFailure(code);
  if (proxied !== null) return failure(proxied);
  if (error instanceof Error && error.name === 'AbortError') return failure(problem('service-timeout'));
  if (code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT') return failure(problem('service-timeout'));
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA')
    return failure(problem('name-not-found', { host }));
  if (code !== null && tlsCodes.test(code)) return failure(problem('tls-failed', { host, reason }));
  return failure(problem('network-down', { reason }));
}

/** What `proxy-agent.ts` says in its codes. */
function proxyFailure(code: string | null): RegistryFailure['problem'] | null {
  const status = /^PROXY_STATUS_(\d+)$/.exec(code ?? '')?.[1];
  if (status !== undefined) return problem('proxy-refused', { status: Number(status) });
  const reason = /^PROXY_UNREACHABLE_(\w+)$/.exec(code ?? '')?.[1];
  return reason === undefined ? null : problem('proxy-unreachable', { reason });
}

const tlsCodes =
  /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|EPROTO)/;

function deepCode(error: unknown): string | null {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth++) {
    const { code, cause, errors } = at as { code?: unknown; cause?: unknown; errors?: unknown[] };
    if (typeof code === 'string' && code !== 'REQUEST_SEND_ERROR') return code;
    at = cause ?? errors?.[0] ?? (at as { innerError?: unknown }).innerError;
  }
  return null;
}

function parseBody(text: string | null | undefined): z.infer<typeof errorBodySchema> | null {
  try {
    const parsed = errorBodySchema.safeParse(JSON.parse(text ?? ''));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterInMs(response: PipelineResponse, now: number): number | null {
  const value = response.headers.get('retry-after');
  if (value === undefined) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - (serviceTime(response) ?? now));
}

function serviceTime(response: PipelineResponse): number | null {
  const date = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}

/** How far the station's clock is ahead of the service's, or null without a Date header. */
function clockOffsetInMs(response: PipelineResponse, now: number): number | null {
  const service = serviceTime(response);
  return service === null ? null : now - service;
}
