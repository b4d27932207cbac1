import type { AccessToken, DeviceCodePromptCallback, TokenCredential } from '@azure/identity';
import { entraScope } from '../../../shared/access.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RegistryFailure } from '../../ports/enrollment-registry.ts';
import type { Authorization } from './authorization.ts';
import { failureFromError } from './failures.ts';
import type { createTransport } from './transport.ts';

/** Who signs in. */
export type EntraIdentity =
  | {
      readonly credential: 'service-principal';
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: () => Promise<Result<Buffer, RegistryFailure>>; // overwritten after use
    }
  | { readonly credential: 'managed-identity'; readonly clientId: string | null }
  | { readonly credential: 'device-code'; readonly tenantId: string; readonly clientId: string };

/** Where a person signs in, and with which code; no secret, but good for one sign-in. */
export type SignInPrompt = { readonly url: string; readonly code: string };

/** What {@link entraAuthorization} needs. */
export type EntraOptions = {
  readonly identity: EntraIdentity;
  /** Authority of a sovereign cloud; null: the public one. */
  readonly authorityHost: string | null;
  readonly transport: ReturnType<typeof createTransport>;
  readonly clock: Pick<Clock, 'now'>;
  /** Ends a sign-in that nobody completes. */
  readonly signal?: AbortSignal;
  /** Given: it shows the code, and the call waits for the person. Otherwise the call fails with `sign-in-needed` meanwhile. */
  readonly onSignIn?: (prompt: SignInPrompt) => void;
};

/** A token is asked for anew this long before it ends (the library's own margin is two minutes). */
const marginInMs = 5 * 60_000;
const askAgainInMs = 5_000;

/** The key of the public cloud's authority, for failures in which nobody says a host. */
const publicAuthority = 'login.microsoftonline.com';

/**
 * Tokens of Entra ID for the service API, kept in memory until shortly before they end. The library is loaded with the
 * first token: stations with a connection string never load it.
 */
export function entraAuthorization(options: EntraOptions): Authorization {
  const { clock } = options;
  let token: AccessToken | null = null;
  let underWay: Promise<Result<AccessToken, RegistryFailure>> | null = null;
  let prompted = Promise.withResolvers<SignInPrompt>(); // one for all calls that wait for the token under way
  const source = tokenSource(options, (prompt) => {
    options.onSignIn?.(prompt);
    prompted.resolve(prompt);
  });

  async function ask(): Promise<Result<AccessToken, RegistryFailure>> {
    const asked = await source();
    prompted = Promise.withResolvers();
    underWay = null;
    if (asked.ok) token = asked.value;
    return asked;
  }

  return async () => {
    if (token !== null && clock.now() < token.expiresOnTimestamp - marginInMs) return ok(`Bearer ${token.token}`);
    underWay ??= ask();
    // Who shows the code waits for the person; all others say what is needed and come again.
    const first = await (options.onSignIn === undefined ? Promise.race([underWay, prompted.promise]) : underWay);
    if ('ok' in first) return first.ok ? ok(`Bearer ${first.value.token}`) : first;
    const { url, code } = first;
    return fail({ problem: problem('sign-in-needed', { url, code }), retryAfterInMs: askAgainInMs });
  };
}

/** Asks for a token; what the library throws becomes a failure with a name. */
function tokenSource(options: EntraOptions, onPrompt: (prompt: SignInPrompt) => void) {
  let credential: TokenCredential | null = null;
  const heard: { error: unknown } = { error: null };
  const stopping = () => fail({ problem: problem('station-stopping'), retryAfterInMs: null });
  return async (): Promise<Result<AccessToken, RegistryFailure>> => {
    // The library notices only a signal that comes while it waits.
    if (options.signal?.aborted) return stopping();
    heard.error = null;
    if (credential === null) {
      const made = await credentialFrom(options, heard, onPrompt);
      if (!made.ok) return made;
      credential = made.value;
    }
    try {
      const signal = options.signal === undefined ? {} : { abortSignal: options.signal };
      const given = await credential.getToken(entraScope, signal);
      if (given !== null) return ok(given);
      return fail({ problem: problem('entra-refused', { code: 'no token' }), retryAfterInMs: null });
    } catch (error) {
      // A secret that was replaced in the vault is read again with the next try.
      credential = null;
      if (options.signal?.aborted) return stopping();
      return fail(failureFrom(error, heard.error, options));
    }
  };
}

async function credentialFrom(
  { identity, authorityHost, transport }: EntraOptions,
  heard: { error: unknown },
  onPrompt: (prompt: SignInPrompt) => void,
): Promise<Result<TokenCredential, RegistryFailure>> {
  const library = await import('@azure/identity');
  // Retries are the courier's; an authority that is named is taken at its word.
  const retries = { retryOptions: { maxRetries: 0 } };
  if (identity.credential === 'managed-identity') {
    // Its endpoint is inside this computer: neither proxy nor authority.
    const { clientId } = identity;
    return ok(new library.ManagedIdentityCredential({ ...retries, ...(clientId === null ? {} : { clientId }) }));
  }
  const common = {
    ...retries,
    ...(authorityHost === null ? {} : { authorityHost, disableInstanceDiscovery: true }),
    httpClient: remembering(transport, heard),
  };
  const { tenantId, clientId } = identity;
  if (identity.credential === 'device-code') {
    const userPromptCallback: DeviceCodePromptCallback = ({ verificationUri, userCode }) =>
      onPrompt({ url: verificationUri, code: userCode });
    return ok(new library.DeviceCodeCredential({ ...common, tenantId, clientId, userPromptCallback }));
  }
  const secret = await identity.clientSecret();
  if (!secret.ok) return secret;
  const text = secret.value.toString('utf8').trim();
  secret.value.fill(0);
  return ok(new library.ClientSecretCredential(tenantId, clientId, text, common));
}

/** The library words network errors in its own way: what the transport said last is what happened. */
function remembering(transport: EntraOptions['transport'], heard: { error: unknown }): EntraOptions['transport'] {
  return {
    sendRequest: async (request) => {
      try {
        return await transport.sendRequest(request);
      } catch (error) {
        heard.error = error;
        throw error;
      }
    },
  };
}

/** A client secret that is wrong, or has run out (Entra ID documentation, error codes). */
const secretCodes = ['7000215', '7000222'];

/** The library's sentences may quote what was sent: only the number of the error is repeated. */
function failureFrom(
  error: unknown,
  transportError: unknown,
  { identity, authorityHost }: EntraOptions,
): RegistryFailure {
  const unchanged = { retryAfterInMs: null };
  const code = /AADSTS(\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (code !== undefined && secretCodes.includes(code))
    return { problem: problem('entra-secret-wrong', { code }), ...unchanged };
  if (code !== undefined) return { problem: problem('entra-refused', { code: `AADSTS${code}` }), ...unchanged };
  if (transportError !== null) {
    const host = authorityHost === null ? publicAuthority : new URL(authorityHost).hostname;
    return failureFromError(transportError, host);
  }
  if (identity.credential === 'managed-identity') return { problem: problem('identity-unavailable'), ...unchanged };
  return { problem: problem('entra-refused', { code: error instanceof Error ? error.name : 'unknown' }), ...unchanged };
}

/** With a token the service's 401 and 403 speak of roles, not of connection strings. */
export function wordEntraRefusal(failure: RegistryFailure): RegistryFailure {
  const { code } = failure.problem;
  return code === 'credentials-refused' || code === 'access-forbidden'
    ? { ...failure, problem: problem('entra-role-missing') }
    : failure;
}
