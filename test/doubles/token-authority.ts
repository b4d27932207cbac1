import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { openCertificateAuthority } from '../../src/simulation/tls/certificate-authority.ts';

/*
 * An authority that behaves as Entra ID does towards its clients: OpenID discovery, the token endpoint for client
 * credentials and device codes, device codes (Microsoft identity platform documentation; RFC 8628), with its error
 * bodies. It signs with RS256.
 */

/** What the authority knows and what happened to it. */
export type TokenAuthority = {
  readonly address: string; // https://localhost:port
  readonly caFile: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly issuer: string;
  /** Public key of the signatures, PEM. */
  readonly key: string;
  /** Every token that it gave. */
  readonly tokens: readonly string[];
  /** What the tokens say from now on. */
  set(changes: Partial<Changes>): void;
  /** A person types the code and agrees. */
  approve(userCode: string): void;
  /** A person types every code as soon as it is given. */
  approveAll(): void;
  close(): Promise<void>;
};

type Changes = {
  readonly roles: readonly string[];
  readonly lifetimeInSeconds: number;
  readonly secretRanOut: boolean;
  readonly audience: string;
};

/** The role that lets a station work. */
export const contributor = 'Device Provisioning Service Data Contributor';

/** Starts an authority on loopback with one tenant and one application; its CA is kept in `folder`. */
export async function startTokenAuthority(folder: string): Promise<TokenAuthority> {
  const ca = await openCertificateAuthority(folder);
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const tenantId = randomUUID();
  const clientId = randomUUID();
  const clientSecret = `secret-value-${randomUUID()}`;
  const tokens: string[] = [];
  const codes = new Map<string, { readonly userCode: string; approved: boolean }>();
  let now: Changes = {
    roles: [contributor],
    lifetimeInSeconds: 3_599,
    secretRanOut: false,
    audience: 'https://azure-devices-provisioning.net',
  };
  let address = '';
  let approvesAll = false;

  function token(): string {
    const seconds = Math.floor(Date.now() / 1000);
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: `${address}/${tenantId}/v2.0`, aud: now.audience, nbf: seconds - 60, roles: now.roles };
    const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ ...claims, exp: seconds + now.lifetimeInSeconds })}`;
    const made = `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    tokens.push(made);
    return made;
  }

  const given = () => ({
    status: 200,
    body: { token_type: 'Bearer', expires_in: now.lifetimeInSeconds, access_token: token() },
  });
  const refused = (status: number, error: string, error_description: string) => ({
    status,
    body: { error, error_description, error_codes: [Number(/AADSTS(\d+)/.exec(error_description)?.[1] ?? 0)] },
  });

  function answer(path: string, form: URLSearchParams): { status: number; body: object } {
    const root = `/${tenantId}`;
    if (!path.startsWith(root)) return refused(400, 'invalid_request', 'AADSTS90002: Tenant not found.');
    if (path === `${root}/v2.0/.well-known/openid-configuration`) {
      const of = `${address}${root}`;
      return {
        status: 200,
        body: {
          issuer: `${of}/v2.0`,
          authorization_endpoint: `${of}/oauth2/v2.0/authorize`,
          token_endpoint: `${of}/oauth2/v2.0/token`,
          device_authorization_endpoint: `${of}/oauth2/v2.0/devicecode`,
          jwks_uri: `${of}/discovery/v2.0/keys`,
        },
      };
    }
    if (form.get('client_id') !== clientId)
      return refused(400, 'unauthorized_client', 'AADSTS700016: Application was not found in the directory.');
    if (path === `${root}/oauth2/v2.0/devicecode`) {
      const deviceCode = randomUUID();
      const userCode = randomUUID().slice(0, 8).toUpperCase();
      codes.set(deviceCode, { userCode, approved: approvesAll });
      return {
        status: 200,
        body: {
          user_code: userCode,
          device_code: deviceCode,
          verification_uri: `${address}/device`,
          expires_in: 900,
          interval: 1,
          message: 'sign in',
        },
      };
    }
    if (form.get('grant_type') === 'client_credentials') {
      if (form.get('client_secret') !== clientSecret)
        return refused(
          401,
          'invalid_client',
          `AADSTS7000215: Invalid client secret provided: ${form.get('client_secret')}`,
        );
      if (now.secretRanOut)
        return refused(401, 'invalid_client', 'AADSTS7000222: The provided client secret keys are expired.');
      return given();
    }
    const code = codes.get(form.get('device_code') ?? '');
    if (code === undefined) return refused(400, 'invalid_grant', 'AADSTS70000: unknown grant');
    return code.approved ? given() : refused(400, 'authorization_pending', 'AADSTS70016: pending');
  }

  const { certPem, keyPem } = ca.issueServer(['localhost']);
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const { status, body } = answer(new URL(request.url ?? '/', address).pathname, new URLSearchParams(text));
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  address = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    address,
    caFile: ca.caFile,
    tenantId,
    clientId,
    clientSecret,
    issuer: `${address}/${tenantId}/v2.0`,
    key: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    tokens,
    set: (changes) => {
      now = { ...now, ...changes };
    },
    approve: (userCode) => {
      for (const code of codes.values()) if (code.userCode === userCode) code.approved = true;
    },
    approveAll: () => {
      approvesAll = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** PEM of an authority's certificate. */
export function pemOf(authority: Pick<TokenAuthority, 'caFile'>): string {
  return readFileSync(authority.caFile, 'utf8');
}
