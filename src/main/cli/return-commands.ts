import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { describeProblem } from '../../shared/describe-problem.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import {
  type ReturnDeed,
  type ReturnList,
  type ReturnOptions,
  type ReturnOrder,
  type ReturnReason,
  type ReturnRow,
  returnDeedSchema,
  returnListSchema,
  returnReasonSchema,
} from '../../shared/returns.ts';
import { readableIssues } from '../../shared/settings.ts';
import { type CliReturns, type ReturnPage, withReturns } from './cli-returns.ts';
import { type CommonOptions, type Context, contextFrom, withCommonOptions } from './context.ts';
import { type CountersignOptions, countersignOf, withCountersign } from './countersign.ts';
import { CommandFailure, exitCode, unwrap, wrongUse } from './output.ts';
import type { CliTools } from './tools.ts';

type ByOptions = CommonOptions & { actor: string };
type OpenOptions = ByOptions &
  CountersignOptions & {
    reason?: ReturnReason;
    deed?: ReturnDeed;
    note: string;
    deleteRegistration?: boolean;
    removeHubIdentity?: boolean;
    oldEntry: ReturnOptions['oldEntry'];
    to?: string;
    from?: string;
  };

const pageSize = 1_000;

/** `return open|list|show|find|cancel|continue`: units that come back. */
export function addReturnCommands(program: Command, tools: CliTools): void {
  const returns = program.command('return').description('units that come back: new identities, new boards, retirement');
  const command = (name: string): Command => withCommonOptions(returns.command(name));
  const byCommand = (name: string): Command => command(name).option('--actor <badge>', 'who is answerable', 'terminal');
  withCountersign(byCommand('open'))
    .description('open the return of a unit, or of a prepared list; the station then carries it through')
    .argument('[serial]', 'serial of the unit')
    .addOption(new Option('--reason <reason>', 'why it came back').choices(returnReasonSchema.options))
    .addOption(new Option('--deed <deed>', 'what to do').choices(returnDeedSchema.options))
    .option('--note <text>', 'what else is to be known', '')
    .option('--delete-registration', 'delete the registration record')
    .option('--remove-hub-identity', 'take the identity out of the hub: a connected device is cut off')
    .addOption(
      new Option('--old-entry <what>', 'what becomes of an entry that no new credential takes over')
        .choices(['disable', 'delete'])
        .default('disable'),
    )
    .option('--to <instance>', 'for the deed move: the other DPS instance')
    .option('--from <file>', 'a list that "forecast --order" wrote, instead of a serial')
    .action((serial: string | undefined, options: OpenOptions) => open(serial, options, tools));
  command('list')
    .description('open returns, or with --all every one')
    .option('--all', 'those that have ended too')
    .action((options: CommonOptions & { all?: boolean }) => list(options, tools));
  command('show')
    .description('one return: how far it is, and what it waits for')
    .argument('<id>', 'id of the return')
    .action((id: string, options: CommonOptions) =>
      atDesk(options, tools, async (desk, context) => void (await show(id, desk, context))),
    );
  command('find')
    .description('units by serial, registration id, MAC or adapter')
    .argument('<text>')
    .action((text: string, options: CommonOptions) => find(text, options, tools));
  byCommand('cancel')
    .description('give a return up, as long as nothing was done that cannot be taken back')
    .argument('<id>', 'id of the return')
    .action((id: string, options: ByOptions) =>
      atDesk(options, tools, async (desk, context) => {
        unwrap(await desk.cancel(id, options.actor));
        await desk.settled();
        await show(id, desk, context);
      }),
    );
  byCommand('continue')
    .description('try again now')
    .argument('<id>', 'id of the return')
    .option('--leave-out', 'go on without this step, where that is possible')
    .action((id: string, options: ByOptions & { leaveOut?: boolean }) =>
      atDesk(options, tools, async (desk, context) => {
        unwrap(await desk.goOn(id, options.leaveOut ?? false, options.actor));
        await desk.settled();
        await show(id, desk, context);
      }),
    );
}

function atDesk(
  options: CommonOptions,
  tools: CliTools,
  task: (desk: CliReturns, context: Context) => Promise<void>,
): Promise<void> {
  const context = contextFrom(options, tools);
  return withReturns(context, tools, (desk) => task(desk, context));
}

async function open(serial: string | undefined, options: OpenOptions, tools: CliTools): Promise<void> {
  const orders = ordersFrom(serial, options);
  const by = { actor: options.actor, countersign: await countersignOf(options) };
  await atDesk(options, tools, async (desk, context) => {
    const opened: string[] = [];
    for (const order of orders) {
      const answer = await desk.open(order, by);
      if (answer.ok) {
        opened.push(answer.value.id);
        if (answer.value.notice !== null) context.output.tell(answer.value.notice as Problem);
      } else {
        // One unit of a list that cannot be returned keeps no other from it.
        if (orders.length === 1) throw new CommandFailure(answer.problem);
        context.output.tell(answer.problem);
        process.exitCode = exitCode.failed;
      }
    }
    await desk.settled();
    for (const id of opened) await show(id, desk, context);
    if (orders.length > 1) context.output.say(`${opened.length} of ${orders.length} returns are open.`);
  });
}

function ordersFrom(serial: string | undefined, options: OpenOptions): ReturnOrder[] {
  const { deleteRegistration = false, removeHubIdentity = false, oldEntry, to = null } = options;
  const rest = { options: { deleteRegistration, removeHubIdentity, oldEntry, to } };
  if ((serial === undefined) === (options.from === undefined)) throw wrongUse('Name a serial, or a list with --from.');
  if (options.from !== undefined) {
    const { reason, deed, note, serials } = listFrom(options.from);
    return serials.map((one) => ({ serial: one, reason, deed, note: options.note || note, ...rest }));
  }
  const { reason, deed, note } = options;
  if (reason === undefined || deed === undefined) throw wrongUse('Say why and what: --reason and --deed.');
  return [{ serial: serial ?? '', reason, deed, note, ...rest }];
}

function listFrom(file: string): ReturnList {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CommandFailure(problem('file-unreadable', { file, reason }));
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrongUse(`${file} is not JSON: ${(error as Error).message}`);
  }
  const parsed = returnListSchema.safeParse(value);
  if (!parsed.success) throw wrongUse(`${file}: ${readableIssues(parsed.error)}`);
  return parsed.data;
}

async function list(options: CommonOptions & { all?: boolean }, tools: CliTools): Promise<void> {
  await atDesk(options, tools, async (desk, context) => {
    let before: number | null = null;
    let count = 0;
    do {
      const page: ReturnPage = unwrap(await desk.list({ open: !options.all, before, limit: pageSize }));
      for (const row of page.rows) {
        context.output.say(lineOf(row));
        context.output.give(row);
      }
      count += page.rows.length;
      before = page.next;
    } while (before !== null);
    context.output.say(count === 0 ? 'No return is open.' : `${count} in all.`);
  });
}

function lineOf({ id, serial, deed, reason, state }: ReturnRow): string {
  return `${id}  ${serial}  ${deed} (${reason})  ${state.step === 'done' ? state.outcome : state.step}`;
}

async function show(id: string, desk: CliReturns, { output }: Context): Promise<void> {
  const found = unwrap(await desk.detail(id));
  output.say(lineOf(found.case));
  const { problem: cause, nextTryAt } = found.wait;
  if (cause !== null) {
    const { title, remedy } = describeProblem(cause as Problem);
    output.say(`      ${title}\n      -> ${remedy}${nextTryAt === null ? '' : ` (next try ${nextTryAt})`}`);
  }
  output.give(found);
}

async function find(text: string, options: CommonOptions, tools: CliTools): Promise<void> {
  await atDesk(options, tools, async (desk, context) => {
    const found = unwrap(await desk.find(text));
    for (const unit of found) {
      const holds = unit.live ? 'live' : 'no live identity';
      context.output.say(`${unit.serial}  ${unit.registrationId ?? '-'}  ${unit.hardwareId ?? '-'}  ${holds}`);
      context.output.give(unit);
    }
    if (found.length === 0) context.output.say('Nothing found.');
  });
}
