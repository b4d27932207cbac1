import type { StationHost } from '../ports/station-host.ts';

/** The way out of the window door: asked for by people, taken at once for signals and shutdowns. */
export type Closing = {
  /** Asks when units are being worked on; resolves when it was decided to stay, or when the station has stopped. */
  leave(): Promise<void>;
  /** Stops without a question: nobody could answer, or the machine will not wait. */
  leaveAtOnce(): Promise<void>;
  /** Whether the station has stopped, so that windows may go. */
  isOver(): boolean;
};

/** What {@link createClosing} needs. */
export type ClosingOptions = {
  readonly host: Pick<StationHost, 'activity' | 'stop'>;
  /** Asks a person whether to stop although `working` units are under way. */
  readonly ask: (working: number) => Promise<boolean>;
  /** Called once, when the station has stopped or failed to. */
  readonly onOver: (failure: unknown) => void;
};

/** Boards between intent and acknowledgement are always waited for: the host's own `stop` does. */
export function createClosing(options: ClosingOptions): Closing {
  const { host } = options;
  let asking: Promise<boolean> | null = null;
  let stopping: Promise<void> | null = null;
  let over = false;

  const leaveAtOnce = (): Promise<void> => {
    stopping ??= host.stop().then(
      () => finish(null),
      (error: unknown) => finish(error),
    );
    return stopping;
  };
  const finish = (failure: unknown): void => {
    over = true;
    options.onOver(failure);
  };

  return {
    leaveAtOnce,
    isOver: () => over,
    leave: async () => {
      const { working } = host.activity();
      if (stopping === null && working > 0) {
        asking ??= options.ask(working).finally(() => {
          asking = null;
        });
        const yes = await asking;
        // A signal may have decided meanwhile.
        if (!yes && stopping === null) return;
      }
      await leaveAtOnce();
    },
  };
}
