import type { CallInput, CallName, CallOutput, StreamValue } from '../../shared/contract.ts';
import { type Client, connect } from '../../shared/link/connect.ts';
import type { Link, Unsubscribe } from '../../shared/link/link.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, type Result } from '../../shared/result.ts';

/**
 * The streams that the page follows, in the order in which they are asked for. The host tells that the station is back:
 * by then everything else must have been said anew, or the page would show old things as if they were so now.
 */
const followed = ['people', 'station', 'queue', 'orders', 'quality', 'returns', 'mirror', 'bench', 'host'] as const;
type Followed = (typeof followed)[number];

/** What the page knows: only what the station said last. */
export type Mirror = {
  readonly connection: 'connecting' | 'connected' | 'lost';
  /** The station says what this page cannot read: it is of another version. */
  readonly unreadable: boolean;
} & { readonly [Name in Followed]: StreamValue<Name> | null };

/** The one store of the page: repeats the station, decides nothing. */
export type StationMirror = {
  read(): Mirror;
  onChange(listener: () => void): Unsubscribe;
  /** Asks the station; answers a problem when it cannot be reached. */
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Result<CallOutput<Name>, Problem>>;
  stop(): void;
};

const firstRetryInMs = 250;
const longestRetryInMs = 4_000;

/** Connects, follows every stream, and connects again for as long as the page lives. */
export function createStationMirror(openLink: () => Promise<Link>): StationMirror {
  const listeners = new Set<() => void>();
  let mirror: Mirror = {
    connection: 'connecting',
    unreadable: false,
    ...(Object.fromEntries(followed.map((name) => [name, null])) as Record<Followed, null>),
  };
  let client: Client | null = null;
  let retryInMs = firstRetryInMs;
  let stopped = false;

  function change(part: Partial<Mirror>): void {
    mirror = { ...mirror, ...part };
    for (const listener of [...listeners]) listener();
  }

  function lost(): void {
    client = null;
    if (stopped) return;
    // What was shown stays, marked as old, until the station is back.
    change({ connection: 'lost' });
    setTimeout(() => void open(), retryInMs);
    retryInMs = Math.min(2 * retryInMs, longestRetryInMs);
  }

  async function open(): Promise<void> {
    if (stopped) return;
    try {
      const link = await openLink();
      link.onClose(lost);
      const connected = connect(link);
      // The station behind a new link may be another version again, one that this page can read.
      change({ unreadable: false });
      const unreadable = (): void => change({ unreadable: true });
      for (const name of followed) {
        // The host says something at once, whatever state it is in.
        const told = name === 'host' ? ({ connection: 'connected' } as const) : {};
        connected.watch(name, (value) => change({ [name]: value, ...told }), unreadable);
      }
      client = connected;
      retryInMs = firstRetryInMs;
    } catch {
      lost();
    }
  }

  void open();
  return {
    read: () => mirror,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    call: (name, input) => client?.call(name, input) ?? Promise.resolve(fail(problem('station-gone'))),
    stop: () => {
      stopped = true;
    },
  };
}
