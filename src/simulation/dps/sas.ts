import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PolicyKeys } from './records.ts';

/** A parsed `SharedAccessSignature`, still in the characters that the client chose. */
export type SasToken = {
  readonly rawResource: string;
  readonly signature: Buffer;
  readonly rawExpiry: string;
  readonly policy: string; // empty: none named
};

/**
 * Reads an Authorization header as key and value pairs in any order (clients differ), or null when it is no SAS
 * token. Only `sig` and `skn` are decoded: `sr` and `se` are signed as written.
 */
export function sasTokenFrom(header: string): SasToken | null {
  const match = /^SharedAccessSignature\s+(\S+)$/i.exec(header.trim());
  if (match?.[1] === undefined) return null;
  const fields = new Map<string, string>();
  for (const pair of match[1].split('&')) {
    const at = pair.indexOf('=');
    if (at <= 0 || fields.has(pair.slice(0, at))) return null;
    fields.set(pair.slice(0, at), pair.slice(at + 1));
  }
  const rawResource = fields.get('sr');
  const rawExpiry = fields.get('se');
  const signature = decoded(fields.get('sig'));
  const policy = fields.has('skn') ? decoded(fields.get('skn')) : ''; // a device's token at a hub names no policy
  if (!rawResource || rawExpiry === undefined || signature === null || policy === null) return null;
  if (!/^\d{1,15}$/.test(rawExpiry)) return null;
  return { rawResource, rawExpiry, signature: Buffer.from(signature, 'base64'), policy };
}

/**
 * Whether `key` (base64) signed the token: HMAC-SHA256 with the decoded key over the raw `sr` text, a line feed and
 * `se`. Verifying the raw text matters: some clients sign `sr` percent-encoded and some do not.
 */
export function isSignedBy(token: SasToken, key: string): boolean {
  const expected = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(`${token.rawResource}\n${token.rawExpiry}`)
    .digest();
  return token.signature.length === expected.length && timingSafeEqual(token.signature, expected);
}

/** Whether the token was signed with the primary or secondary key of the policy that it names. */
export function isSignedByPolicy(token: SasToken, policies: readonly PolicyKeys[]): boolean {
  const policy = policies.find((candidate) => candidate.name === token.policy);
  if (policy === undefined) return false;
  return isSignedBy(token, policy.primaryKey) || isSignedBy(token, policy.secondaryKey);
}

/** Whether the token is still good at `now`; `se` is in seconds since 1970. */
export function isUnexpired(token: SasToken, now: Date): boolean {
  return Number(token.rawExpiry) > now.getTime() / 1000;
}

/**
 * Whether `sr` covers the request: host compared without port and letter case, then path segment by path segment, so
 * that `/a/b` covers `/a/b/c` and not `/a/bc`. `segments` are the request's decoded path segments.
 */
export function coversResource(token: SasToken, host: string, segments: readonly string[]): boolean {
  const resource = decoded(token.rawResource);
  if (resource === null) return false;
  const [name = '', ...path] = resource.replace(/\/$/, '').split('/');
  if (withoutPort(name).toLowerCase() !== host.toLowerCase()) return false;
  return path.every((segment, index) => segment.toLowerCase() === segments[index]?.toLowerCase());
}

function withoutPort(name: string): string {
  return name.replace(/:\d+$/, '');
}

function decoded(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // a lone percent sign
  }
}

/** Whether `sr`, once decoded, is `{idScope}/registrations/{registrationId}`; neither part knows letter case. */
export function namesRegistration(token: SasToken, idScope: string, registrationId: string): boolean {
  return decoded(token.rawResource)?.toLowerCase() === `${idScope}/registrations/${registrationId}`.toLowerCase();
}
