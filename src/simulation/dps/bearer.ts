import { verify } from 'node:crypto';
import { z } from 'zod';
import type { Right } from './policies.ts';

/** Whose tokens are taken: `issuer` as in their `iss`, `key` the public RSA key of their signatures, PEM. */
export type BearerIssuer = { readonly issuer: string; readonly key: string };

/** Resource of the service API (Azure documentation, control access to DPS with Entra ID). */
const audience = 'https://azure-devices-provisioning.net';

/** The two built-in roles and what of this API their data actions cover (same page). */
const rightsByRole: Readonly<Record<string, readonly Right[]>> = {
  'Device Provisioning Service Data Contributor': [
    'EnrollmentRead',
    'EnrollmentWrite',
    'RegistrationStatusRead',
    'RegistrationStatusWrite',
  ],
  'Device Provisioning Service Data Reader': ['EnrollmentRead', 'RegistrationStatusRead'],
};

const headerSchema = z.object({ alg: z.literal('RS256') });
/**
 * `roles` stands for the role assignments that the service looks up for the identity: a simulator has nobody to ask.
 */
const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  exp: z.number(),
  nbf: z.number().optional(),
  roles: z.array(z.string()).default([]),
});

/** The rights that a bearer token gives at `now`; null when it is no token, or one that proves nothing here. */
export function rightsOfBearer(header: string, { issuer, key }: BearerIssuer, now: Date): readonly Right[] | null {
  const [, head = '', body = '', signature = ''] = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(header.trim()) ?? [];
  if (!headerSchema.safeParse(jsonOf(head)).success) return null;
  const signed = Buffer.from(`${head}.${body}`, 'ascii');
  if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) return null;
  const claims = claimsSchema.safeParse(jsonOf(body));
  if (!claims.success) return null;
  const { iss, aud, exp, nbf, roles } = claims.data;
  const seconds = now.getTime() / 1000;
  if (iss !== issuer || aud.replace(/\/$/, '') !== audience || exp <= seconds || (nbf ?? 0) > seconds) return null;
  return roles.flatMap((role) => (Object.hasOwn(rightsByRole, role) ? (rightsByRole[role] ?? []) : []));
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
