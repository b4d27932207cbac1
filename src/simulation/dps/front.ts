import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { callFrom, readBody } from '../http/call.ts';
import { handedOver } from '../tls/hand-over.ts';
import { chainPresentedOn } from '../tls/presented-chain.ts';
import { type Answer, badRequest, cut, type Refusal, refuse } from './answer.ts';
import { answerDeviceCall } from './device-api.ts';
import type { DeviceCore } from './device-core.ts';
import { type Call, type Instance, wordedRefusal } from './instance.ts';
import { messageLimitInBytes } from './request-body.ts';
import { answerServiceCall, isServicePath } from './service-api.ts';

/**
 * The HTTP side: reads requests, applies the bench's faults, and writes answers. `stopping` ends every wait. What a
 * handler throws is a bug of the simulator: it becomes a 500 and a line for `onBug`, never the end of the process. With a
 * `handOverToken`, devices show their certificates in a header instead of the handshake (see hand-over.ts).
 */
export function createFront(
  instance: Instance,
  core: DeviceCore,
  stopping: AbortSignal,
  onBug: (error: unknown) => void,
  handOverToken: string | null = null,
): RequestListener {
  const respond = async (request: IncomingMessage): Promise<Answer> => {
    const body = await readBody(request, messageLimitInBytes);
    if (body === 'gone') return cut;
    const call = callFrom(request, body === 'too large' ? Buffer.alloc(0) : body);
    if (call === null) return refuse(badRequest('The path cannot be decoded.'));
    if (instance.faults.current().outage === 'service-unavailable') {
      return refuse({ errorCode: 503_000, message: 'Service unavailable.' });
    }
    if (body === 'too large') return refuse({ errorCode: 413_000, message: 'The message is larger than 96 KB.' });
    const answer = isServicePath(call.segments)
      ? serviceAnswer(instance, call)
      : answerDeviceCall(instance, core, { ...call, certificateChain: chainOf(request, handOverToken) });
    await core.settled(); // nobody is told of what a restart could forget
    const latency = instance.faults.current().latencyInMs;
    if (latency > 0) await wait(latency, undefined, { signal: stopping });
    return answer;
  };
  return (request, response) => {
    respond(request)
      .catch((error: unknown) => {
        if (!stopping.aborted) onBug(error);
        return stopping.aborted ? cut : refuse({ errorCode: 500_000, message: 'Internal error.' });
      })
      .then((answer) => send(instance, request, response, answer))
      .catch((error: unknown) => {
        onBug(error);
        request.socket.destroy();
      });
  };
}

function serviceAnswer(instance: Instance, call: Call): Answer {
  instance.counters.serviceCalls += 1;
  const before = instance.faults.beforeServiceCall();
  if (before.fault === 'cut') return cut;
  if (before.fault === 'throttled') return refuse(plantedThrottle(instance, before.retryAfterInSeconds));
  if (before.fault === 'fails') return refuse(plantedFailure(instance, before.status));
  const { answer, wrote } = answerServiceCall(instance, call);
  return wrote && instance.faults.losesReply() ? cut : answer;
}

function plantedThrottle(instance: Instance, retryAfterInSeconds: number | null): Refusal {
  return { errorCode: instance.switches.throttledCode, message: 'Too many requests.', retryAfterInSeconds };
}

function plantedFailure(instance: Instance, status: number): Refusal {
  const codes: Readonly<Record<number, number>> = {
    400: 400_004,
    401: 401_002,
    404: 404_201,
    409: 409_201,
    412: instance.switches.preconditionFailedCode,
    429: instance.switches.throttledCode,
  };
  return { errorCode: codes[status] ?? status * 1000, message: `Planted failure ${status}.` };
}

function chainOf(request: IncomingMessage, handOverToken: string | null): readonly X509Certificate[] {
  return handOverToken === null ? chainPresentedOn(request.socket) : handedOver(handOverToken, request);
}

function send(instance: Instance, request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (answer.kind === 'cut') {
    request.socket.destroy();
    return;
  }
  const trackingId = instance.clock.guid();
  response.setHeader('Date', instance.clock.now().toUTCString());
  response.setHeader('x-ms-request-id', trackingId);
  // No Strict-Transport-Security: on the name localhost it would follow a browser to every other local program.
  if (answer.kind === 'refusal') {
    sendRefusal(instance, response, answer.refusal, trackingId);
    return;
  }
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  if (answer.body === undefined) response.end();
  else sendJson(response, answer.body);
}

/** The code stands once more in a header. */
function sendRefusal(instance: Instance, response: ServerResponse, refusal: Refusal, trackingId: string): void {
  const { status, body } = wordedRefusal(instance, refusal, trackingId);
  response.statusCode = status;
  response.setHeader('x-ms-error-code', String(refusal.errorCode));
  const seconds = refusal.retryAfterInSeconds ?? null;
  if (seconds !== null) response.setHeader('Retry-After', String(seconds));
  sendJson(response, body);
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.write(JSON.stringify(body)); // write, then end: chunked, as the service sends it
  response.end();
}
