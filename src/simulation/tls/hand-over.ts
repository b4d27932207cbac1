import { timingSafeEqual, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/*
 * The side channel of a bench inside Electron. Its TLS (BoringSSL) refuses, as a server, the DevKit's certificates with
 * their malformed subject alternative name, whatever the settings. There a board of the bench hands its certificate to
 * the DPS of the same bench in a header, inside TLS. That the board has the key is not proven on this way; on Node the
 * certificate goes through the handshake as it does with the real service.
 */
const certificateHeader = 'x-bench-certificate';
const tokenHeader = 'x-bench-token';

/** The headers by which a board of the bench that holds `token` shows its certificates (PEM, the leaf first). */
export function handOverHeaders(token: string, certificatePem: string): Readonly<Record<string, string>> {
  const blocks = certificatePem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  const chain = blocks.map((pem) => new X509Certificate(pem).raw.toString('base64'));
  return { [tokenHeader]: token, [certificateHeader]: chain.join(',') };
}

/** The certificates of such a request, the leaf first; none without the token of this very bench. */
export function handedOver(token: string, request: IncomingMessage): readonly X509Certificate[] {
  const given = Buffer.from(String(request.headers[tokenHeader] ?? ''));
  const expected = Buffer.from(token);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return [];
  try {
    const chain = String(request.headers[certificateHeader] ?? '').split(',');
    return chain.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
  } catch {
    return []; // no certificate: the caller is told so as any other that shows none
  }
}
