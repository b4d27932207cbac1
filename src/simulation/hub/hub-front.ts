import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { callFrom, readBody } from '../http/call.ts';
import type { Hub } from './hub.ts';
import { type HubAnswer, hubBadRequest, hubRefuse } from './hub-answer.ts';
import { answerRegistryCall } from './registry-api.ts';

/** Largest request body in bytes that is read (Azure documentation: an import of 100 identities stays below). */
const bodyLimitInBytes = 512 * 1024;

/**
 * The HTTP side of a hub. `settled` is awaited before each answer, so that nobody is told of what a restart could
 * forget. What a handler throws is a bug of the simulator: it becomes a 500 and a line for `onBug`.
 */
export function createHubFront(
  hub: Hub,
  settled: () => Promise<void>,
  onBug: (error: unknown) => void,
): RequestListener {
  const refuse = (status: number, code: string, message: string): HubAnswer =>
    hubRefuse({ status, code, message }, hub.clock.trackingId(), hub.clock.now());
  const respond = async (request: IncomingMessage): Promise<HubAnswer | null> => {
    const body = await readBody(request, bodyLimitInBytes);
    if (body === 'gone') return null;
    if (body === 'too large') return refuse(413, 'RequestTooLarge', 'The body is too large.');
    const call = callFrom(request, body);
    const answer =
      call === null
        ? hubRefuse(hubBadRequest('the path cannot be decoded'), hub.clock.trackingId(), hub.clock.now())
        : answerRegistryCall(hub, call);
    await settled();
    return answer;
  };
  return (request, response) => {
    respond(request)
      .catch((error: unknown) => {
        onBug(error);
        return refuse(500, 'ServerError', 'Internal error.');
      })
      .then((answer) => (answer === null ? request.socket.destroy() : send(response, answer)))
      .catch((error: unknown) => {
        onBug(error);
        request.socket.destroy();
      });
  };
}

function send(response: ServerResponse, answer: HubAnswer): void {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  if (answer.body === undefined) {
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(answer.body));
}
