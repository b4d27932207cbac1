import { z } from 'zod';
import { readIfThere, writeFileAtomically } from '../../tls/whole-file.ts';
import { chipSchema, newChip } from './chip.ts';

const storedSchema = z.strictObject({
  files: z.record(z.string(), z.string()), // base64 by absolute path
  secretWrites: z.int(),
  chip: chipSchema,
});
type Stored = z.infer<typeof storedSchema>;

/** What outlives power cuts: the disk and the TPM of a simulated Linux board. */
export type Disk = {
  readonly chip: Stored['chip'];
  read(path: string): Buffer | null;
  write(path: string, bytes: Buffer): boolean;
  /** Puts a whole file into its place; a private key in it counts as a secret write. */
  move(from: string, to: string): boolean;
  /** How often a private key was put into its place, ever. */
  secretWrites(): number;
  /** From now on nothing can be written, as on a worn card; or again it can. */
  setFull(full: boolean): void;
  /** Resolves when everything is in the board's file. */
  settled(): Promise<void>;
};

/** Opens the disk; with a file its contents survive the process. */
export async function openDisk(file: string | null): Promise<Disk> {
  const text = file === null ? null : await readIfThere(file);
  const stored: Stored =
    text === null ? { files: {}, secretWrites: 0, chip: newChip() } : storedSchema.parse(JSON.parse(text));
  let full = false;
  let saving: Promise<void> = Promise.resolve();
  const keep = (): void => {
    if (file === null) return;
    const snapshot = `${JSON.stringify(stored)}\n`;
    saving = saving.then(() => writeFileAtomically(file, snapshot));
  };
  const read = (path: string): Buffer | null => {
    const content = stored.files[path];
    return content === undefined ? null : Buffer.from(content, 'base64');
  };
  keep();
  await saving;
  return {
    chip: stored.chip,
    read,
    write: (path, bytes) => {
      if (full) return false;
      stored.files[path] = bytes.toString('base64');
      keep();
      return true;
    },
    move: (from, to) => {
      const content = stored.files[from];
      if (full || content === undefined) return false;
      delete stored.files[from];
      stored.files[to] = content;
      if (Buffer.from(content, 'base64').includes('PRIVATE KEY')) stored.secretWrites += 1;
      keep();
      return true;
    },
    secretWrites: () => stored.secretWrites,
    setFull: (now) => {
      full = now;
    },
    settled: () => saving,
  };
}
