import { startRig } from './bench-station.ts';
import { benchBooks } from './books.ts';
import { benchCertificates } from './certificates.ts';
import { benchDrain, benchQuota } from './drain.ts';
import { benchImport } from './import.ts';
import { benchLists } from './lists.ts';
import { benchMirror } from './mirror.ts';
import { benchMixed } from './mixed.ts';
import { type Figure, printTable } from './report.ts';
import { benchScreen } from './screen.ts';
import { benchSlots } from './slots.ts';

/*
 * npm run bench: figures as ratios within one run. `npm run bench -- slots` runs one part; --json prints JSON last.
 * Parts: certificates, slots, drain, quota, books, lists, mirror, mixed, import, screen (the screen needs `npm run build` before).
 */
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const wanted = (part: string): boolean => words.length === 0 || words.includes(part);
const rig = await startRig();
const figures: Figure[] = [];
async function part(name: string, measure: () => Figure[] | Promise<Figure[]>): Promise<void> {
  if (!wanted(name)) return;
  process.stdout.write(`\n${name}\n`);
  const measured = await measure();
  printTable(measured);
  figures.push(...measured);
}

try {
  await part('certificates', benchCertificates);
  await part('slots', () => benchSlots(rig));
  await part('drain', () => benchDrain(rig));
  await part('quota', quotaAlone);
  await part('books', benchBooks);
  await part('lists', benchLists);
  await part('mirror', benchMirror);
  await part('mixed', () => benchMixed(rig));
  await part('import', () => benchImport(rig));
  await part('screen', benchScreen);
} finally {
  await rig.stop();
}
/** A cloud of its own: what other parts called within the last minute would count against its quota. */
async function quotaAlone(): Promise<Figure[]> {
  const own = await startRig();
  try {
    return await benchQuota(own);
  } finally {
    await own.stop();
  }
}

if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`);
