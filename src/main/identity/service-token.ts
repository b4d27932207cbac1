import { createHmac } from 'node:crypto';

/**
 * Shared access signature for the DPS service API: HMAC-SHA256 with the decoded policy key over the resource as it is
 * written in the token, a line feed and the expiry (Azure IoT DPS, "Control access with shared access signatures").
 * `expiresAt` in seconds since 1970 UTC.
 */
export function serviceToken(parts: {
  readonly resource: string; // host name of the instance, lower case, without port
  readonly keyName: string;
  readonly key: Uint8Array; // decoded
  readonly expiresAt: number;
}): string {
  const resource = encodeURIComponent(parts.resource);
  const signature = createHmac('sha256', parts.key).update(`${resource}\n${parts.expiresAt}`).digest('base64');
  return (
    `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}` +
    `&se=${parts.expiresAt}&skn=${encodeURIComponent(parts.keyName)}`
  );
}
