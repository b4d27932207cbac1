import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** The certificates that the other side of a connection showed in the handshake, leaf first; empty when it showed none. */
export function peerCertificatesOf(socket: Duplex): readonly X509Certificate[] {
  return socket instanceof TLSSocket ? chainFrom(socket.getPeerX509Certificate()) : [];
}

/** A certificate and those above it that came with it, leaf first; empty without one. */
export function chainFrom(leaf: X509Certificate | undefined): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let next = leaf; next !== undefined; next = next.issuerCertificate) chain.push(next);
  return chain;
}
