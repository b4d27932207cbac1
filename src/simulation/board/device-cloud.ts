import { Agent, request } from 'node:https';
import { z } from 'zod';
import { handOverHeaders } from '../tls/hand-over.ts';
import type { BoardClock } from './board-clock.ts';

/** Where a board finds its provisioning service. */
type CloudAddress = {
  readonly host: string; // also the server name that must stand in the certificate
  readonly port: number;
  readonly ca: string; // PEM
  /** Set on a bench inside Electron: see hand-over.ts. */
  readonly handOverToken?: string;
};

/** How one registration ended. */
export type CloudOutcome =
  | { readonly kind: 'assigned'; readonly hub: string; readonly deviceId: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** One attempt to register, with the certificate and key (PEM) that the board derived. */
export type RegistrationAttempt = {
  readonly registrationId: string;
  readonly idScope: string;
  readonly apiVersion: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Called when the service has accepted the request, before it is asked for the outcome. */
  readonly onAssigning: () => void;
  /** Ends the attempt at once: power gone. */
  readonly signal: AbortSignal;
};

/** The board's way to the provisioning service. Never rejects. */
export type DeviceCloud = { register(attempt: RegistrationAttempt): Promise<CloudOutcome> };

const answerSchema = z.object({
  operationId: z.string().optional(),
  status: z.string().optional(),
  registrationState: z
    .object({
      assignedHub: z.string().optional(),
      deviceId: z.string().optional(),
      errorCode: z.number().optional(),
      errorMessage: z.string().optional(),
    })
    .optional(),
  errorCode: z.number().optional(),
  message: z.string().optional(),
});
type Answer = { readonly status: number; readonly retryAfterInMs: number; readonly body: z.infer<typeof answerSchema> };

const timeoutInMs = 30_000;
const mostPolls = 100;
const pauseWithoutHeaderInMs = 2_000;

type Exchange = (method: string, path: string, body: string | null) => Promise<Answer>;

function exchangeOver(address: CloudAddress, attempt: RegistrationAttempt, agent: Agent): Exchange {
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const outgoing = request({
        host: address.host,
        port: address.port,
        servername: address.host,
        method,
        path: `${path}?api-version=${attempt.apiVersion}`,
        agent,
        timeout: timeoutInMs,
        signal: attempt.signal,
        headers: {
          ...(address.handOverToken === undefined
            ? {}
            : handOverHeaders(address.handOverToken, attempt.certificatePem)),
          Accept: 'application/json',
          ...(body === null
            ? {}
            : { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length }),
        },
      });
      outgoing.on('error', reject);
      outgoing.on('timeout', () => outgoing.destroy(new Error('time-out')));
      outgoing.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          const seconds = Number(headers['retry-after'] ?? Number.NaN);
          const retryAfterInMs = Number.isFinite(seconds) ? seconds * 1000 : pauseWithoutHeaderInMs;
          resolve({ status, retryAfterInMs, body: bodyOf(text) });
        });
      });
      outgoing.end(body ?? undefined);
    });
}

function bodyOf(text: string): Answer['body'] {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

function refusalOf({ status, body }: Answer): CloudOutcome {
  const { errorCode, message } = body;
  const words = [`HTTP ${status}`, errorCode, message].filter((word) => word !== undefined);
  return { kind: 'failed', reason: words.join(' ') };
}

/** The outcome in a final answer; null while the service is still at work. */
function outcomeOf(answer: Answer): CloudOutcome | null {
  const { status, registrationState } = answer.body;
  if (answer.status >= 300) return refusalOf(answer);
  if (status === 'assigned') {
    const { assignedHub = '', deviceId = '' } = registrationState ?? {};
    return { kind: 'assigned', hub: assignedHub, deviceId };
  }
  if (status === 'assigning' || answer.status === 202) return null;
  const { errorCode, errorMessage } = registrationState ?? {};
  const words = [status ?? 'unreadable answer', errorCode, errorMessage].filter((word) => word !== undefined);
  return { kind: 'failed', reason: words.join(' ') };
}

async function registerOver(
  exchange: Exchange,
  attempt: RegistrationAttempt,
  clock: BoardClock,
): Promise<CloudOutcome> {
  const { idScope, registrationId } = attempt;
  const place = `/${idScope}/registrations/${registrationId}`;
  const body = JSON.stringify({ registrationId });
  let answer = await exchange('PUT', `${place}/register`, body);
  const { operationId } = answer.body;
  if (outcomeOf(answer) === null) attempt.onAssigning();
  for (let polls = 0; polls < mostPolls; polls++) {
    const outcome = outcomeOf(answer);
    if (outcome !== null) return outcome;
    if (operationId === undefined) return { kind: 'failed', reason: 'answer without operationId' };
    const pauseInMs = answer.retryAfterInMs;
    await new Promise<void>((resolve) => void clock.after(pauseInMs, resolve));
    answer = await exchange('GET', `${place}/operations/${operationId}`, null);
  }
  return { kind: 'failed', reason: 'still assigning' };
}

/**
 * The device API of DPS over HTTPS with the board's certificate (REST API 2017-11-15 and later): register, then ask for
 * the outcome as often as Retry-After says. A refusal or a network failure is an outcome and is not tried again.
 */
export function createDeviceCloud(address: CloudAddress, clock: BoardClock): DeviceCloud {
  return {
    async register(attempt) {
      // A handshake per board, not per request; its own agent because each board has its own certificate.
      const agent = new Agent({
        keepAlive: true,
        maxSockets: 1,
        ca: address.ca,
        ...(address.handOverToken === undefined ? { cert: attempt.certificatePem, key: attempt.keyPem } : {}),
      });
      try {
        return await registerOver(exchangeOver(address, attempt, agent), attempt, clock);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        return { kind: 'failed', reason: code ?? message };
      } finally {
        agent.destroy();
      }
    },
  };
}
