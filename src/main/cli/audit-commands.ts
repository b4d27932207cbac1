import type { Command } from 'commander';
import { anchorFrom, anchorText, type ChainAnchor, shortCode } from '../../shared/audit.ts';
import type { Client } from '../../shared/link/connect.ts';
import type { StationHandle } from '../ports/station-handle.ts';
import { type CommonOptions, type Context, contextFrom, withCommonOptions } from './context.ts';
import { CommandFailure, exitCode, unwrap, wrongUse } from './output.ts';
import type { AuditReport, CliTools } from './tools.ts';

type VerifyOptions = CommonOptions & { anchor: string[]; key?: string };

/** `audit verify|export|head|checkpoint`. */
export function addAuditCommands(program: Command, tools: CliTools): void {
  const audit = program.command('audit').description('records that can be trusted: chain, checkpoints, anchors');
  withCommonOptions(audit.command('verify'))
    .description('judge every record of the books; names the first bad one')
    .option('--anchor <seq:hash>', 'a head that was written down elsewhere; may be given again', collect, [])
    .option('--key <file>', "public keys of the station, kept elsewhere (default: the folder's own)")
    .action((options: VerifyOptions) => verify(options, tools));
  withCommonOptions(audit.command('export'))
    .description('all records and checkpoints as lines of JSON, for verify-audit.mjs')
    .requiredOption('--out <file>', 'where to')
    .action((options: CommonOptions & { out: string }) => exportTo(options, tools));
  withCommonOptions(audit.command('head'))
    .description('the newest record, with a short code to write down')
    .action((options: CommonOptions) => head(options, tools));
  withCommonOptions(audit.command('checkpoint'))
    .description('sign the newest record now')
    .option('--actor <badge>', 'who asks for it', 'terminal')
    .action((options: CommonOptions & { actor: string }) => checkpoint(options, tools));
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

async function verify(options: VerifyOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const anchors = options.anchor.map((text): ChainAnchor => {
    const anchor = anchorFrom(text, 'the anchor given');
    if (anchor === null) throw wrongUse(`"${text}" is no anchor; "audit head" prints one.`);
    return anchor;
  });
  const report = unwrap(await tools.trust.verify(context, { anchors, keyFile: options.key ?? null }));
  if (report === null) return context.output.say('Nothing is recorded yet.');
  context.output.give(report);
  for (const line of sentencesOf(report)) context.output.say(line);
  if (report.verdict.bad !== null) process.exitCode = exitCode.failed;
}

/** A report in words; what cannot be judged is said as plainly as what can. */
function sentencesOf({ verdict, keys, fromMirror }: AuditReport): string[] {
  const { records, head, checkpoints, newestCheckpoint, newestAnchor, bad } = verdict;
  const lines = [
    bad === null
      ? `${records} records, one chain, ${checkpoints} checkpoints.`
      : `BAD: record ${bad.seq} (${bad.detail}). Records before it are as the station wrote them.`,
    newestCheckpoint === null
      ? 'No checkpoint signs these records.'
      : `The newest good checkpoint signs record ${newestCheckpoint}, by one of ${keys} known keys.`,
    fromMirror === null
      ? 'There is no list of enrollments beside the books, so DPS names no record.'
      : `${fromMirror} enrollments in DPS name a record of these books.`,
  ];
  if (bad !== null) return lines;
  const judged =
    newestAnchor === null ? 'No outside anchor names a record' : `Record ${newestAnchor} has the newest outside anchor`;
  const open = head !== null && newestAnchor !== head.seq;
  return open
    ? [...lines, `${judged}: records that came after it could have been dropped, and nobody could tell from here.`]
    : [...lines, `${judged}.`];
}

async function exportTo(options: CommonOptions & { out: string }, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const made = unwrap(await tools.trust.exportTo(context, options.out));
  context.output.give(made);
  context.output.say(
    made === null
      ? 'Nothing is recorded yet.'
      : `${made.records} records and ${made.checkpoints} checkpoints in ${options.out}. Judge it elsewhere: node verify-audit.mjs ${options.out}`,
  );
}

async function head(options: CommonOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const books = unwrap(tools.openBooks(context.dataFolder, context.settings.mode));
  if (books === null) return context.output.say('Nothing is recorded yet.');
  try {
    const newest = unwrap(await books.auditHead());
    if (newest === null) return context.output.say('Nothing is recorded yet.');
    const { seq, hash, at } = newest;
    context.output.give({ seq, hash, at, code: shortCode(newest), anchor: anchorText(newest) });
    context.output.say(`record ${seq}  code ${shortCode(newest)}  ${at}\n--anchor ${anchorText(newest)}`);
  } finally {
    await books.close();
  }
}

async function checkpoint(options: CommonOptions & { actor: string }, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const signed = await withStation(context, tools, {
    owner: async (client) => unwrap(await client.call('audit-checkpoint', { actor: options.actor })).checkpoint,
    own: async (handle) => unwrap(await handle.trust.checkpoint(options.actor)),
  });
  context.output.give(signed);
  context.output.say(
    signed === null ? 'Nothing was recorded since the last checkpoint.' : `Record ${signed.seq} is signed.`,
  );
}

/** Lets the process that owns the folder do something, or opens a station without boards for it. */
export async function withStation<T>(
  context: Context,
  tools: CliTools,
  task: { owner(client: Client): Promise<T>; own(handle: StationHandle): Promise<T> },
): Promise<T> {
  const opened = await tools.openStation({
    dataFolder: context.dataFolder,
    settings: { ...context.settings, scanner: null },
    recipe: unwrap(tools.loadRecipe(context.settings.recipe)),
    door: 'terminal',
    actor: 'terminal',
    interrupted: 'leave',
    onlyLine: null,
  });
  if (!opened.ok && opened.problem.code === 'folder-owned') {
    const reached = await tools.connectOwner(context.dataFolder, context.settings.mode);
    if (reached === null) throw new CommandFailure(opened.problem);
    const owner = unwrap(reached);
    try {
      return await task.owner(owner.client);
    } finally {
      owner.close();
    }
  }
  const handle = unwrap(opened);
  try {
    return await task.own(handle);
  } finally {
    await handle.stop();
  }
}
