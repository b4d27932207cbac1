import { ok, type Result } from '../../../shared/result.ts';
import { serviceToken } from '../../identity/service-token.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RegistryFailure } from '../../ports/enrollment-registry.ts';

/** Gives the value of the Authorization header for the next call. */
export type Authorization = () => Promise<Result<string, RegistryFailure>>;

const tokenLifetimeInSeconds = 3_600;

/** Shared access signatures with the key of a policy, which is asked for at each token, so that it need not stay in memory. */
export function sharedAccessAuthorization(options: {
  readonly hostName: string;
  readonly keyName: string;
  readonly key: () => Promise<Result<Buffer, RegistryFailure>>; // decoded; overwritten after use
  readonly clock: Clock;
}): Authorization {
  let token: { readonly text: string; readonly expiresAt: number } | null = null;
  return async () => {
    const now = Math.floor(options.clock.now() / 1000);
    // Fresh when half used, or when the clock was set back.
    const left = token === null ? 0 : token.expiresAt - now;
    if (token !== null && left > tokenLifetimeInSeconds / 2 && left <= tokenLifetimeInSeconds) return ok(token.text);
    const key = await options.key();
    if (!key.ok) return key;
    const expiresAt = now + tokenLifetimeInSeconds;
    const text = serviceToken({ resource: options.hostName, keyName: options.keyName, key: key.value, expiresAt });
    token = { text, expiresAt };
    key.value.fill(0);
    return ok(token.text);
  };
}
