import type { IncomingMessage } from 'node:http';

/** One request to a simulated service, read to its end. `segments` are the decoded path segments. */
export type HttpCall = {
  readonly method: string;
  readonly segments: readonly string[];
  readonly apiVersion: string | null;
  readonly header: (name: string) => string | null;
  readonly body: Buffer;
};

const drainLimitInBytes = 16 * 1024 * 1024;

/** Puts a request and its body into the form that the services look at; null when the path cannot be decoded. */
export function callFrom(request: IncomingMessage, body: Buffer): HttpCall | null {
  const [path = '', query = ''] = splitOnce(request.url ?? '', '?');
  const segments = segmentsFrom(path);
  if (segments === null) return null;
  return {
    method: request.method ?? 'GET',
    segments,
    apiVersion: new URLSearchParams(query).get('api-version'),
    header: (name) => {
      const value = request.headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    },
    body,
  };
}

/** The two parts around the first `mark`; the second is empty without one. */
export function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** Decoded path segments; one trailing slash does not count (a client sends it on bulk). */
function segmentsFrom(path: string): string[] | null {
  try {
    return path
      .replace(/^\//, '')
      .replace(/\/$/, '')
      .split('/')
      .map((segment) => decodeURIComponent(segment));
  } catch {
    return null;
  }
}

/** Reads to the end, also of a GET. Too much is read and thrown away, so that the client hears the refusal. */
export async function readBody(request: IncomingMessage, limitInBytes: number): Promise<Buffer | 'too large' | 'gone'> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > drainLimitInBytes) return 'gone';
      if (length <= limitInBytes) chunks.push(chunk);
    }
  } catch {
    return 'gone'; // the client went away in the middle
  }
  return length > limitInBytes ? 'too large' : Buffer.concat(chunks);
}
