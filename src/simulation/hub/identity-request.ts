import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fail, ok, type Result } from '../../shared/result.ts';
import { type HubRefusal, hubBadRequest } from './hub-answer.ts';
import type { HubAuthentication } from './linked-hubs.ts';

/** An identity as clients send it. Null stands for absent; members that the service owns are ignored. */
const identityRequestSchema = z.object({
  deviceId: z.string(),
  status: z.enum(['enabled', 'disabled']).nullish(),
  statusReason: z.string().max(128).nullish(),
  capabilities: z.object({ iotEdge: z.boolean().nullish() }).nullish(),
  authentication: z
    .object({
      type: z.enum(['sas', 'selfSigned']).nullish(),
      symmetricKey: z.object({ primaryKey: z.string().nullish(), secondaryKey: z.string().nullish() }).nullish(),
      x509Thumbprint: z
        .object({ primaryThumbprint: z.string().nullish(), secondaryThumbprint: z.string().nullish() })
        .nullish(),
    })
    .nullish(),
});
type IdentityRequest = z.infer<typeof identityRequestSchema>;

// Azure documentation, device identity properties.
const deviceIdPattern = /^[A-Za-z0-9\-.+%_#*?!(),=@$':;]{1,128}$/;
const thumbprintPattern = /^([0-9A-F]{40}|[0-9A-F]{64})$/i;

/** Checks the body of a PUT for the identity named in the path; refuses with 400 and the first fault found. */
export function identityRequestFrom(body: unknown, deviceId: string): Result<IdentityRequest, HubRefusal> {
  const parsed = identityRequestSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(hubBadRequest(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}`));
  }
  if (parsed.data.deviceId !== deviceId) return fail(hubBadRequest('deviceId: not the one of the path'));
  if (!deviceIdPattern.test(deviceId)) return fail(hubBadRequest('deviceId: a character that is not allowed'));
  return ok(parsed.data);
}

/** The credentials that a request asks for; missing keys are generated. Null when it says nothing about them. */
export function authenticationFrom(request: IdentityRequest): Result<HubAuthentication | null, HubRefusal> {
  const { authentication } = request;
  if (!authentication) return ok(null);
  if (authentication.type === 'selfSigned') {
    const { primaryThumbprint, secondaryThumbprint } = authentication.x509Thumbprint ?? {};
    const given = [primaryThumbprint, secondaryThumbprint].filter((one) => one !== null && one !== undefined);
    if (!primaryThumbprint || given.some((one) => !thumbprintPattern.test(one))) {
      return fail(hubBadRequest('x509Thumbprint: needs the hex of a SHA-1 or SHA-256 digest'));
    }
    return ok({
      type: 'selfSigned',
      x509Thumbprint: {
        primaryThumbprint: primaryThumbprint.toUpperCase(),
        secondaryThumbprint: secondaryThumbprint?.toUpperCase() ?? null,
      },
    });
  }
  const keys = symmetricKeysFrom(authentication.symmetricKey ?? {});
  return isUsable(keys) ? ok(keys) : fail(hubBadRequest('symmetricKey: needs base64 of 16 to 64 bytes'));
}

function isUsable(authentication: HubAuthentication): boolean {
  if (authentication.type !== 'sas') return true;
  return Object.values(authentication.symmetricKey).every((key) => {
    const bytes = Buffer.from(key, 'base64');
    return bytes.length >= 16 && bytes.length <= 64 && bytes.toString('base64') === key;
  });
}

/**
 * Keys for a device that authenticates by SAS: those given, else new ones of 32 bytes, as the service makes them. One
 * client sends empty texts for keys that it wants to be made.
 */
export function symmetricKeysFrom(given: {
  readonly primaryKey?: string | null | undefined;
  readonly secondaryKey?: string | null | undefined;
}): HubAuthentication {
  const fresh = (): string => randomBytes(32).toString('base64');
  return {
    type: 'sas',
    symmetricKey: { primaryKey: given.primaryKey || fresh(), secondaryKey: given.secondaryKey || fresh() },
  };
}
