import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Work orders that lie as files in `orders` of a mode's folder, by name; `text` null: it cannot be read. */
export function readOrderFiles(folder: string): { readonly file: string; readonly text: string | null }[] {
  const orders = join(folder, 'orders');
  return namesIn(orders)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ file: join('orders', name), text: textOf(join(orders, name)) }));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // there need not be any
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
