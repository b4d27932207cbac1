import type { X509Certificate } from 'node:crypto';
import { type Answer, refuse, reply } from './answer.ts';
import type { DeviceAnswer, DeviceCaller } from './device-caller.ts';
import { type DeviceCore, notFound } from './device-core.ts';
import type { Call, Instance } from './instance.ts';
import { jsonBodyOf } from './request-body.ts';
import { versionFault } from './service-api.ts';

/** One call of the device API with the certificates that the device showed in the TLS handshake, leaf first. */
export type DeviceCall = Call & { readonly certificateChain: readonly X509Certificate[] };

/** Answers one HTTPS call of the device API. */
export function answerDeviceCall(instance: Instance, core: DeviceCore, call: DeviceCall): Answer {
  const wrong = versionFault(call);
  if (wrong !== null) return refuse(wrong);
  const [idScope = '', literal = '', registrationId = '', verb, operationId, ...more] = call.segments;
  if (literal.toLowerCase() !== 'registrations' || registrationId === '' || more.length > 0) return refuse(notFound);
  const caller: DeviceCaller = {
    idScope,
    registrationId,
    certificateChain: call.certificateChain,
    authorization: call.header('authorization'),
    apiVersion: call.apiVersion,
  };
  const asked = `${call.method} ${verb?.toLowerCase() ?? ''}`.trimEnd();
  if (asked === 'GET operations' && operationId !== undefined) return answerFrom(core.operation(caller, operationId));
  if (operationId !== undefined || (asked !== 'PUT register' && asked !== 'POST')) return refuse(notFound);
  const body = jsonBodyOf(call);
  if (!body.ok) return refuse(body.problem);
  if (asked === 'POST') return answerFrom(core.lookUp(caller, body.value));
  return answerFrom(core.register(caller, body.value), locationOf(instance, call, caller));
}

/** The service names the register URL here, not the operation. */
function locationOf(instance: Instance, call: Call, { registrationId }: DeviceCaller): string {
  const path = `${instance.idScope}/registrations/${encodeURIComponent(registrationId)}/register`;
  return `https://${call.header('host') ?? instance.host}/${path}`;
}

function answerFrom(answer: DeviceAnswer, location: string | null = null): Answer {
  if (answer.kind === 'refusal') return answer;
  const { status, body, retryAfterInSeconds } = answer;
  if (retryAfterInSeconds === null) return reply(body, {}, status);
  const headers = { 'Retry-After': String(retryAfterInSeconds), ...(location !== null && { Location: location }) };
  return reply(body, headers, status);
}
