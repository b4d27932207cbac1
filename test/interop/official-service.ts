import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { createRequire } from 'node:module';
import type { SecureVersion } from 'node:tls';
import type { ProvisioningServiceClient } from 'azure-iot-provisioning-service';
import type { DpsReady } from '../../src/shared/bench.ts';

/*
 * Microsoft's own client of the service, pointed at a port of this machine. It knows no port setting: an agent with
 * another `defaultPort` leaves host names, tokens and Host headers as they would be on the real service.
 */

/** Its names are made when it runs, so that not every loader finds them in an import. */
const { ProvisioningServiceClient: Client } = createRequire(import.meta.url)(
  'azure-iot-provisioning-service',
) as typeof import('azure-iot-provisioning-service');

type WithOptions = { setOptions: (options: { http: { agent: Agent } }) => void };

/** An agent that trusts the simulator's CA and goes to its port. Destroy it after use. */
export function agentFor(ready: Pick<DpsReady, 'caFile' | 'port'>, tlsVersion?: SecureVersion): Agent {
  const agent = new Agent({
    ca: readFileSync(ready.caFile),
    ...(tlsVersion && { minVersion: tlsVersion, maxVersion: tlsVersion }),
  });
  return Object.assign(agent, { defaultPort: ready.port });
}

/** `azure-iot-provisioning-service`, with the connection string of the ready file. */
export function officialServiceClient(ready: DpsReady, agent: Agent): ProvisioningServiceClient {
  const client = Client.fromConnectionString(ready.serviceConnectionString);
  (client as unknown as { _restApiClient: WithOptions })._restApiClient.setOptions({ http: { agent } });
  return client;
}
