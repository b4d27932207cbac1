import type { Command } from 'commander';
import { describeProblem } from '../../shared/describe-problem.ts';
import { exportHead, exportLine, jobTable } from '../../shared/export-rows.ts';
import type { ItemState, OutboxItem } from '../../shared/outbox.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Books } from '../ports/station-handle.ts';
import { type CommonOptions, type Context, contextFrom, withCommonOptions } from './context.ts';
import { CommandFailure, exitCode, unwrap, wrongUse } from './output.ts';
import type { CliTools } from './tools.ts';

const pageSize = 1_000;

/** `outbox list|flush|retry`, `export`. */
export function addBooksCommands(program: Command, tools: CliTools): void {
  const outbox = program.command('outbox').description('enrollments on their way');
  withCommonOptions(outbox.command('list'))
    .description('items that are not delivered, or with --all every one')
    .option('--all', 'delivered and superseded items too')
    .action((options: CommonOptions & { all?: boolean }) => list(options, tools));
  withCommonOptions(outbox.command('flush'))
    .description('deliver what waits, now')
    .action((options: FlushOptions) => flush(options, tools, null));
  withCommonOptions(outbox.command('retry'))
    .description('put a parked item back into the queue and deliver it')
    .argument('<item>', 'number of the item, as "outbox list" shows it')
    .action((item: string, options: FlushOptions) => retry(item, options, tools));
  withCommonOptions(program.command('export'))
    .description('all jobs, one line each')
    .requiredOption('--format <format>', 'csv or ndjson')
    .action((options: CommonOptions & { format: string }) => exportJobs(options, tools));
}

async function list(options: CommonOptions & { all?: boolean }, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  await withBooks(context, tools, async (books) => {
    const states: ItemState[] = options.all ? ['pending', 'parked', 'delivered', 'superseded'] : ['pending', 'parked'];
    let count = 0;
    for await (const item of pages((after) => books.listItems({ states, after, limit: pageSize }))) {
      count += 1;
      context.output.say(itemLine(item));
      context.output.give(itemRow(item));
    }
    context.output.say(count === 0 ? 'Nothing waits.' : `${count} ${count === 1 ? 'item' : 'items'}.`);
  });
}

function itemLine(item: OutboxItem): string {
  const why =
    item.problem === null
      ? ''
      : `\n      ${describeProblem(item.problem as Problem).title}\n      -> ${describeProblem(item.problem as Problem).remedy}`;
  return `${String(item.id).padStart(6)}  ${item.state.padEnd(10)}  ${item.serial}  ${item.registrationId}  tries ${item.attempts}${why}`;
}

function itemRow(item: OutboxItem) {
  const { enrollment: _, problem: cause, ...row } = item;
  return { ...row, problem: cause === null ? null : describeProblem(cause as Problem) };
}

async function retry(text: string, options: FlushOptions, tools: CliTools): Promise<void> {
  const item = Number(text);
  if (!Number.isSafeInteger(item) || item < 1) throw wrongUse(`"${text}" is no item number; "outbox list" shows them.`);
  await flush(options, tools, item);
}

/** `actor` is put in before the command runs. */
type FlushOptions = CommonOptions & { readonly actor: string };
type Left = { readonly items: Readonly<Record<ItemState, number>>; readonly pause: Problem | null };

/** Delivers what can go out and says what is left; where another process owns the folder, that one does it. */
async function flush(options: FlushOptions, tools: CliTools, retried: number | null): Promise<void> {
  const context = contextFrom(options, tools);
  const { items, pause } = await flushed(context, tools, { actor: options.actor, retried });
  context.output.say(`delivered ${items.delivered}, waiting ${items.pending}, parked ${items.parked}`);
  context.output.give({ ...items, pause: pause === null ? null : describeProblem(pause) });
  if (pause !== null) context.output.tell(pause);
  if (pause !== null || items.pending > 0) process.exitCode = exitCode.failed;
}

type Flush = { readonly actor: string; readonly retried: number | null };

async function flushed(context: Context, tools: CliTools, task: Flush): Promise<Left> {
  const { actor, retried } = task;
  const recipe = unwrap(tools.loadRecipe(context.settings.recipe));
  const opened = await tools.openStation({
    dataFolder: context.dataFolder,
    settings: { ...context.settings, scanner: null },
    recipe,
    door: 'outbox',
    actor,
    interrupted: 'leave',
    onlyLine: null,
  });
  if (!opened.ok && opened.problem.code === 'folder-owned') return byOwner(context, tools, task, opened.problem);
  const handle = unwrap(opened);
  try {
    if (retried !== null) unwrap(await handle.retry(retried, actor));
    await handle.settled();
    const { items } = unwrap(await handle.books.counts());
    return { items, pause: (handle.snapshot().pause?.problem ?? null) as Problem | null };
  } finally {
    await handle.stop();
  }
}

/** Asks the process that owns the folder; when it cannot be reached, says who it is. */
async function byOwner(context: Context, tools: CliTools, { actor, retried }: Flush, owned: Problem): Promise<Left> {
  const reached = await tools.connectOwner(context.dataFolder, context.settings.mode);
  if (reached === null) throw new CommandFailure(owned);
  const owner = unwrap(reached);
  try {
    if (retried !== null) unwrap(await owner.client.call('outbox-retry', { actor, item: retried }));
    const { items, pause } = unwrap(await owner.client.call('outbox-flush', { actor }));
    return { items, pause: (pause?.problem ?? null) as Problem | null };
  } finally {
    owner.close();
  }
}

async function exportJobs(options: CommonOptions & { format: string }, tools: CliTools): Promise<void> {
  if (options.format !== 'csv' && options.format !== 'ndjson') throw wrongUse('--format is csv or ndjson.');
  const context = contextFrom(options, tools);
  const { format } = options;
  process.stdout.write(exportHead(jobTable, format));
  await withBooks(context, tools, async (books) => {
    for await (const job of pages((after) => books.listJobs({ after, limit: pageSize })))
      process.stdout.write(exportLine(jobTable, format, job));
  });
}

async function withBooks(context: Context, tools: CliTools, task: (books: Books) => Promise<void>): Promise<void> {
  const books = unwrap(tools.openBooks(context.dataFolder, context.settings.mode));
  if (books === null)
    return context.output.say(`No unit was recorded in ${context.dataFolder} yet (${context.settings.mode}).`);
  try {
    await task(books);
  } finally {
    await books.close();
  }
}

async function* pages<T>(
  read: (
    after: number,
  ) => Promise<{ ok: true; value: { rows: readonly T[]; next: number | null } } | { ok: false; problem: Problem }>,
): AsyncGenerator<T> {
  let after: number | null = 0;
  while (after !== null) {
    const page: { rows: readonly T[]; next: number | null } = unwrap(await read(after));
    yield* page.rows;
    after = page.next;
  }
}
