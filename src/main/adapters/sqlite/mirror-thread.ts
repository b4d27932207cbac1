import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { MirrorProblem } from '../../ports/enrollment-mirror.ts';
import { openCopy } from './database.ts';
import { type MirrorTables, openMirrorTables } from './mirror-tables.ts';

/** A question to the thread of the mirror, and its answer. */
export type MirrorRequest = {
  readonly id: number;
  readonly name: keyof MirrorTables | 'close';
  readonly values: readonly unknown[];
};
/** See {@link MirrorRequest}. */
export type MirrorReply = { readonly id: number; readonly result: Result<unknown, MirrorProblem> };

/* The mirror has a thread of its own: 100,000 rows are searched and written without holding up a slot or a screen. */
const port: MessagePort | null = parentPort as MessagePort | null;
if (port !== null) serveMirror(port, String((workerData as { file: string }).file));

function serveMirror(to: MessagePort, file: string): void {
  const database = openCopy(file);
  const tables = openMirrorTables(database);
  to.on('message', ({ id, name, values }: MirrorRequest) => {
    const answer = (result: MirrorReply['result']): void => to.postMessage({ id, result } satisfies MirrorReply);
    if (name === 'close') {
      database.close();
      answer(ok(undefined));
      to.close();
      return;
    }
    try {
      answer(ok((tables[name] as (...all: readonly unknown[]) => unknown)(...values)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      answer(fail(problem('database-failed', { file, reason }) as MirrorProblem));
    }
  });
}
