import { type BrowserWindow, powerMonitor, powerSaveBlocker } from 'electron';
import type { StationHost } from '../ports/station-host.ts';
import type { Closing } from './closing.ts';

/** Keeps the machine awake while slots work, and uses what time a shutdown leaves to stop in order. */
export function mindPower(host: StationHost, closing: Closing): void {
  let blocker: number | null = null;
  const look = (): void => {
    const working = host.activity().working > 0;
    if (working && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!working && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
  host.onChange(look);
  look();
  // Linux and macOS: the system waits for a few seconds; nobody could answer a question in them.
  powerMonitor.on('shutdown', ((event?: { preventDefault(): void }) => {
    if (closing.isOver()) return;
    event?.preventDefault();
    void closing.leaveAtOnce();
  }) as () => void);
}

/** Windows asks each window instead, and shows the person who waits for whom. */
export function mindSessionEnd(window: BrowserWindow, closing: Closing): void {
  window.on('query-session-end', (event) => {
    if (closing.isOver()) return;
    event.preventDefault();
    void closing.leaveAtOnce();
  });
}
