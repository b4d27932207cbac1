import type { Result } from '../../../shared/result.ts';
import type { EnrollmentMirror, MirrorProblem } from '../../ports/enrollment-mirror.ts';
import type { MirrorRequest } from './mirror-thread.ts';
import { startThread, type Thread } from './thread.ts';

type Ask = Omit<MirrorRequest, 'id'>;

/** The mirror in a file of its own, in a thread of its own that starts with the first question. */
export function createEnrollmentMirror(options: { readonly file: string; readonly thread?: string }): EnrollmentMirror {
  let thread: Thread<Ask> | null = null;
  const open = (): Thread<Ask> =>
    (thread ??= startThread<Ask>({
      program: options.thread ?? new URL('./mirror-thread.ts', import.meta.url),
      data: { file: options.file },
      close: { name: 'close', values: [] },
      what: options.file,
    }));
  const ask = <T>(name: Ask['name'], ...values: readonly unknown[]): Promise<Result<T, MirrorProblem>> =>
    open().ask({ name, values });

  return {
    begin: (instance) => ask('begin', instance),
    keep: (instance, run, entries) => ask('keep', instance, run, entries),
    end: (instance, run, at) => ask('end', instance, run, at),
    put: (instance, entry) => ask('put', instance, entry),
    drop: (instance, kind, id) => ask('drop', instance, kind, id),
    knowRegistration: (instance, id, known) => ask('knowRegistration', instance, id, known),
    age: (instance) => ask('age', instance),
    list: (filter, stretch) => ask('list', filter, stretch),
    records: (filter, after, limit) => ask('records', filter, after, limit),
    close: async () => thread?.close(),
  };
}
