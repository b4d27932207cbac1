import type { Command } from 'commander';
import type { RestoreReport } from '../ports/trust-desk.ts';
import { withStation } from './audit-commands.ts';
import { type CommonOptions, contextFrom, withCommonOptions } from './context.ts';
import { exitCode, unwrap } from './output.ts';
import type { CliTools } from './tools.ts';

type ByActor = CommonOptions & { actor: string };

/** `backup now|list`, `restore`. */
export function addBackupCommands(program: Command, tools: CliTools): void {
  const backup = program.command('backup').description('copies of the books');
  withCommonOptions(backup.command('now'))
    .description('copy the books as they stand, and check the copy; the line goes on')
    .option('--actor <badge>', 'who asks for it', 'terminal')
    .action((options: ByActor) => backUpNow(options, tools));
  withCommonOptions(backup.command('list'))
    .description('the backups that are kept, newest first')
    .action((options: CommonOptions) => list(options, tools));
  withCommonOptions(program.command('restore'))
    .description('bring damaged or missing books back: newest good backup, then the change log')
    .option('--from <file>', 'this backup, even if the books are whole')
    .option('--actor <badge>', 'who asks for it', 'terminal')
    .action((options: ByActor & { from?: string }) => restore(options, tools));
}

async function backUpNow(options: ByActor, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const made = await withStation(context, tools, {
    owner: async (client) => unwrap(await client.call('backup-now', { actor: options.actor })),
    own: async (handle) => unwrap(await handle.trust.backUp(options.actor)),
  });
  context.output.give(made);
  context.output.say(`${made.file}: ${made.bytes} bytes, up to record ${made.seq}.`);
}

function list(options: CommonOptions, tools: CliTools): void {
  const context = contextFrom(options, tools);
  const backups = tools.trust.backups(context);
  for (const one of backups) {
    context.output.give(one);
    context.output.say(`${one.at}  up to record ${one.seq}  ${one.bytes} bytes  ${one.file}`);
  }
  if (backups.length === 0) context.output.say('There is no backup yet.');
}

async function restore(options: ByActor & { from?: string }, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const { from, actor } = options;
  const report = unwrap(await tools.trust.restore(context, { from: from ?? null, actor }));
  context.output.give(report);
  for (const line of sentencesOf(report)) context.output.say(line);
  if (report.lost !== null) process.exitCode = exitCode.failed;
}

function sentencesOf({ from, setAside, head, replayed, lost, missing }: RestoreReport): string[] {
  return [
    `Restored from ${from ?? 'the change log alone'}, ${replayed} changes made again: up to record ${head.seq}.`,
    `What stood there before is in ${setAside}.`,
    ...(lost === null ? [] : [`NOT ALL OF IT CAME BACK: ${lost}. The log is in that folder as well.`]),
    ...missing.map((one) => `known to DPS, missing here: ${one.from} (record ${one.seq})`),
    'Start the station: what was on its way goes out again and is read back. Then refresh the list of enrollments and run "audit verify".',
  ];
}
