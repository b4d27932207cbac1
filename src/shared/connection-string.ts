import { type Problem, problem } from './problem.ts';
import { fail, ok, type Result } from './result.ts';

/** A service connection string of a DPS instance, taken apart. `sharedAccessKey` is a secret. */
export type ConnectionString = {
  readonly hostName: string; // lower case, without port
  readonly port: number | null; // only simulators and test rigs name one
  readonly sharedAccessKeyName: string;
  readonly sharedAccessKey: string; // base64
};

const knownNames = new Map(
  ['HostName', 'SharedAccessKeyName', 'SharedAccessKey', 'DeviceId'].map((name) => [name.toLowerCase(), name]),
);

/**
 * Takes a connection string apart: `HostName=...;SharedAccessKeyName=...;SharedAccessKey=...` in any order.
 * The reason of a refusal never holds the key.
 */
export function parseConnectionString(text: string): Result<ConnectionString, Problem<'connection-string-invalid'>> {
  const refuse = (reason: string) => fail(problem('connection-string-invalid', { reason }));
  const parts = new Map<string, string>();
  for (const part of text.trim().split(';')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    if (at < 0) return refuse('a part has no "="');
    const name = part.slice(0, at).trim().toLowerCase();
    // Only names that are expected are repeated: whatever else stands before a "=" may be a key that was pasted.
    if (parts.has(name)) return refuse(`${knownNames.get(name) ?? 'a part'} is there twice`);
    parts.set(name, part.slice(at + 1).trim());
  }
  const host = parts.get('hostname');
  const keyName = parts.get('sharedaccesskeyname');
  const key = parts.get('sharedaccesskey');
  if (parts.has('deviceid')) return refuse('it belongs to a device, not to the service');
  if (!host) return refuse('HostName is missing');
  if (!keyName) return refuse('SharedAccessKeyName is missing');
  if (!key) return refuse('SharedAccessKey is missing');
  const name = /^([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?$/.exec(host);
  if (name === null) return refuse('HostName is no host name');
  const port = name[2] === undefined ? null : Number(name[2]);
  if (port !== null && (port < 1 || port > 65_535)) return refuse('HostName names a port that cannot be');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || key.length % 4 !== 0) return refuse('SharedAccessKey is no base64');
  return ok({ hostName: String(name[1]).toLowerCase(), port, sharedAccessKeyName: keyName, sharedAccessKey: key });
}

/** Whether a host is this computer itself. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(?:\.\d{1,3}){3}|::1|\[::1\]|0\.0\.0\.0|.*\.localhost)$/i.test(host);
}
