import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { authOf, type EntraAuth, isOwnerPolicy, type ProxySettings } from '../shared/access.ts';
import { type ConnectionString, parseConnectionString } from '../shared/connection-string.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { InstanceSettings } from '../shared/settings.ts';
import { type Authorization, sharedAccessAuthorization } from './adapters/dps/authorization.ts';
import {
  type EntraIdentity,
  entraAuthorization,
  type SignInPrompt,
  wordEntraRefusal,
} from './adapters/dps/entra-authorization.ts';
import { createProxyAgent } from './adapters/dps/proxy-agent.ts';
import type { CallerOptions } from './adapters/dps/service-caller.ts';
import { createTransport } from './adapters/dps/transport.ts';
import type { Clock } from './ports/clock.ts';
import type { RegistryFailure, RegistryProblem } from './ports/enrollment-registry.ts';
import type { Vault, VaultProblem } from './ports/vault.ts';

export type { SignInPrompt } from './adapters/dps/entra-authorization.ts';

/** What makes calls possible. */
export type AccessTools = {
  readonly vault: Vault;
  readonly clock: Clock;
  /** Ends a sign-in that nobody completes. */
  readonly signal?: AbortSignal;
  /** Shows a person where to sign in; calls then wait for it. */
  readonly onSignIn?: (prompt: SignInPrompt) => void;
};

/** The way to a service: through which proxy, trusting whom. */
export type Way = {
  readonly ca: string | null; // PEM
  readonly authorities: readonly string[]; // subjects of those certificates
  readonly agent: CallerOptions['agent'] | null;
};

/** The way that settings describe, or why a file of it cannot be read. */
export function wayFrom(
  settings: { readonly caFile?: string | undefined; readonly proxy?: ProxySettings | undefined },
  { vault }: Pick<AccessTools, 'vault'>,
): Result<Way, Problem> {
  const read = readAuthorities(settings.caFile);
  if (!read.ok) return read;
  const { pem, names } = read.value;
  const { proxy } = settings;
  if (proxy === undefined) return ok({ ca: pem, authorities: names, agent: null });
  const credentials = async (): Promise<Buffer | null> => {
    if (proxy.secret === undefined) return null;
    const secret = await vault.get(proxy.secret);
    // Without it the proxy says 407, and the remedy of that names the vault.
    return secret.ok ? secret.value : null;
  };
  const agent = createProxyAgent({ url: proxy.url, credentials, ...(pem === null ? {} : { ca: pem }) });
  return ok({ ca: pem, authorities: names, agent });
}

/** As whom and where an instance is called. */
export type Access = {
  readonly hostName: string;
  readonly port: number | null;
  readonly authorization: Authorization;
  readonly wordRefusal: ((failure: RegistryFailure) => RegistryFailure) | null;
  /** Whether its policy may do everything. */
  readonly isOwner: boolean;
};

/** Reads as whom an instance is called; nothing is sent yet. */
export async function accessFrom(
  settings: Pick<InstanceSettings, 'auth' | 'connectionStringSecret'>,
  way: Way,
  tools: AccessTools,
): Promise<Result<Access, Problem>> {
  const auth = authOf(settings);
  if (auth.kind === 'entra') return ok(entraAccess(auth, way, tools));
  const connection = await connectionOf(auth.secret, tools.vault);
  if (!connection.ok) return connection;
  return ok(sharedAccess(connection.value, auth.secret, tools));
}

/** Access with the key of a policy, whose connection string is in the vault as `secret`. */
export function sharedAccess(connection: ConnectionString, secret: string, { vault, clock }: AccessTools): Access {
  const { hostName, port, sharedAccessKeyName: keyName } = connection;
  const key = () => keyOf(secret, vault);
  return {
    hostName,
    port,
    authorization: sharedAccessAuthorization({ hostName, keyName, key, clock }),
    wordRefusal: null,
    isOwner: isOwnerPolicy(keyName),
  };
}

function entraAccess(auth: EntraAuth, way: Way, tools: AccessTools): Access {
  const { clock, signal, onSignIn } = tools;
  const transport = createTransport({
    ...(way.ca === null ? {} : { ca: way.ca }),
    ...(way.agent ? { agent: way.agent } : {}),
  });
  return {
    hostName: auth.host.toLowerCase(),
    port: null,
    authorization: entraAuthorization({
      identity: identityFrom(auth, tools.vault),
      authorityHost: ('authorityHost' in auth ? auth.authorityHost : undefined) ?? null,
      transport,
      clock,
      ...(signal === undefined ? {} : { signal }),
      ...(onSignIn === undefined ? {} : { onSignIn }),
    }),
    wordRefusal: wordEntraRefusal,
    isOwner: false,
  };
}

function identityFrom(auth: EntraAuth, vault: Vault): EntraIdentity {
  if (auth.credential === 'managed-identity')
    return { credential: 'managed-identity', clientId: auth.clientId ?? null };
  const { tenantId, clientId } = auth;
  if (auth.credential === 'device-code') return { credential: 'device-code', tenantId, clientId };
  const clientSecret = async (): Promise<Result<Buffer, RegistryFailure>> => {
    const secret = await vault.get(auth.clientSecret);
    if (secret.ok) return secret;
    return fail(failureOf(secret.problem, problem('entra-secret-wrong', { code: 'none in the vault' })));
  };
  return { credential: 'service-principal', tenantId, clientId, clientSecret };
}

type ConnectionProblem = VaultProblem | Problem<'connection-string-invalid'>;

/** The connection string that the vault holds under a name. */
export async function connectionOf(
  secretName: string,
  vault: Vault,
): Promise<Result<ConnectionString, ConnectionProblem>> {
  const secret = await vault.get(secretName);
  if (!secret.ok) return secret;
  const parsed = parseConnectionString(secret.value.toString('utf8'));
  secret.value.fill(0);
  return parsed;
}

/** The key leaves the vault for each token and is forgotten after it. */
async function keyOf(secretName: string, vault: Vault): Promise<Result<Buffer, RegistryFailure>> {
  const connection = await connectionOf(secretName, vault);
  if (connection.ok) {
    // Memory of its own: overwriting it later overwrites the only decoded copy.
    const decoded = Buffer.from(connection.value.sharedAccessKey, 'base64');
    const key = Buffer.allocUnsafeSlow(decoded.length);
    decoded.copy(key);
    decoded.fill(0);
    return ok(key);
  }
  return fail(failureOf(connection.problem, problem('credentials-refused', { trackingId: 'none' })));
}

/** A call without its secret: `unusable` when that is missing or malformed, otherwise what ails the vault itself. */
export function failureOf(cause: ConnectionProblem, unusable: RegistryProblem): RegistryFailure {
  const ofSecret = cause.code === 'secret-not-found' || cause.code === 'connection-string-invalid';
  return { problem: ofSecret ? unusable : cause, retryAfterInMs: null };
}

function readAuthorities(
  caFile: string | undefined,
): Result<{ pem: string | null; names: readonly string[] }, Problem<'file-unreadable'>> {
  if (caFile === undefined) return ok({ pem: null, names: [] });
  try {
    const pem = readFileSync(caFile, 'utf8');
    const each = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return ok({ pem, names: each.map((one) => new X509Certificate(one).subject) });
  } catch (error) {
    return fail(
      problem('file-unreadable', { file: caFile, reason: (error as NodeJS.ErrnoException).code ?? 'no certificate' }),
    );
  }
}
