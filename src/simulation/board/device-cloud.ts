import { createHmac } from 'node:crypto';
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

/** With what a board proves itself. */
export type DeviceCredential =
  | { readonly kind: 'certificate'; readonly certificatePem: string; readonly keyPem: string } // the leaf first, then its CAs
  | { readonly kind: 'symmetric-key'; readonly key: Uint8Array }
  | { readonly kind: 'tpm'; readonly tpm: DeviceTpm };

/** The part of a TPM that a registration needs (TPM 2.0 Library; DPS concepts-tpm-attestation). */
export type DeviceTpm = {
  readonly endorsementKey: string; // base64 TPM2B_PUBLIC
  readonly storageRootKey: string;
  /** Unwraps a challenge and keeps the key in it; throws when it was not made for this TPM. */
  activate(challenge: Buffer): void;
  /** HMAC-SHA256 with the key that was activated last. */
  sign(message: string): Buffer;
};

/** One attempt to register. */
export type RegistrationAttempt = {
  readonly registrationId: string;
  readonly idScope: string;
  readonly apiVersion: string;
  readonly credential: DeviceCredential;
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
      tpm: z.object({ authenticationKey: z.string() }).optional(),
    })
    .optional(),
  errorCode: z.number().optional(),
  message: z.string().optional(),
  authenticationKey: z.string().optional(), // the challenge for a TPM
});
type Answer = { readonly status: number; readonly retryAfterInMs: number; readonly body: z.infer<typeof answerSchema> };

const timeoutInMs = 30_000;
const mostPolls = 100;
const pauseWithoutHeaderInMs = 2_000;

type Exchange = (method: string, path: string, body: string | null, token: string | null) => Promise<Answer>;

function exchangeOver(address: CloudAddress, attempt: RegistrationAttempt, agent: Agent): Exchange {
  return (method, path, body, token) =>
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
          ...(address.handOverToken === undefined || attempt.credential.kind !== 'certificate'
            ? {}
            : handOverHeaders(address.handOverToken, attempt.credential.certificatePem)),
          ...(token === null ? {} : { Authorization: token }),
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
  const { idScope, registrationId, credential } = attempt;
  const place = `/${idScope}/registrations/${registrationId}`;
  const tpm = credential.kind === 'tpm' ? credential.tpm : null;
  const keys = tpm && { endorsementKey: tpm.endorsementKey, storageRootKey: tpm.storageRootKey };
  const body = JSON.stringify({ registrationId, ...(keys && { tpm: keys }) });
  let token = credential.kind === 'symmetric-key' ? tokenOf(attempt, clock, hmacWith(credential.key)) : null;
  let answer = await exchange('PUT', `${place}/register`, body, token);
  const challenge = answer.status === 401 ? answer.body.authenticationKey : undefined;
  if (tpm !== null && challenge !== undefined) {
    // A challenge is the first half of success.
    tpm.activate(Buffer.from(challenge, 'base64'));
    token = tokenOf(attempt, clock, (message) => tpm.sign(message));
    answer = await exchange('PUT', `${place}/register`, body, token);
  }
  const { operationId } = answer.body;
  if (outcomeOf(answer) === null) attempt.onAssigning();
  for (let polls = 0; polls < mostPolls; polls++) {
    const outcome = outcomeOf(answer);
    if (outcome !== null) return outcome;
    if (operationId === undefined) return { kind: 'failed', reason: 'answer without operationId' };
    const pauseInMs = answer.retryAfterInMs;
    await new Promise<void>((resolve) => void clock.after(pauseInMs, resolve));
    answer = await exchange('GET', `${place}/operations/${operationId}`, null, token);
    const hubKey = answer.body.registrationState?.tpm?.authenticationKey;
    if (tpm !== null && hubKey !== undefined) tpm.activate(Buffer.from(hubKey, 'base64'));
  }
  return { kind: 'failed', reason: 'still assigning' };
}

const tokenLifetimeInSeconds = 3_600;

/**
 * Shared access signature of a device (Azure documentation, symmetric key and TPM attestation): the resource is signed as
 * it is sent, percent-encoded.
 */
function tokenOf(attempt: RegistrationAttempt, clock: BoardClock, sign: (message: string) => Buffer): string {
  const resource = encodeURIComponent(`${attempt.idScope}/registrations/${attempt.registrationId}`);
  const expiry = Math.floor(clock.now() / 1000) + tokenLifetimeInSeconds;
  const signature = encodeURIComponent(sign(`${resource}\n${expiry}`).toString('base64'));
  return `SharedAccessSignature sr=${resource}&sig=${signature}&se=${expiry}&skn=registration`;
}

function hmacWith(key: Uint8Array): (message: string) => Buffer {
  return (message) => createHmac('sha256', key).update(message).digest();
}

/**
 * The device API of DPS over HTTPS with the board's credential (REST API 2017-11-15 and later): register, then ask for
 * the outcome as often as Retry-After says. A refusal or a network failure is an outcome and is not tried again.
 */
export function createDeviceCloud(address: CloudAddress, clock: BoardClock): DeviceCloud {
  return {
    async register(attempt) {
      const { credential } = attempt;
      // A handshake per board, not per request; its own agent because each board has its own certificate.
      const agent = new Agent({
        keepAlive: true,
        maxSockets: 1,
        ca: address.ca,
        ...(credential.kind === 'certificate' && address.handOverToken === undefined
          ? { cert: credential.certificatePem, key: credential.keyPem }
          : {}),
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
