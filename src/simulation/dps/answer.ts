/** A refusal as the service words it: `errorCode` is the HTTP status times 1000 plus a sub-code (Azure REST spec 2021-10-01). */
export type Refusal = {
  readonly errorCode: number;
  readonly message: string;
  /** Seconds for a Retry-After header; null or absent leaves the header out. */
  readonly retryAfterInSeconds?: number | null;
};

/** What the service says to one request. `cut`: the connection is torn down without an answer. */
export type Answer =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown; // undefined: no body
    }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'cut' };

/** An answer with a JSON body; status 200 unless told. */
export function reply(body: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): Answer {
  return { kind: 'reply', status, headers, body };
}

/** 204 without a body. */
export const noContent: Answer = { kind: 'reply', status: 204, headers: {}, body: undefined };

/** Tears the connection down. */
export const cut: Answer = { kind: 'cut' };

/** An answer that refuses; see {@link Refusal}. */
export function refuse(refusal: Refusal): Answer {
  return { kind: 'refusal', refusal };
}

/** 400004, the service's one code for a request it cannot read (seen by users: unparsable body, invalid certificate). */
export function badRequest(message: string): Refusal {
  return { errorCode: 400_004, message };
}

/** 401002 `Unauthorized`. */
export const unauthorized: Refusal = { errorCode: 401_002, message: 'Unauthorized' };

/** 401002 `Unauthorized access`: the policy is known but lacks the right. */
export const unauthorizedAccess: Refusal = { errorCode: 401_002, message: 'Unauthorized access' };

/** 401002 `Invalid certificate`. */
export const invalidCertificate: Refusal = { errorCode: 401_002, message: 'Invalid certificate' };

/** 404201, also for an unknown registration id at device registration. */
export const enrollmentNotFound: Refusal = { errorCode: 404_201, message: 'Enrollment not found.' };

/** 409201. */
export const enrollmentExists: Refusal = { errorCode: 409_201, message: 'Enrollment already exists.' };

/** 404204. */
export const groupNotFound: Refusal = { errorCode: 404_204, message: 'EnrollmentGroup not found.' };

/** 409202 (recorded traffic). */
export const groupExists: Refusal = { errorCode: 409_202, message: 'EnrollmentGroup already exists.' };

/** The HTTP status of a refusal; a code outside 4xx and 5xx counts as 500. */
export function statusOf(refusal: Refusal): number {
  const status = Math.floor(refusal.errorCode / 1000);
  return status >= 400 && status <= 599 ? status : 500;
}
