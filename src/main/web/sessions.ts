import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const keptSchema = z.object({ port: z.int(), sessions: z.array(z.string()) });
const mostSessions = 50;

/**
 * Who may use the web door. A token opens one browser, once; it gets a session instead. Of sessions only hashes are
 * kept, in a file of mode 0600, so that a page finds its station again after a restart.
 */
export type Sessions = {
  /** The port of the last run, so that open pages find the door again; 0: none. */
  readonly lastPort: number;
  /** A token that has not been used yet; the same one until somebody uses it. */
  token(): string;
  /** The session for a token, or null when the token is wrong or used. */
  redeem(token: string): string | null;
  isValid(session: string): boolean;
  /** Writes down the port that is used now. */
  keep(port: number): void;
};

/** Reads the sessions of earlier runs from `file`; a damaged file only means that browsers need a new token. */
export function createSessions(file: string): Sessions {
  const kept = read(file);
  let { port } = kept;
  let hashes = kept.sessions;
  let open = newSecret();

  function write(): void {
    const next = `${file}.new`;
    writeFileSync(next, JSON.stringify({ port, sessions: hashes }), { mode: 0o600 });
    renameSync(next, file);
  }

  return {
    lastPort: kept.port,
    token: () => open,
    redeem: (token) => {
      if (!same(token, open)) return null;
      open = newSecret();
      const session = newSecret();
      hashes = [...hashes, hashOf(session)].slice(-mostSessions);
      write();
      return session;
    },
    isValid: (session) => hashes.some((hash) => same(hash, hashOf(session))),
    keep: (used) => {
      port = used;
      write();
    },
  };
}

function read(file: string): z.infer<typeof keptSchema> {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { port: 0, sessions: [] };
  }
}

function newSecret(): string {
  return randomBytes(24).toString('base64url');
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
