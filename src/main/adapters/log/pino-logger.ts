import { pino } from 'pino';
import type { Logger } from '../../ports/logger.ts';

/** Fact names that must never be logged, whatever somebody puts there. */
const secretNames = [
  'uds',
  'secret',
  'key',
  'password',
  'connectionString',
  'sharedAccessKey',
  'token',
  'authorization',
];

/** Writes one JSON line per message to `file`, or nowhere when it is null. Secrets are cut by name as a second net. */
export function createPinoLogger(file: string | null, level: 'info' | 'warn' = 'info'): Logger {
  if (file === null) return { info: () => {}, warn: () => {}, error: () => {} };
  const destination = pino.destination({ dest: file, mkdir: true, sync: true, mode: 0o600 });
  let broken = false;
  // A log that cannot be written (full disk) must not stop a station whose books still can.
  destination.on('error', () => {
    broken = true;
  });
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: secretNames, censor: '[cut]' } },
    destination,
  );
  return {
    info: (message, facts = {}) => broken || log.info(facts, message),
    warn: (message, facts = {}) => broken || log.warn(facts, message),
    error: (message, facts = {}) => broken || log.error(facts, message),
  };
}
