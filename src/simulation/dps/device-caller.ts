import type { X509Certificate } from 'node:crypto';
import type { Refusal } from './answer.ts';

/** Who calls the device API, as a transport heard it. Nothing of it has been checked. */
export type DeviceCaller = {
  readonly idScope: string;
  /** As the device wrote it: the path segment over HTTPS, the user name over MQTT. */
  readonly registrationId: string;
  /** What the device showed in the TLS handshake, leaf first; empty when it showed none. */
  readonly certificateChain: readonly X509Certificate[];
  /** A `SharedAccessSignature`, in the characters that the device chose (`sr` is signed as written); null without one. */
  readonly authorization: string | null;
  /** The api-version that the device speaks; absent where a transport does not tell. */
  readonly apiVersion?: string | null;
};

/** What the device API says; each transport puts it in its own form. */
export type DeviceAnswer =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly body: unknown;
      /** Seconds after which the device shall ask again; null when the answer is final. */
      readonly retryAfterInSeconds: number | null;
    }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

/** A final answer, HTTP status 200 unless told. */
export function finalReply(body: unknown, status = 200): DeviceAnswer {
  return { kind: 'reply', status, body, retryAfterInSeconds: null };
}

/** An answer that refuses. */
export function refusal(reason: Refusal): DeviceAnswer {
  return { kind: 'refusal', refusal: reason };
}
