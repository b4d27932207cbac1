import { type CallName, contract, type StreamName, type StreamValue } from '../../shared/contract.ts';
import type { Client } from '../../shared/link/connect.ts';
import type { Handlers } from '../../shared/link/serve.ts';
import type { Unsubscribe } from '../ports/line.ts';

/**
 * Answers the contract here, or passes it on to the process that owns the station folder, as long as there is one:
 * `owner` says so at each call, and streams follow from one to the other. `onChange` tells that `owner` may differ.
 */
export function relayedHandlers(
  own: Handlers,
  owner: () => Client | null,
  onChange: (listener: () => void) => Unsubscribe,
): Handlers {
  const call = (name: CallName) => (input: never) => owner()?.call(name, input) ?? own.calls[name](input);

  /** What this process says of itself counts only while there is no owner; the change to one is told to its streams too. */
  const alone =
    <Value>(listener: (value: Value) => void) =>
    (value: Value): void => {
      if (owner() === null) listener(value);
    };

  const stream =
    <Name extends StreamName>(name: Name) =>
    (listener: (value: StreamValue<Name>) => void): Unsubscribe => {
      const from = (client: Client | null): Unsubscribe =>
        client === null ? own.streams[name](alone(listener) as never) : client.watch(name, listener);
      let source = owner();
      let stop = from(source);
      const stopLooking = onChange(() => {
        if (source === owner()) return;
        stop();
        source = owner();
        stop = from(source);
      });
      return () => {
        stopLooking();
        stop();
      };
    };

  const each = <Name extends string, Made>(names: Readonly<Record<Name, unknown>>, make: (name: Name) => Made) =>
    Object.fromEntries((Object.keys(names) as Name[]).map((name) => [name, make(name)])) as Record<Name, Made>;
  return {
    calls: each(contract.calls, call) as unknown as Handlers['calls'],
    streams: each(contract.streams, stream) as unknown as Handlers['streams'],
  };
}
