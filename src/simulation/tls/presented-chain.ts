import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

const chains = new WeakMap<object, readonly X509Certificate[]>();

/**
 * Reads what a client presented in its handshake. To be called first thing on `secureConnection`: reading the chain
 * takes it out of the connection, so that only the first reading sees the issuers (Node 24), and it empties OpenSSL's
 * queue of the error that a malformed certificate has left (the other half of what whole-flights.ts tells).
 */
export function rememberChain(socket: TLSSocket): void {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next !== undefined && next.raw.length > 0) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  chains.set(socket, chain);
}

/** The certificates that a client presented, its own first, in the order of the handshake; empty when it had none. */
export function chainPresentedOn(socket: object): readonly X509Certificate[] {
  return chains.get(socket) ?? [];
}
