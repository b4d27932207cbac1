import type { X509Certificate } from 'node:crypto';

/**
 * The authorities above a leaf, nearest first, over what the device presented and the `anchors` that the service holds;
 * null when no anchor is reached, when a link does not verify or a certificate is not valid at that time. Each link is
 * checked (RFC 5280 section 6): name, signature, basic constraints, dates. The order of what was presented does not
 * matter, as RFC 8446 section 4.4.2 asks of servers.
 */
export function authoritiesAbove(
  chain: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  at: Date,
): readonly X509Certificate[] | null {
  const [leaf, ...presented] = chain;
  if (leaf === undefined || !isValidAt(leaf, at)) return null;
  const candidates = [...anchors, ...presented];
  const path: X509Certificate[] = [];
  let lastAnchor = -1;
  for (let current = leaf; path.length < candidates.length; ) {
    const issuer = candidates.find((one) => isIssuedBy(current, one) && isValidAt(one, at));
    if (issuer === undefined || isSame(issuer, current) || path.some((one) => isSame(one, issuer))) break;
    path.push(issuer);
    if (anchors.some((anchor) => isSame(anchor, issuer))) lastAnchor = path.length - 1;
    current = issuer;
  }
  return lastAnchor < 0 ? null : path.slice(0, lastAnchor + 1);
}

/** Whether two certificates are the same, byte for byte. */
export function isSame(one: X509Certificate, other: X509Certificate): boolean {
  return one.raw.equals(other.raw);
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  if (!issuer.ca || !certificate.checkIssued(issuer)) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false; // a kind of key that node:crypto does not know: nothing that it could have signed
  }
}

/** Whether a certificate is within its dates (RFC 5280 section 4.1.2.5, both ends included). */
export function isValidAt({ validFrom, validTo }: X509Certificate, at: Date): boolean {
  return new Date(validFrom) <= at && at <= new Date(validTo);
}
