import {
  type CallInput,
  type CallName,
  type CallOutput,
  contract,
  type StreamName,
  type StreamValue,
} from '../contract.ts';
import { type Problem, problem } from '../problem.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Link, Unsubscribe } from './link.ts';
import { replySchema } from './messages.ts';

/** The contract from the other side of a link. */
export type Client = {
  /** Resolves when answered; with the problem `station-gone` when the link closes first. */
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Result<CallOutput<Name>, Problem>>;
  /** Calls back with each value of a stream; `onUnreadable` with each that is none of the contract's. */
  watch<Name extends StreamName>(
    name: Name,
    listener: (value: StreamValue<Name>) => void,
    onUnreadable?: () => void,
  ): Unsubscribe;
};

/** Speaks the contract over a link; every answer is parsed before it is passed on. */
export function connect(link: Link): Client {
  const waiting = new Map<number, (reply: Result<unknown, Problem>) => void>();
  let lastId = 0;
  let gone = false;
  link.onMessage((message) => {
    const reply = replySchema.safeParse(message);
    if (!reply.success) return;
    const { data } = reply;
    waiting.get(data.id)?.(data.is === 'value' ? ok(data.value) : fail(data.problem as Problem));
  });
  link.onClose(() => {
    gone = true;
    for (const answer of waiting.values()) answer(fail(problem('station-gone')));
    waiting.clear();
  });

  return {
    call: (name, input) => {
      if (gone) return Promise.resolve(fail(problem('station-gone')));
      const id = ++lastId;
      return new Promise((resolve) => {
        waiting.set(id, (reply) => {
          waiting.delete(id);
          if (!reply.ok) return resolve(reply);
          const output = contract.calls[name].output.safeParse(reply.value);
          resolve(
            output.success
              ? ok(output.data as never)
              : fail(problem('answer-unreadable', { reason: `the answer to ${name}` })),
          );
        });
        link.send({ do: 'call', id, name, input });
      });
    },
    watch: (name, listener, onUnreadable) => {
      const id = ++lastId;
      waiting.set(id, (reply) => {
        // A stream that is refused is one that the other side does not have.
        const value = reply.ok ? contract.streams[name].safeParse(reply.value) : null;
        if (value?.success) listener(value.data as never);
        else if (!gone) onUnreadable?.();
      });
      link.send({ do: 'watch', id, name });
      return () => {
        if (waiting.delete(id) && !gone) link.send({ do: 'unwatch', id });
      };
    },
  };
}
