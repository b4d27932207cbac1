import { setTimeout as wait } from 'node:timers/promises';
import { createMqttBroker, type MqttBroker, type MqttLogin, type MqttSession } from '../mqtt/broker.ts';
import { badRequest, type Refusal } from './answer.ts';
import { type DeviceAnswer, type DeviceCaller, refusal } from './device-caller.ts';
import type { DeviceCore } from './device-core.ts';
import type { FaultBoard } from './faults.ts';

/* User name and topics: Azure documentation, communicate with DPS by MQTT. */
const userNamePattern = /^([^/]+)\/registrations\/([^/]+)\/api-version=[^&]+(?:&.*)?$/;
const answerFilter = '$dps/registrations/res/#';
const requestTopic = /^\$dps\/registrations\/(PUT\/iotdps-register|GET\/iotdps-get-operationstatus)\/\?(.*)$/;

/** What {@link createMqttFront} needs. `stopping` ends every wait. */
export type MqttFrontOptions = {
  readonly devices: DeviceCore;
  readonly faults: FaultBoard;
  readonly stopping: AbortSignal;
  readonly onBug: (error: unknown) => void;
};

/**
 * The device API over MQTT. CONNECT is accepted whoever asks in the right form: credentials are judged with each
 * request, as users of the real service find out. TPM attestation has no MQTT form (Azure documentation).
 */
export async function createMqttFront(options: MqttFrontOptions): Promise<MqttBroker> {
  const { devices, faults, stopping, onBug } = options;
  return await createMqttBroker({
    admits: (login) => callerOf(login)?.registrationId === login.clientId,
    maySubscribe: (_login, filter) => filter === answerFilter,
    takes: (_login, topic) => requestTopic.test(topic),
    answers: async (session, topic, payload) => {
      const [, asked = '', query = ''] = requestTopic.exec(topic) ?? [];
      const parameters = new URLSearchParams(query);
      const caller = callerOf(session.login);
      if (caller === null) return;
      const answer =
        faults.current().outage === 'service-unavailable'
          ? refusal({ errorCode: 503_000, message: 'Service unavailable.' })
          : answerTo(devices, caller, asked, parameters, payload);
      await devices.settled(); // nobody is told of what a restart could forget
      const { latencyInMs } = faults.current();
      if (latencyInMs > 0) await wait(latencyInMs, undefined, { signal: stopping });
      publish(devices, session, parameters.get('$rid') ?? '', answer);
    },
    onBug: (error) => {
      if (!stopping.aborted) onBug(error);
    },
  });
}

/** Who calls, as the user name says it; null when it has another form. */
function callerOf(login: MqttLogin): DeviceCaller | null {
  const [, idScope, registrationId] = userNamePattern.exec(login.userName) ?? [];
  if (idScope === undefined || registrationId === undefined) return null;
  const authorization = login.password === '' ? null : login.password;
  return { idScope, registrationId, certificateChain: login.certificates, authorization };
}

function answerTo(
  devices: DeviceCore,
  caller: DeviceCaller,
  asked: string,
  parameters: URLSearchParams,
  payload: Buffer,
): DeviceAnswer {
  if (asked.startsWith('GET')) return devices.operation(caller, parameters.get('operationId') ?? '');
  const body = jsonFrom(payload);
  const wantsTpm = typeof body === 'object' && body !== null && 'tpm' in body;
  if (wantsTpm) return refusal(badRequest('TPM attestation is not possible over MQTT.'));
  return devices.register(caller, body);
}

function jsonFrom(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The status stands in the topic, errors have the body of HTTPS; seconds to wait are a parameter of the topic. */
function publish(devices: DeviceCore, session: MqttSession, requestId: string, answer: DeviceAnswer): void {
  const { status, body, retryAfterInSeconds } =
    answer.kind === 'reply' ? answer : { ...devices.errorOf(answer.refusal), ...retryOf(answer.refusal) };
  const retry = retryAfterInSeconds === null ? '' : `&retry-after=${retryAfterInSeconds}`;
  session.publish(`$dps/registrations/res/${status}/?$rid=${requestId}${retry}`, JSON.stringify(body));
}

function retryOf({ retryAfterInSeconds }: Refusal): { readonly retryAfterInSeconds: number | null } {
  return { retryAfterInSeconds: retryAfterInSeconds ?? null };
}
