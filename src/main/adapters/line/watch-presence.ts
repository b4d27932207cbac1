import type { LineFinder, LinePresence, Unsubscribe } from '../../ports/line.ts';

/** Runs something once after `inMs` milliseconds; the answer cancels it. */
export type Schedule = (run: () => void, inMs: number) => Unsubscribe;

/** The schedule of real time. It keeps no process alive by itself. */
export const scheduleByTimer: Schedule = (run, inMs) => {
  const timer = setTimeout(run, inMs).unref();
  return () => clearTimeout(timer);
};

/**
 * Lists now, after each `intervalInMs` and after each nudge, and tells the listener the first list and every change.
 * A list that fails is skipped: what was there is believed until it can be asked again. `onNudge` registers a faster
 * source of hints and answers how to end it.
 */
export function watchPresence(options: {
  readonly list: LineFinder['list'];
  readonly listener: (present: readonly LinePresence[]) => void;
  readonly onTrouble?: Parameters<LineFinder['watch']>[1];
  readonly intervalInMs: number;
  readonly schedule: Schedule;
  readonly onNudge?: (nudge: () => void) => Unsubscribe;
}): Unsubscribe {
  const { list, listener, onTrouble, intervalInMs, schedule, onNudge } = options;
  let failing = false;
  let ended = false;
  let told: string | null = null;
  let busy = false;
  let again = false;
  let cancelTimer: Unsubscribe = () => {};

  const round = async () => {
    const present = await list();
    if (ended) return;
    if (failing === present.ok) onTrouble?.(present.ok ? null : present.problem);
    failing = !present.ok;
    if (!present.ok) return;
    const fingerprint = JSON.stringify(present.value);
    if (fingerprint === told) return;
    told = fingerprint;
    listener(present.value);
  };
  const look = async () => {
    // One list at a time; a hint that comes meanwhile asks for one more.
    again = true;
    if (busy) return;
    busy = true;
    cancelTimer();
    while (again && !ended) {
      again = false;
      await round();
    }
    busy = false;
    if (!ended) cancelTimer = schedule(start, intervalInMs);
  };
  const start = () => void look();
  const stopNudges = onNudge?.(start);
  start();
  return () => {
    ended = true;
    cancelTimer();
    stopNudges?.();
  };
}
