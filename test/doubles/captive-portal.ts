import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { openCertificateAuthority } from '../../src/simulation/tls/certificate-authority.ts';

/** A network that answers every request with a page of its own, under a certificate that the station trusts. */
export type CaptivePortal = { readonly port: number; close(): Promise<void> };

/** Starts one with the authority kept in `folder`. `status` 302 sends to a log-in page, 200 shows it at once. */
export async function startCaptivePortal(folder: string, status: 200 | 302): Promise<CaptivePortal> {
  const { certPem, keyPem } = (await openCertificateAuthority(folder)).issueServer(['localhost']);
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    request.resume();
    response.writeHead(status, {
      'Content-Type': 'text/html',
      ...(status === 302 ? { Location: 'http://login.example/' } : {}),
    });
    response.end('<html><title>Welcome to the guest network</title></html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
