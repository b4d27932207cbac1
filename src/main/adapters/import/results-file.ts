import { createReadStream, mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type RowResult, rowResultSchema } from '../../../shared/import.ts';
import { problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { ImportResults } from '../../ports/import-results.ts';

type Unwritable = ReturnType<typeof unwritable>;

/**
 * The results of one input, one JSON line per row, in `<folder>/imports/<SHA-256 of the input>.ndjson`. Whoever is killed
 * while writing leaves half a line at the most: it is cut off when the file is opened again, and its row has no result.
 */
export async function openImportResults(folder: string, sha256: string): Promise<Result<ImportResults, Unwritable>> {
  const file = join(folder, 'imports', `${sha256}.ndjson`);
  try {
    mkdirSync(join(folder, 'imports'), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a+', 0o600);
    await cutHalfLine(handle);
    return ok(resultsIn(file, handle));
  } catch (error) {
    return fail(unwritable(file, error));
  }
}

function resultsIn(file: string, handle: FileHandle): ImportResults {
  let waiting: { readonly text: string; readonly written: (result: Result<void, Unwritable>) => void }[] = [];
  let writing: Promise<void> | null = null;

  /** Results that wait together share one write and one flush. */
  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const some = waiting;
      waiting = [];
      const outcome = await flushed(some.map(({ text }) => text).join(''));
      for (const { written } of some) written(outcome);
    }
    writing = null;
  }

  async function flushed(text: string): Promise<Result<void, Unwritable>> {
    try {
      await handle.appendFile(text);
      await handle.datasync();
      return ok(undefined);
    } catch (error) {
      return fail(unwritable(file, error));
    }
  }

  return {
    file,
    async earlier(each) {
      try {
        for await (const line of createInterface({
          input: createReadStream(file),
          crlfDelay: Number.POSITIVE_INFINITY,
        })) {
          const result = resultFrom(line);
          if (result !== null) each(result);
        }
        return ok(undefined);
      } catch (error) {
        return fail(problem('file-unreadable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }));
      }
    },
    append: (results) =>
      new Promise((written) => {
        waiting.push({ text: results.map((result) => `${JSON.stringify(result)}\n`).join(''), written });
        writing ??= write();
      }),
    close: async () => {
      await writing;
      await handle.close();
    },
  };
}

function resultFrom(line: string): RowResult | null {
  try {
    const parsed = rowResultSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // its row counts as one without a result
  }
}

async function cutHalfLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const step = 64 * 1024;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - step);
    const bytes = Buffer.alloc(end - start);
    await handle.read(bytes, 0, bytes.length, start);
    const at = bytes.lastIndexOf(0x0a);
    if (at !== -1) return void (start + at + 1 < size && (await handle.truncate(start + at + 1)));
    end = start;
  }
  if (size > 0) await handle.truncate(0);
}

function unwritable(file: string, error: unknown) {
  return problem('file-unwritable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' });
}
