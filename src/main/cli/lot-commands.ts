import type { Command } from 'commander';
import type { LotView, PlanOrder } from '../../shared/lot.ts';
import { type CommonOptions, contextFrom, withCommonOptions } from './context.ts';
import { exitCode, type Output, wrongUse } from './output.ts';
import { type QualityDoor, withQuality } from './quality-door.ts';
import type { CliTools } from './tools.ts';
import { writeOut } from './verify-commands.ts';

type OpenOptions = CommonOptions & {
  size: string;
  aql?: string;
  sample?: string;
  accept?: string;
  actor: string;
};

/** `lot open|add|sample|status|close|report`. */
export function addLotCommands(program: Command, tools: CliTools): void {
  const lots = program.command('lot').description('lots of finished units, accepted or rejected by a sample');
  const answerable = ['--actor <badge>', 'who is answerable', 'terminal'] as const;
  withCommonOptions(lots.command('open'))
    .description('open a lot with a sample plan')
    .argument('<name>', 'name of the lot')
    .requiredOption('--size <n>', 'units in the lot')
    .option('--aql <percent>', 'plan of ISO 2859-1, level II, normal inspection, single sampling')
    .option('--sample <n>', 'or: units to look at')
    .option('--accept <n>', 'and how many bad ones among them are accepted')
    .option(...answerable)
    .action((name: string, options: OpenOptions) => open(name, options, tools));
  withCommonOptions(lots.command('add'))
    .description('name units of a lot; "verify --lot" names its unit too')
    .argument('<lot>', 'id or name of the lot')
    .argument('<serials...>', 'serial numbers')
    .option(...answerable)
    .action((lot: string, serials: string[], options: CommonOptions & { actor: string }) =>
      withLot(lot, options, tools, async (door, { id }, output) =>
        show(await door.call('lot-add', { lot: id, serials, actor: options.actor }), output),
      ),
    );
  withCommonOptions(lots.command('sample'))
    .description('the units to look at next, drawn by hash among those that are named')
    .argument('<lot>', 'id or name of the lot')
    .action((lot: string, options: CommonOptions) =>
      withLot(lot, options, tools, async (door, { id, name }, output) => {
        const drawn = await door.call('lot-sample', { lot: id });
        output.give(drawn);
        for (const { serial, verdict } of drawn.rows) output.say(verdict === null ? serial : `${serial}  ${verdict}`);
        output.say(
          `${drawn.total} named units of the lot ${name} are to be looked at; ${drawn.rows.length} are shown.`,
        );
      }),
    );
  withCommonOptions(lots.command('status'))
    .description('count of a lot, or of the newest ones')
    .argument('[lot]', 'id or name of the lot')
    .action((lot: string | undefined, options: CommonOptions) => status(lot, options, tools));
  withCommonOptions(lots.command('close'))
    .description('close a lot with what it came to')
    .argument('<lot>', 'id or name of the lot')
    .option(...answerable)
    .action((lot: string, options: CommonOptions & { actor: string }) =>
      withLot(lot, options, tools, async (door, { id }, output) => {
        const closed = await door.call('lot-close', { lot: id, actor: options.actor });
        show(closed, output);
        if (closed.verdict !== 'accepted') process.exitCode = exitCode.failed;
      }),
    );
  withCommonOptions(lots.command('report'))
    .description('write the report of a lot')
    .argument('<lot>', 'id or name of the lot')
    .requiredOption('--format <format>', 'html or csv')
    .requiredOption('--out <file>', 'file to write')
    .action((lot: string, options: CommonOptions & { format: string; out: string }) => report(lot, options, tools));
}

async function open(name: string, options: OpenOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const size = numberFrom('--size', options.size);
  const plan = planFrom(options);
  await withQuality(context, tools, null, async (door) =>
    show(await door.call('lot-put', { name, size, plan, actor: options.actor }), context.output),
  );
}

function planFrom({ aql, sample, accept }: OpenOptions): PlanOrder {
  if (aql !== undefined && sample === undefined && accept === undefined) {
    return { plan: 'aql', aql: numberFrom('--aql', aql) };
  }
  if (aql !== undefined || sample === undefined || accept === undefined) {
    throw wrongUse('Give --aql, or --sample and --accept.');
  }
  const accepted = numberFrom('--accept', accept);
  return { plan: 'given', sampleSize: numberFrom('--sample', sample), accept: accepted, reject: accepted + 1 };
}

function numberFrom(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw wrongUse(`${option}: "${text}" is no number.`);
  return value;
}

async function withLot(
  named: string,
  options: CommonOptions,
  tools: CliTools,
  task: (door: QualityDoor, lot: LotView['lot'], output: Output) => Promise<void>,
): Promise<void> {
  const context = contextFrom(options, tools);
  await withQuality(context, tools, null, async (door) => task(door, await lotOf(named, door), context.output));
}

/** By id, or the newest of that name. */
async function lotOf(named: string, door: QualityDoor): Promise<LotView['lot']> {
  let before: number | null = null;
  do {
    const page: { rows: LotView[]; next: number | null } = await door.call('lot-list', { before, limit: 100 });
    const found = page.rows.find(({ lot }) => lot.id === named || lot.name === named);
    if (found !== undefined) return found.lot;
    before = page.next;
  } while (before !== null);
  throw wrongUse(`There is no lot "${named}"; "lot status" lists them.`);
}

async function status(named: string | undefined, options: CommonOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  await withQuality(context, tools, null, async (door) => {
    const { rows } = await door.call('lot-list', { before: null, limit: 100 });
    const wanted = named === undefined ? null : await lotOf(named, door);
    const shown = rows.filter(({ lot }) => wanted === null || lot.id === wanted.id);
    for (const row of shown) show(row, context.output);
    if (rows.length === 0) context.output.say('There is no lot yet.');
  });
}

function show(view: LotView, output: Output): void {
  const { lot, count, verdict } = view;
  const { plan } = lot;
  output.give(view);
  output.say(
    `${lot.name}: ${verdict.toUpperCase()}${lot.closed === null ? '' : ', closed'}  ${count.passed} good, ${count.failed} bad, ` +
      `${count.cannotTell} open, ${count.left} left of ${plan.sampleSize} (accept ${plan.accept}, reject ${plan.reject})  ${lot.id}`,
  );
}

async function report(
  named: string,
  options: CommonOptions & { format: string; out: string },
  tools: CliTools,
): Promise<void> {
  const { format } = options;
  if (format !== 'html' && format !== 'csv') throw wrongUse('--format is html or csv.');
  await withLot(named, options, tools, async (door, { id, name }, output) => {
    const { text } = await door.call('lot-report', { lot: id, format });
    writeOut(options.out, text);
    output.say(`${options.out}: report of the lot ${name}.`);
    output.give({ lot: id, file: options.out });
  });
}
