import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { checkImportFile } from '../../src/main/compose-import.ts';

/* Reads one table, barely or as an import checks it, and prints what that took: each in a process of its own. */

/** What a reading took. Bytes are resident memory at its peak above what stood there before. */
export type Reading = { readonly rows: number; readonly seconds: number; readonly bytes: number };

const [how = '', file = ''] = process.argv.slice(2);
const before = process.memoryUsage().rss;
const start = performance.now();
const rows = how === 'bare' ? await bare() : await checked();
const seconds = (performance.now() - start) / 1_000;
const bytes = process.resourceUsage().maxRSS * 1024 - before;
process.stdout.write(`${JSON.stringify({ rows, seconds, bytes } satisfies Reading)}\n`);

async function bare(): Promise<number> {
  let count = 0;
  for await (const _ of createReadStream(file).pipe(parse({ bom: true }))) count += 1;
  return count - 1; // without the names
}

async function checked(): Promise<number> {
  let refused = 0;
  const summary = await checkImportFile(file, (row) => {
    if (row.verdict === 'refused') refused += 1;
  });
  if (!summary.ok || refused > 0) throw new Error(`the table is not as it should be (${refused} refused)`);
  return summary.value.total;
}
