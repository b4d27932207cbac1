import type { BenchDeed, BenchPanel } from '../../shared/bench-panel.ts';
import type { StreamValue } from '../../shared/contract.ts';
import type { HostState } from '../../shared/host-state.ts';
import type { Handlers } from '../../shared/link/serve.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Unsubscribe } from '../ports/line.ts';
import type { StationHandle } from '../ports/station-handle.ts';
import { createStationHandlers, type HostHandlers, type StationHandlers, stationCallNames } from './handlers.ts';
import type { PeopleHandlers } from './people/people-handlers.ts';

/** Hands at the embedded bench, as the contract needs them. */
export type BenchHands = {
  panel(): BenchPanel;
  onChange(listener: () => void): Unsubscribe;
  do(deed: BenchDeed): Promise<Result<void, Problem>>;
};

/** A station in full work and its bench, if it has one. */
export type OpenParts = { readonly handle: StationHandle; readonly desk: BenchHands | null };

/** What the host itself knows and does. */
export type HostParts = {
  hostState(): HostState;
  /** Calls back after every change of the host or its station, reopening included. */
  onChange(listener: () => void): Unsubscribe;
  opened(): OpenParts | null;
  /** Why there is no station now. */
  trouble(): Problem;
  /** People are known whether or not a station is open. */
  readonly people: PeopleHandlers;
  readonly own: {
    readonly [Name in Exclude<keyof HostHandlers['calls'], 'bench' | keyof PeopleHandlers['calls']>]: (
      input: Parameters<Handlers['calls'][Name]>[0],
    ) => Promise<Result<unknown, Problem>>;
  };
};

type StationStream = keyof StationHandlers['streams'];

/**
 * Answers the contract for links that outlive a station: calls go to the station of the moment, or answer why there is
 * none; streams follow from one station to the next and say null between them.
 */
export function createHostHandlers(parts: HostParts): Handlers {
  const known = new WeakMap<StationHandle, StationHandlers>();
  const stationNow = (): StationHandlers | null => {
    const handle = parts.opened()?.handle;
    if (handle === undefined) return null;
    const handlers = known.get(handle) ?? createStationHandlers(handle);
    known.set(handle, handlers);
    return handlers;
  };

  const forwarded = (name: keyof StationHandlers['calls']) => async (input: never) => {
    const station = stationNow();
    return station === null ? fail(parts.trouble()) : station.calls[name](input);
  };
  const stationCalls = Object.fromEntries(
    stationCallNames.map((name) => [name, forwarded(name)]),
  ) as unknown as StationHandlers['calls'];

  /** Follows a stream of whichever station is open; `follow` subscribes to one of them. */
  function followed<Value>(
    listener: (value: Value | null) => void,
    follow: (listener: (value: Value) => void) => Unsubscribe | null,
  ): Unsubscribe {
    let of: OpenParts | null | undefined;
    let stop: Unsubscribe = () => {};
    const look = (): void => {
      const opened = parts.opened();
      if (of === opened) return;
      of = opened;
      stop();
      const followed = opened === null ? null : follow(listener);
      stop = followed ?? (() => {});
      if (followed === null) listener(null);
    };
    const stopLooking = parts.onChange(look);
    look();
    return () => {
      stopLooking();
      stop();
    };
  }

  const stream = <Name extends StationStream>(name: Name): Handlers['streams'][Name] =>
    ((listener: (value: StreamValue<Name> | null) => void) =>
      followed<StreamValue<Name>>(
        listener,
        (pass) => stationNow()?.streams[name](pass as never) ?? null,
      )) as Handlers['streams'][Name];

  const { own } = parts;
  return {
    calls: {
      ...stationCalls,
      ...parts.people.calls,
      'settings-get': async (input) => (await own['settings-get'](input)) as never,
      'settings-set': async (input) => emptied(await own['settings-set'](input)),
      'vault-unlock': async (input) => emptied(await own['vault-unlock'](input)),
      'vault-move': async (input) => emptied(await own['vault-move'](input)),
      'secret-set': async (input) => emptied(await own['secret-set'](input)),
      'connection-test': async (input) => (await own['connection-test'](input)) as never,
      reopen: async (input) => emptied(await own.reopen(input)),
      bench: async ({ deed }) => {
        const opened = parts.opened();
        if (opened === null) return fail(parts.trouble());
        return opened.desk === null ? fail(problem('no-bench')) : emptied(await opened.desk.do(deed));
      },
    },
    streams: {
      ...parts.people.streams,
      host: (listener) => {
        let told = '';
        const tell = (): void => {
          const state = parts.hostState();
          const text = JSON.stringify(state);
          if (text !== told) listener(state);
          told = text;
        };
        tell();
        return parts.onChange(tell);
      },
      station: stream('station'),
      queue: stream('queue'),
      mirror: stream('mirror'),
      orders: stream('orders'),
      quality: stream('quality'),
      returns: stream('returns'),
      bench: (listener) =>
        followed<BenchPanel>(listener, (pass) => {
          const desk = parts.opened()?.desk ?? null;
          if (desk === null) return null;
          pass(desk.panel());
          return desk.onChange(() => pass(desk.panel()));
        }),
    },
  };
}

function emptied(result: Result<unknown, Problem>): Result<Record<string, never>, Problem> {
  return result.ok ? ok({}) : result;
}
