import type { Unsubscribe } from './line.ts';

/** Time as an argument. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Calls back once after `delayInMs`. */
  after(delayInMs: number, callback: () => void): Unsubscribe;
}

/** The present as ISO 8601 UTC with milliseconds. */
export function isoNow(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
