import type { Backup } from '../../../shared/contract-trust.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { BookBackups } from '../../ports/trust-desk.ts';
import { backupFolderOf, backupsIn, pruneBackups } from './backup-file.ts';
import type { StoreRequest, StoreWorkerData } from './messages.ts';
import { startThread } from './thread.ts';

type Ask = StoreRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

/** Backups of a database, each made by a thread of its own that lives as long as that takes. */
export function createBookBackups(options: {
  readonly file: string;
  readonly thread: string;
  /** The time now, ISO 8601 UTC. */
  readonly now: () => string;
  /** Lets the change log forget what the oldest kept backup holds. */
  readonly rotateLog: (oldestKept: number) => Promise<Result<void, unknown>>;
}): BookBackups {
  const folder = backupFolderOf(options.file);
  let underWay: ReturnType<BookBackups['make']> | null = null;

  async function make(): ReturnType<BookBackups['make']> {
    const data: StoreWorkerData = { file: options.file, access: 'read', slowCommitInMs: 0 };
    const thread = startThread<Ask>({ program: options.thread, data, close: { ask: 'close' }, what: options.file });
    const made: Result<Backup, { readonly facts: Readonly<Record<string, unknown>> }> = await thread.ask({
      ask: 'read',
      name: 'backUpInto',
      values: [folder, options.now()],
    });
    await thread.close();
    if (!made.ok) return fail(problem('backup-failed', { folder, reason: String(made.problem.facts['reason']) }));
    const rotated = await options.rotateLog(pruneBackups(folder));
    return rotated.ok ? ok(made.value) : fail(problem('backup-failed', { folder, reason: 'the change log stayed' }));
  }

  return {
    make: () => {
      underWay ??= make().finally(() => {
        underWay = null;
      });
      return underWay;
    },
    list: () => backupsIn(folder),
  };
}
