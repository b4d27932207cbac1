import type { z } from 'zod';
import { readIfThere, writeFileAtomically } from './whole-file.ts';

/** Keeps a simulated service's state in a file. */
export type Saver = {
  /** Says that the state is another one now. */
  readonly changed: () => void;
  /** Resolves when every change made so far is on disk. Rejects when the file cannot be written. */
  readonly settled: () => Promise<void>;
};

/** Makes a {@link Saver}: one write at a time; changes that come meanwhile share the next. Without a file it does nothing. */
export function createSaver(stateFile: string | null, snapshot: () => unknown): Saver {
  if (stateFile === null) return { changed: () => {}, settled: async () => {} };
  let changes = 0;
  let saved = 0;
  let running: Promise<void> | null = null;
  const saveOnce = async (): Promise<void> => {
    const covers = changes;
    await writeFileAtomically(stateFile, `${JSON.stringify(snapshot())}\n`);
    saved = covers;
  };
  return {
    changed: () => {
      changes += 1;
    },
    settled: async () => {
      const wanted = changes;
      while (saved < wanted) {
        running ??= saveOnce().finally(() => {
          running = null;
        });
        await running;
      }
    },
  };
}

/**
 * The state in a file, or null when there is no file. Throws an Error with one sentence when the file is damaged or
 * not `owner`'s ("a DPS simulator"); it is then left as it is.
 */
export async function readState<Schema extends z.ZodType>(
  stateFile: string,
  schema: Schema,
  owner: string,
): Promise<z.infer<Schema> | null> {
  const text = await readIfThere(stateFile);
  if (text === null) return null;
  const parsed = schema.safeParse(jsonFrom(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    `The state file ${stateFile} is damaged or not ${owner}'s; it was left as it is. Restore it, or name another file.`,
  );
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
