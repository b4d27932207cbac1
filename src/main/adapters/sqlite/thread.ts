import { Worker } from 'node:worker_threads';
import { problem } from '../../../shared/problem.ts';
import { fail, type Result } from '../../../shared/result.ts';

/** A thread that answers questions about a database, one answer each. */
export type Thread<Ask> = {
  /** Resolves to what the thread answered; `database-failed` when it has ended. */
  ask<T>(request: Ask): Promise<Result<T, never>>;
  /** Lets it finish what it was asked before, and waits for its end. */
  close(): Promise<void>;
};

/** Starts a thread. It keeps the process alive only while an answer is awaited. */
export function startThread<Ask extends object>(options: {
  readonly program: string | URL;
  readonly data: unknown;
  /** The request that ends it. */
  readonly close: Ask;
  /** What it works on, for the problem. */
  readonly what: string;
}): Thread<Ask> {
  const worker = new Worker(options.program, { workerData: options.data });
  const waiting = new Map<number, (result: Result<unknown, unknown>) => void>();
  let lastId = 0;
  let dead: string | null = null;

  worker.on('message', (reply: { readonly id: number; readonly result: Result<unknown, unknown> }) => {
    waiting.get(reply.id)?.(reply.result);
    waiting.delete(reply.id);
    if (waiting.size === 0) worker.unref();
  });
  worker.on('error', (error) => end(error.message));
  worker.on('exit', () => end('its thread has ended'));
  worker.unref();

  const failed = (reason: string) => fail(problem('database-failed', { file: options.what, reason }) as never);

  function end(reason: string): void {
    dead ??= reason;
    for (const answer of waiting.values()) answer(failed(dead));
    waiting.clear();
  }

  function ask<T>(request: Ask): Promise<Result<T, never>> {
    if (dead !== null) return Promise.resolve(failed(dead));
    lastId += 1;
    const id = lastId;
    worker.ref();
    return new Promise((resolve) => {
      waiting.set(id, resolve as (result: Result<unknown, unknown>) => void);
      worker.postMessage({ ...request, id });
    });
  }

  return {
    ask,
    close: async () => {
      if (dead !== null) return;
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      await ask(options.close);
      worker.ref();
      await exited;
    },
  };
}
