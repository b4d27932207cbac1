/** What a hub says to one request. `body` undefined: none. */
export type HubAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** A refusal as a hub words it: the code stands in the text and in the header `iothub-errorcode`. */
export type HubRefusal = { readonly status: number; readonly code: string; readonly message: string };

/** An answer with a JSON body. */
export function hubReply(body: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): HubAnswer {
  return { status, headers, body };
}

/** The error body of IoT Hub: `{"Message":"ErrorCode:...;...","ExceptionMessage":"Tracking ID:..."}`. */
export function hubRefuse(refusal: HubRefusal, trackingId: string, now: Date): HubAnswer {
  const time = now.toISOString().slice(0, 19).replace('T', ' ');
  return {
    status: refusal.status,
    headers: { 'iothub-errorcode': refusal.code },
    body: {
      Message: `ErrorCode:${refusal.code};${refusal.message}`,
      ExceptionMessage: `Tracking ID:${trackingId}-G:0-TimeStamp:${time}`,
    },
  };
}

/** 404: no such identity; the text is its id. */
export function deviceNotFound(deviceId: string): HubRefusal {
  return { status: 404, code: 'DeviceNotFound', message: deviceId };
}

/** 401 for a token that is missing, wrong, expired, for something else, or of a policy without the right. */
export const hubUnauthorized: HubRefusal = { status: 401, code: 'IotHubUnauthorizedAccess', message: 'Unauthorized' };

/** 400. */
export function hubBadRequest(message: string): HubRefusal {
  return { status: 400, code: 'ArgumentInvalid', message };
}
