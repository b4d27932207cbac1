import { z } from 'zod';

/** Scope of a token for the service API of every DPS instance (Azure documentation, control access to DPS with Entra ID). */
export const entraScope = 'https://azure-devices-provisioning.net/.default';

const secretName = z.string().min(1).max(64);
const guid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'expected an id such as 6f4b2f3e-0000-4000-8000-0123456789ab');
/** A tenant may be named by its id or one of its domains. */
const tenant = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/, 'expected the id or a domain of the tenant');
const hostName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'expected a host name without scheme and port');

const entra = { kind: z.literal('entra'), host: hostName };
/** Where tokens come from, for sovereign clouds; absent: the public one. */
const authorityHost = z.url({ protocol: /^https$/ }).optional();

/**
 * As whom an instance is called: with the key of a policy, or with a token of Entra ID. Secrets are names in the vault.
 */
export const authSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('connection-string'), secret: secretName }),
  z.discriminatedUnion('credential', [
    z.strictObject({
      ...entra,
      credential: z.literal('service-principal'),
      tenantId: tenant,
      clientId: guid,
      clientSecret: secretName,
      authorityHost,
    }),
    z.strictObject({ ...entra, credential: z.literal('managed-identity'), clientId: guid.optional() }),
    z.strictObject({
      ...entra,
      credential: z.literal('device-code'),
      tenantId: tenant,
      clientId: guid,
      authorityHost,
    }),
  ]),
]);
/** See {@link authSchema}. */
export type Auth = z.infer<typeof authSchema>;
/** The part of {@link Auth} that asks Entra ID. */
export type EntraAuth = Extract<Auth, { kind: 'entra' }>;

/** The proxy between a station and a service. `secret`: vault secret with `user:password`. */
export const proxySchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'expected http://host:port or https://host:port' }).refine((url) => {
    const { username, password } = new URL(url);
    return username === '' && password === '';
  }, 'name and password belong into the vault: name their secret instead'),
  secret: secretName.optional(),
});
/** See {@link proxySchema}. */
export type ProxySettings = z.infer<typeof proxySchema>;

/** As whom an instance is called, also by settings of the older form. */
export function authOf(instance: {
  readonly auth?: Auth | undefined;
  readonly connectionStringSecret?: string | undefined;
}): Auth {
  return instance.auth ?? { kind: 'connection-string', secret: instance.connectionStringSecret ?? '' };
}

/** The vault secret that proves who calls; null when nothing in the vault does. */
export function secretOf(auth: Auth): string | null {
  if (auth.kind === 'connection-string') return auth.secret;
  return auth.credential === 'service-principal' ? auth.clientSecret : null;
}

/** Name of the policy that every instance is made with; it may do everything. */
const ownerPolicy = 'provisioningserviceowner';

/** Whether a policy may do more than a station needs (Azure documentation: the default policy has all rights). */
export function isOwnerPolicy(name: string): boolean {
  return name.toLowerCase() === ownerPolicy;
}
