import type { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';

/** How calls leave the computer. */
export type TransportOptions = {
  readonly ca?: string; // PEM, besides the system's own authorities
  /** Makes connections in another way, such as through a proxy; it then knows the authorities itself. */
  readonly agent?: Agent;
};

/** An HTTP client that trusts one more authority and takes the way it is told. */
export function createTransport({ ca, agent }: TransportOptions): HttpClient {
  const client = createDefaultHttpClient();
  // `ca` would replace the system's authorities; both are wanted. One object for all: connections are kept by it.
  const tlsSettings = ca === undefined ? undefined : { ca: [...rootCertificates, ca] };
  return {
    sendRequest: (request) => {
      if (tlsSettings !== undefined) request.tlsSettings = tlsSettings;
      if (agent !== undefined) request.agent = agent;
      return client.sendRequest(request);
    },
  };
}
