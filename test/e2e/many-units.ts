import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { schemaSteps } from '../../src/main/adapters/sqlite/schema.ts';
import { fillBooks } from '../bench/fill-books.ts';

const cache = join(import.meta.dirname, '../../.cache');

/** Puts books with `count` finished units into a data folder. They are written once and kept for both doors. */
export async function copyBooks(dataFolder: string, count: number): Promise<void> {
  const source = readFileSync(join(import.meta.dirname, '../bench/units.ts'));
  const version = createHash('sha256').update(JSON.stringify(schemaSteps)).update(source).digest('hex').slice(0, 12);
  const kept = join(cache, `books-${count}-${version}.db`);
  if (!existsSync(kept)) {
    const making = join(cache, `making-${process.pid}`);
    await fillBooks(making, count);
    renameSync(join(making, 'training', 'station.db'), kept);
    rmSync(making, { recursive: true });
  }
  mkdirSync(join(dataFolder, 'training'), { recursive: true, mode: 0o700 });
  copyFileSync(kept, join(dataFolder, 'training', 'station.db'));
}
