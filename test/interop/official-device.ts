import { Agent } from 'node:https';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { type ConnectionOptions, connect } from 'node:tls';
import type * as Provisioning from 'azure-iot-provisioning-device';
import type * as MqttTransports from 'azure-iot-provisioning-device-mqtt';
import type * as SymmetricKeys from 'azure-iot-security-symmetric-key';
import type * as Certificates from 'azure-iot-security-x509';

/*
 * A device in the field: Microsoft's packages in a process of its own, so that the CA comes by NODE_EXTRA_CA_CERTS and
 * the TLS version by Node's own options, as on a real device. Reads one job from standard input and prints the outcome.
 */

/** How a device registers. */
export type DeviceJob = {
  readonly transport: 'Mqtt' | 'MqttWs';
  readonly idScope: string;
  readonly registrationId: string;
  readonly mqttPort: number;
  /** Where MQTT over WebSocket is served; the package goes to 443, so another port needs an agent. */
  readonly webSocketPort: number;
  readonly key?: string;
  readonly credential?: { readonly certPem: string; readonly keyPem: string };
};

/** What came of it: the registration result, or the name of the error. */
export type DeviceOutcome =
  | { readonly ok: true; readonly result: { readonly [name: string]: unknown } }
  | { readonly ok: false; readonly error: string };

const requireHere = createRequire(import.meta.url);
// What these packages export cannot be imported by name from an ES module.
const { ProvisioningDeviceClient } = requireHere('azure-iot-provisioning-device') as typeof Provisioning;
const { Mqtt, MqttWs } = requireHere('azure-iot-provisioning-device-mqtt') as typeof MqttTransports;
const { SymmetricKeySecurityClient } = requireHere('azure-iot-security-symmetric-key') as typeof SymmetricKeys;
const { X509Security } = requireHere('azure-iot-security-x509') as typeof Certificates;

type Transport = Parameters<typeof Provisioning.ProvisioningDeviceClient.create>[2];
type Security = Parameters<typeof Provisioning.ProvisioningDeviceClient.create>[3];
type MqttBase = NonNullable<ConstructorParameters<typeof MqttTransports.MqttWs>[0]>;

/** The connections of a WebSocket, to another port than 443. */
class OtherPort extends Agent {
  readonly #port: number;
  constructor(port: number) {
    super();
    this.#port = port;
  }
  override createConnection(options: ConnectionOptions) {
    return connect({ ...options, port: this.#port, servername: 'localhost' });
  }
}

function webSocketTransport(port: number) {
  if (port === 443) return new MqttWs();
  // The very copy of the MQTT layer that the package uses; only it takes the option for an agent.
  const requireThere = createRequire(requireHere.resolve('azure-iot-provisioning-device-mqtt'));
  const { MqttBase: Base } = requireThere('azure-iot-mqtt-base') as { MqttBase: new () => MqttBase };
  const base = new Base();
  base.setOptions({ mqtt: { webSocketAgent: new OtherPort(port) } });
  return new MqttWs(base);
}

function securityOf({ registrationId, key, credential }: DeviceJob): Security {
  if (credential === undefined) return new SymmetricKeySecurityClient(registrationId, key ?? '') as unknown as Security;
  return new X509Security(registrationId, { cert: credential.certPem, key: credential.keyPem });
}

async function outcomeOf(job: DeviceJob): Promise<DeviceOutcome> {
  const overTls = job.transport === 'Mqtt';
  const host = overTls ? `localhost:${job.mqttPort}` : 'localhost';
  const transport = overTls ? new Mqtt() : webSocketTransport(job.webSocketPort);
  const client = ProvisioningDeviceClient.create(host, job.idScope, transport as unknown as Transport, securityOf(job));
  try {
    return { ok: true, result: { ...(await client.register()) } };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.name : String(error) };
  }
}

if (import.meta.main) {
  const job = JSON.parse(await text(process.stdin)) as DeviceJob;
  process.stdout.write(JSON.stringify(await outcomeOf(job)));
}
