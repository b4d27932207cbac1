import { z } from 'zod';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { RegistryFailure } from '../../ports/enrollment-registry.ts';
import type { HubDevice, HubFailure, HubProblem, HubRegistry } from '../../ports/hub-registry.ts';

/** Version of the registry's API (Microsoft's azure-iothub 1.16.6 speaks it). */
export const hubApiVersion = '2021-04-12';

/** An answer of the hub, as far as the registry looks into it. */
export type HubAnswer = { readonly status: number; readonly bodyAsText?: string | null };

/** Calls a hub; a failure is worded as if it were the provisioning service, and worded anew here. */
export type HubCaller<Answer extends HubAnswer> = {
  send(request: {
    readonly method: 'GET' | 'PUT' | 'DELETE';
    readonly path: string;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<Result<Answer, RegistryFailure>>;
  read<T>(response: Answer, schema: z.ZodType<T>): Result<T, RegistryFailure>;
  refused(response: Answer): { readonly ok: false; readonly problem: RegistryFailure };
};

/** An identity as the hub answers it; what is not looked at travels back in a PUT as it came. */
const identitySchema = z.looseObject({
  deviceId: z.string(),
  generationId: z.string(),
  etag: z.string(),
  status: z.enum(['enabled', 'disabled']),
  connectionState: z.string().nullish(),
  lastActivityTime: z.string().nullish(),
  authentication: z
    .looseObject({
      type: z.string().nullish(),
      x509Thumbprint: z
        .looseObject({ primaryThumbprint: z.string().nullish(), secondaryThumbprint: z.string().nullish() })
        .nullish(),
    })
    .nullish(),
});
type Identity = z.infer<typeof identitySchema>;

/** The registry of one hub over its REST API (`/devices/{id}`). */
export function createHubRegistry<Answer extends HubAnswer>(hostName: string, caller: HubCaller<Answer>): HubRegistry {
  const worded = (failure: RegistryFailure) => fail(hubFailure(hostName, failure));
  const pathOf = (deviceId: string): string => `/devices/${encodeURIComponent(deviceId)}`;

  async function identity(deviceId: string): Promise<Result<Identity | null, HubFailure>> {
    const called = await caller.send({ method: 'GET', path: pathOf(deviceId) });
    if (!called.ok) return worded(called.problem);
    if (saysNotFound(called.value)) return ok(null);
    if (called.value.status !== 200) return worded(caller.refused(called.value).problem);
    const read = caller.read(called.value, identitySchema);
    return read.ok ? read : worded(read.problem);
  }

  /** What a write against a fresh etag came to; null: the device is gone. */
  function refusedWrite(deviceId: string, answer: Answer): Result<null, HubFailure> {
    if (saysNotFound(answer)) return ok(null);
    if (answer.status !== 412) return worded(caller.refused(answer).problem);
    return fail({ problem: problem('hub-device-changed', { deviceId, host: hostName }), retryAfterInMs: null });
  }

  return {
    hostName,
    async get(deviceId) {
      const found = await identity(deviceId);
      return found.ok ? ok(found.value === null ? null : deviceFrom(found.value)) : found;
    },
    async setEnabled(deviceId, enabled) {
      const found = await identity(deviceId);
      if (!found.ok || found.value === null) return found.ok ? ok(null) : found;
      const status = enabled ? 'enabled' : 'disabled';
      if (found.value.status === status) return ok(deviceFrom(found.value));
      const put = await caller.send({
        method: 'PUT',
        path: pathOf(deviceId),
        body: { ...found.value, status },
        headers: ifMatch(found.value),
      });
      if (!put.ok) return worded(put.problem);
      if (put.value.status !== 200) return refusedWrite(deviceId, put.value);
      const now = caller.read(put.value, identitySchema);
      return now.ok ? ok(deviceFrom(now.value)) : worded(now.problem);
    },
    async remove(deviceId) {
      const found = await identity(deviceId);
      if (!found.ok || found.value === null) return found.ok ? ok(false) : found;
      const removed = await caller.send({ method: 'DELETE', path: pathOf(deviceId), headers: ifMatch(found.value) });
      if (!removed.ok) return worded(removed.problem);
      if (removed.value.status === 204) return ok(true);
      const refused = refusedWrite(deviceId, removed.value);
      return refused.ok ? ok(false) : refused;
    },
  };
}

/** The hub wants its etag in quotes (Azure REST reference, devices: If-Match). */
function ifMatch({ etag }: Identity): Record<string, string> {
  return { 'If-Match': `"${etag}"` };
}

/** A 404 of the hub itself; one without its body comes from whoever stands before it. */
function saysNotFound({ status, bodyAsText }: HubAnswer): boolean {
  return status === 404 && /DeviceNotFound/.test(bodyAsText ?? '');
}

const authentications = ['sas', 'selfSigned', 'certificateAuthority'] as const;

function deviceFrom(found: Identity): HubDevice {
  const { type, x509Thumbprint } = found.authentication ?? {};
  const last = found.lastActivityTime ?? null;
  return {
    deviceId: found.deviceId,
    status: found.status,
    // The wire says Connected, typings of the clients say connected.
    connectionState: found.connectionState?.toLowerCase() === 'connected' ? 'connected' : 'disconnected',
    // What never happened is told as the year 1.
    lastActivityTime: last === null || last.startsWith('0001-') ? null : last,
    generationId: found.generationId,
    etag: found.etag,
    authentication: authentications.find((one) => one === type) ?? 'other',
    thumbprints: {
      primary: x509Thumbprint?.primaryThumbprint ?? null,
      secondary: x509Thumbprint?.secondaryThumbprint ?? null,
    },
  };
}

function hubFailure(host: string, { problem: cause, retryAfterInMs }: RegistryFailure): HubFailure {
  return { problem: hubProblem(host, cause), retryAfterInMs };
}

/** Failures of a call as they are of a hub. */
function hubProblem(host: string, { code, facts }: RegistryFailure['problem']): HubProblem {
  switch (code) {
    case 'clock-wrong':
      return problem('clock-wrong', { offsetInSeconds: facts['offsetInSeconds'] ?? null });
    case 'service-throttled':
      return problem('hub-throttled', { host });
    case 'service-failed':
      return problem('hub-failed', {
        host,
        status: facts['status'] ?? null,
        trackingId: facts['trackingId'] ?? 'none',
      });
    case 'credentials-refused':
    case 'access-forbidden':
      return problem('hub-credentials-refused', { host });
    case 'request-refused':
      return problem('hub-request-refused', { host, status: facts['status'] ?? null });
    case 'vault-locked':
    case 'vault-unsafe':
    case 'vault-unreadable':
      return problem(code, facts);
    case 'answer-unreadable':
      return problem('hub-answer-unreadable', { host, reason: facts['reason'] ?? 'unknown' });
    default:
      return problem('hub-unreachable', { host, reason: facts['reason'] ?? facts['status'] ?? code });
  }
}
