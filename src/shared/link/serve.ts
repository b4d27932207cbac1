import {
  type CallInput,
  type CallName,
  type CallOutput,
  contract,
  type StreamName,
  type StreamValue,
} from '../contract.ts';
import { type Problem, problem } from '../problem.ts';
import type { Result } from '../result.ts';
import { readableIssues } from '../settings.ts';
import type { Link, Unsubscribe } from './link.ts';
import { requestSchema } from './messages.ts';

/** What answers the contract. */
export type Handlers = {
  readonly calls: {
    readonly [Name in CallName]: (input: CallInput<Name>) => Promise<Result<CallOutput<Name>, Problem>>;
  };
  /** Each calls back with the latest value now and after each change. */
  readonly streams: { readonly [Name in StreamName]: (listener: (value: StreamValue<Name>) => void) => Unsubscribe };
};

const mostPerSecond = 20;

/** Answers the contract over one link until it closes. An exception in a handler is a bug: it is told and answered. */
export function serve(link: Link, handlers: Handlers, onBug: (error: unknown) => void): Unsubscribe {
  const watching = new Map<number, Unsubscribe>();
  const refuse = (id: number, cause: Problem): void => link.send({ is: 'problem', id, problem: cause });

  async function call(id: number, name: string, raw: unknown): Promise<void> {
    if (!Object.hasOwn(contract.calls, name))
      return refuse(id, problem('wrong-use', { reason: `There is no call "${name}".` }));
    const known = name as CallName;
    const input = contract.calls[known].input.safeParse(raw);
    if (!input.success) return refuse(id, problem('wrong-use', { reason: readableIssues(input.error) }));
    try {
      const handler = handlers.calls[known] as (input: unknown) => Promise<Result<unknown, Problem>>;
      const result = await handler(input.data);
      link.send(result.ok ? { is: 'value', id, value: result.value } : { is: 'problem', id, problem: result.problem });
    } catch (error) {
      onBug(error);
      refuse(id, problem('bug', { reason: 'a call failed in a way nobody named' }));
    }
  }

  function watch(id: number, name: string): void {
    if (!Object.hasOwn(contract.streams, name))
      return refuse(id, problem('wrong-use', { reason: `There is no stream "${name}".` }));
    watching.get(id)?.();
    const send = throttled((value: unknown) => link.send({ is: 'value', id, value }));
    const stop = handlers.streams[name as StreamName](send.offer);
    watching.set(id, () => {
      stop();
      send.stop();
    });
  }

  const stopMessages = link.onMessage((message) => {
    const request = requestSchema.safeParse(message);
    if (!request.success) return;
    const { data } = request;
    if (data.do === 'call') void call(data.id, data.name, data.input);
    else if (data.do === 'watch') watch(data.id, data.name);
    else {
      watching.get(data.id)?.();
      watching.delete(data.id);
    }
  });
  const end = (): void => {
    stopMessages();
    for (const stop of watching.values()) stop();
    watching.clear();
  };
  link.onClose(end);
  return end;
}

/** Passes the first value on at once and then the latest one at most 20 times a second. */
function throttled(send: (value: unknown) => void): { offer(value: unknown): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let waiting: { readonly value: unknown } | null = null;
  const pass = (value: unknown): void => {
    send(value);
    timer = setTimeout(() => {
      timer = null;
      const next = waiting;
      waiting = null;
      if (next !== null) pass(next.value);
    }, 1_000 / mostPerSecond);
  };
  return {
    offer: (value) => {
      if (timer === null) pass(value);
      else waiting = { value };
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
