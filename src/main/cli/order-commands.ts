import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { OrderSummary } from '../../shared/contract-orders.ts';
import type { Client } from '../../shared/link/connect.ts';
import { problem } from '../../shared/problem.ts';
import { readableIssues } from '../../shared/settings.ts';
import { type WorkOrder, workOrderSchema } from '../../shared/work-order.ts';
import { type CommonOptions, type Context, contextFrom, withCommonOptions } from './context.ts';
import { type CountersignOptions, countersignOf, withCountersign } from './countersign.ts';
import { CommandFailure, exitCode, unwrap, wrongUse } from './output.ts';
import { reportLines } from './shift-report-text.ts';
import type { CliTools } from './tools.ts';

type ByOptions = CommonOptions & { actor: string };
type CloseOptions = ByOptions & CountersignOptions;

/** `order add|list|show|choose|close`, `shift report`. */
export function addOrderCommands(program: Command, tools: CliTools): void {
  const order = program.command('order').description('work orders');
  withActor(order.command('add'))
    .description('add an order from a file, or change one that no unit belongs to yet')
    .argument('<file>', 'JSON of the order (dps-station/order/1)')
    .option('--choose', 'and make it the one that is worked on')
    .action((file: string, options: ByOptions & { choose?: boolean }) => add(file, options, tools));
  withCommonOptions(order.command('list'))
    .description('open orders, or with --all closed ones too')
    .option('--all', 'closed orders too')
    .action((options: CommonOptions & { all?: boolean }) => list(options, tools));
  withCommonOptions(order.command('show'))
    .description('an order and where its serials are')
    .argument('<name>', 'number of the order')
    .action((name: string, options: CommonOptions) => show(name, options, tools));
  withActor(order.command('choose'))
    .description('make an order the one that is worked on')
    .argument('[name]', 'number of the order; without one no order is worked on')
    .action((name: string | undefined, options: ByOptions) => choose(name ?? null, options, tools));
  withCountersign(withActor(order.command('close')))
    .description('close an order when every passed unit is as far as it asks')
    .argument('<name>', 'number of the order')
    .action((name: string, options: CloseOptions) => close(name, options, tools));
  withCommonOptions(program.command('shift').description('shifts').command('report'))
    .description('figures, top failures, samples and the recall list of a shift')
    .option('--at <time>', 'any time in the shift, ISO 8601 (default: now)')
    .action((options: CommonOptions & { at?: string }) => report(options, tools));
}

function withActor(command: Command): Command {
  return withCommonOptions(command).option('--actor <badge>', 'who is answerable', 'terminal');
}

async function reached(
  options: CommonOptions & { actor?: string },
  tools: CliTools,
  task: (client: Client, context: Context) => Promise<void>,
): Promise<void> {
  const context = contextFrom(options, tools);
  const { dataFolder, settings } = context;
  const station = unwrap(
    await tools.reachStation({ dataFolder, settings, door: 'order', actor: options.actor ?? 'terminal' }),
  );
  try {
    await task(station.client, context);
  } finally {
    await station.close();
  }
}

async function add(file: string, options: ByOptions & { choose?: boolean }, tools: CliTools): Promise<void> {
  const order = orderIn(file);
  await reached(options, tools, async (client, { output }) => {
    const { actor, choose: chosen = false } = options;
    unwrap(await client.call('order-put', { order, choose: chosen, actor }));
    output.say(`${order.name}: ${order.quantity} units of ${order.recipe}${chosen ? ', chosen' : ''}`);
    output.give({ order: order.name, chosen });
  });
}

function orderIn(file: string): WorkOrder {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new CommandFailure(problem('file-unreadable', { file, reason }), exitCode.wrongUse);
    }
    throw new CommandFailure(problem('order-invalid', { from: file, reason: 'it is no JSON' }), exitCode.wrongUse);
  }
  const parsed = workOrderSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const reason = readableIssues(parsed.error);
  throw new CommandFailure(problem('order-invalid', { from: file, reason }), exitCode.wrongUse);
}

async function list(options: CommonOptions & { all?: boolean }, tools: CliTools): Promise<void> {
  await reached(options, tools, async (client, { output }) => {
    const state = options.all === true ? 'all' : 'open';
    const { rows } = unwrap(await client.call('order-list', { state, limit: 1_000 }));
    for (const row of rows) {
      output.say(orderLine(row));
      output.give(row);
    }
    if (rows.length === 0) output.say('There are no orders.');
  });
}

function orderLine(row: OrderSummary): string {
  const mark = row.active ? '*' : ' ';
  return `${mark} ${row.name.padEnd(20)}  ${row.state.padEnd(6)}  ${String(row.quantity).padStart(6)} of ${row.recipe}`;
}

async function show(name: string, options: CommonOptions, tools: CliTools): Promise<void> {
  await reached(options, tools, async (client, { output }) => {
    const { rows } = unwrap(await client.call('order-list', { state: 'all', limit: 1_000 }));
    const row = rows.find((one) => one.name === name);
    if (row === undefined) throw new CommandFailure(problem('order-unknown', { order: name }));
    output.say(orderLine(row));
    output.give(row);
    let after: number | null = 0;
    while (after !== null) {
      const page: {
        rows: readonly { serial: string; state: string; failures: number; sample: boolean }[];
        next: number | null;
      } = unwrap(await client.call('order-serials', { order: name, after, limit: 1_000 }));
      for (const one of page.rows) {
        const more = `${one.failures > 0 ? `, failed ${one.failures} times` : ''}${one.sample ? ', sample' : ''}`;
        output.say(`    ${one.serial}: ${one.state}${more}`);
        output.give(one);
      }
      after = page.next;
    }
  });
}

async function choose(name: string | null, options: ByOptions, tools: CliTools): Promise<void> {
  await reached(options, tools, async (client, { output }) => {
    unwrap(await client.call('order-choose', { order: name, actor: options.actor }));
    output.say(name === null ? 'No order is worked on.' : `${name} is worked on.`);
    output.give({ order: name });
  });
}

async function close(name: string, options: CloseOptions, tools: CliTools): Promise<void> {
  const { actor } = options;
  const countersign = await countersignOf(options);
  await reached(options, tools, async (client, { output }) => {
    unwrap(await client.call('order-close', { order: name, countersign, actor }));
    output.say(`${name} is closed.`);
    output.give({ order: name, closed: true });
  });
}

async function report(options: CommonOptions & { at?: string }, tools: CliTools): Promise<void> {
  const at = options.at === undefined ? null : new Date(options.at);
  if (at !== null && Number.isNaN(at.getTime())) throw wrongUse(`"${options.at}" is no time; give ISO 8601.`);
  await reached(options, tools, async (client, { output }) => {
    const found = unwrap(await client.call('shift-report', { at: at === null ? null : at.toISOString() }));
    for (const line of reportLines(found)) output.say(line);
    output.give(found);
  });
}
