import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import type { DpsReady } from '../../src/shared/bench.ts';
import { type DpsSimulator, type DpsSimulatorOptions, startDpsSimulator } from '../../src/simulation/dps/simulator.ts';
import { certificatePemFrom } from '../../src/simulation/tls/certificates.ts';

/*
 * A plain HTTPS client for tests of the simulated DPS: written from the documentation, without the project's own
 * client and without the simulator's token code, so that neither is judged by itself.
 */

/** A simulator in a folder of its own; `close` stops it and removes the folder. */
export type DpsBench = {
  readonly simulator: DpsSimulator;
  readonly ready: DpsReady;
  readonly folder: string;
  readonly close: () => Promise<void>;
};

/** Starts a simulator on a free port, in a new temporary folder unless one is given (which is then kept). */
export async function startDpsBench(options: Partial<DpsSimulatorOptions> = {}): Promise<DpsBench> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'dps-bench-'));
  const removeFolder = (): void => {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const simulator = await startDpsSimulator({ port: 0, ...options, folder }).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  return {
    simulator,
    ready: simulator.ready,
    folder,
    close: async () => {
      await simulator.stop();
      removeFolder();
    },
  };
}

/** What a server said. `json` is undefined when the body is empty or no JSON. */
export type Heard = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of a foreign service, looked into by tests
  readonly json: any;
};

/** One request; see {@link send}. */
export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly credential?: Credential | null;
  readonly tlsVersion?: SecureVersion;
  /** Remembers TLS sessions; without it every connection begins anew. */
  readonly agent?: Agent;
};

/** A client certificate with its key, both PEM. */
export type Credential = { readonly certPem: string; readonly keyPem: string };

/** Sends one request on a connection of its own; rejects with the socket's error when the server cuts it. */
export function send(ready: Pick<DpsReady, 'host' | 'port' | 'caFile'>, sent: Sent): Promise<Heard> {
  return new Promise((heard, failed) => {
    const body = sent.body === undefined || typeof sent.body === 'string' ? sent.body : JSON.stringify(sent.body);
    const request = httpsRequest(
      {
        host: ready.host,
        port: ready.port,
        ca: readFileSync(ready.caFile),
        method: sent.method,
        path: sent.path,
        agent: sent.agent ?? false,
        headers: {
          ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
          ...sent.headers,
        },
        ...(sent.credential && { cert: sent.credential.certPem, key: sent.credential.keyPem }),
        ...(sent.tlsVersion && { minVersion: sent.tlsVersion, maxVersion: sent.tlsVersion }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', failed);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          heard({ status: response.statusCode ?? 0, headers: response.headers, text, json: jsonOrUndefined(text) });
        });
      },
    );
    request.on('error', failed);
    request.end(body);
  });
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Members of a connection string. */
export function connectionStringParts(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(';').map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
}

/** A SAS token; `resource` is signed and sent exactly as given. Expiry in seconds since 1970, far away unless told. */
export function sasToken(resource: string, policy: string, key: string, expiry = 4_102_444_800): string {
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(`${resource}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${policy}`;
}

/** Calls of the service API with the owner's policy; the path is given without api-version. */
export type ServiceCaller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Heard>;

/** Makes a {@link ServiceCaller} for a running simulator. */
export function serviceCaller(ready: DpsReady): ServiceCaller {
  const {
    HostName = '',
    SharedAccessKeyName = '',
    SharedAccessKey = '',
  } = connectionStringParts(ready.serviceConnectionString);
  const token = sasToken(HostName, SharedAccessKeyName, SharedAccessKey);
  return (method, path, body, headers = {}) =>
    send(ready, {
      method,
      path: `${path}?api-version=2021-10-01`,
      body,
      headers: { Authorization: token, ...headers },
    });
}

/** An ordinary self-signed device certificate, P-256, valid from yesterday for ten years. */
export function selfSigned(commonName: string): Credential {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certPem = certificatePemFrom({
    commonName,
    publicKey,
    issuer: null,
    signingKey: privateKey,
    role: 'client',
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 3_650 * 86_400_000),
  });
  return { certPem, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** A DevKit's identity as Microsoft's own tool made it: the certificate carries a malformed alternative name. */
export type AliasVector = Credential & { readonly registrationId: string; readonly sha256: string };

/** The vectors of the DevKit's tool whose registration id fits an enrollment, one per id and certificate. */
export function aliasVectors(): AliasVector[] {
  const file = new URL('../vectors/dice-vectors.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
    cases: {
      registrationId: string;
      outputs: { aliasCertPem: string; aliasKeyPem: string; aliasCertSha256: string };
    }[];
  };
  return cases.map(({ registrationId, outputs }) => ({
    registrationId,
    certPem: outputs.aliasCertPem,
    keyPem: outputs.aliasKeyPem,
    sha256: outputs.aliasCertSha256,
  }));
}

/** An enrollment with one client certificate. */
export function x509Enrollment(registrationId: string, certificate: string, more: object = {}): object {
  return {
    registrationId,
    attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } },
    ...more,
  };
}

/** An enrollment whose keys the service shall generate. */
export function symmetricEnrollment(registrationId: string, more: object = {}): object {
  return { registrationId, attestation: { type: 'symmetricKey', symmetricKey: {} }, ...more };
}

const registrationVersion = 'api-version=2019-03-31';

/** One call of the device API. */
export type DeviceCaller = (method: string, rest: string, body?: unknown) => Promise<Heard>;

/** Calls of the device API for one device; `rest` follows the registration id in the path. */
export function deviceCaller(
  ready: DpsReady,
  registrationId: string,
  credential: Credential | null,
  tlsVersion?: SecureVersion,
): DeviceCaller {
  return (method, rest, body) =>
    send(ready, {
      method,
      path: `/${ready.idScope}/registrations/${registrationId}${rest}?${registrationVersion}`,
      body,
      credential,
      ...(tlsVersion && { tlsVersion }),
    });
}

/** Calls of the device API for one device that shows a token instead of a certificate. */
export function keyedCaller(
  ready: DpsReady,
  registrationId: string,
  token: string,
  apiVersion = '2019-03-31',
): DeviceCaller {
  return (method, rest, body) =>
    send(ready, {
      method,
      path: `/${ready.idScope}/registrations/${encodeURIComponent(registrationId)}${rest}?api-version=${apiVersion}`,
      body,
      headers: { Authorization: token },
    });
}

/** Registers and polls to the end; answers the register reply, every poll's reply, and the last of them. */
export async function registerDevice(device: DeviceCaller, registrationId: string) {
  const register = await device('PUT', '/register', { registrationId });
  const polls: Heard[] = [];
  if (register.status === 202) {
    do polls.push(await device('GET', `/operations/${register.json.operationId}`, {}));
    while (polls.at(-1)?.status === 202);
  }
  return { register, polls, last: polls.at(-1) ?? register };
}
