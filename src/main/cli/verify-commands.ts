import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describeProblem } from '../../shared/describe-problem.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { SlotSnapshot } from '../../shared/station-snapshot.ts';
import type { Check, Verification } from '../../shared/verification.ts';
import { type CommonOptions, contextFrom, withCommonOptions } from './context.ts';
import { CommandFailure, exitCode, type Output, wrongUse } from './output.ts';
import { type QualityDoor, withQuality } from './quality-door.ts';
import { askSentence } from './sentences.ts';
import type { CliTools } from './tools.ts';

type VerifyOptions = CommonOptions & {
  slot?: string;
  line?: string;
  hands?: boolean;
  newRegistration?: boolean;
  confirm?: boolean;
  lot?: string;
  actor: string;
};

/** `verify`, `evidence`. */
export function addVerifyCommands(program: Command, tools: CliTools): void {
  withCommonOptions(program.command('verify'))
    .description('look at a finished unit again: record, board, provisioning service, hub; nothing is written')
    .argument('<serial>', 'serial number of the unit, or what its label says')
    .option('--slot <n>', 'read the board in this slot of the running station, too')
    .option('--line <path>', 'read the board at this port, too')
    .option('--hands', 'ask for buttons to be pressed, so that the board can tell more')
    .option('--new-registration', 'let the board register again; without --confirm: say what that would do')
    .option('--confirm', 'the new registration is wanted')
    .option('--lot <id>', 'count the unit for this lot')
    .option('--actor <badge>', 'who is answerable', 'terminal')
    .action((serial: string, options: VerifyOptions) => verify(serial, options, tools));
  withCommonOptions(program.command('evidence'))
    .description("write the pack of evidence of a unit's newest verification")
    .argument('<serial>', 'serial number of the unit')
    .requiredOption('--out <file>', 'ZIP file to write')
    .option('--actor <badge>', 'who is answerable', 'terminal')
    .action((serial: string, options: CommonOptions & { out: string; actor: string }) =>
      evidence(serial, options, tools),
    );
}

async function verify(text: string, options: VerifyOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  if (options.slot !== undefined && options.line !== undefined) throw wrongUse('Give --slot or --line, not both.');
  const line = options.line === undefined ? null : await tools.presenceOf(options.line);
  await withQuality(context, tools, line, async (door) => {
    if (options.newRegistration === true && options.confirm !== true) return preview(door, text, context.output);
    const { id } = await door.call('verify', {
      text,
      slot: line === null ? slotFrom(options.slot) : 1,
      ask: options.newRegistration ? 'new-registration' : 'last-registration',
      hands: options.hands ?? false,
      lot: options.lot ?? null,
      confirm: options.confirm ?? false,
      actor: options.actor,
    });
    const quiet = tellAsks(door, id, context.output);
    await door.finished(id);
    quiet();
    report(await door.call('verification', { id }), context.output);
  });
}

function slotFrom(text: string | undefined): number | null {
  if (text === undefined) return null;
  const slot = Number(text);
  if (!Number.isSafeInteger(slot) || slot < 1) throw wrongUse(`"${text}" is no slot.`);
  return slot;
}

/** Says what a person should do at the board; an interrupt of the terminal ends the verification. */
function tellAsks({ handle, call }: QualityDoor, id: string, output: Output): () => void {
  const interrupt = (): void => void call('verify-stop', { id, actor: 'terminal' }).catch(() => undefined);
  process.on('SIGINT', interrupt);
  let said: SlotSnapshot['ask'] = null;
  const stop = handle?.onChange(() => {
    const ask = handle.snapshot().slots.find((slot) => slot.ask !== null)?.ask ?? null;
    if (ask !== null && ask !== said)
      output.json ? process.stderr.write(`${askSentence(ask)}\n`) : output.say(askSentence(ask));
    said = ask;
  });
  return () => {
    process.off('SIGINT', interrupt);
    stop?.();
  };
}

const dataSentences = {
  first: 'It has no registration yet: this would be its first.',
  stays: 'Hub and data of the device stay as they are.',
  migrates: 'Where the device gets another hub, its data come along.',
  resets: 'The twin of the device is made anew from the entry; what is in it now is lost.',
} as const;

const hubSentences = {
  assigned: 'The service chooses a hub.',
  stays: 'It stays on its hub.',
  'may-change': 'The service may choose another hub.',
  changes: 'It leaves its hub, which the entry does not name any more.',
} as const;

async function preview(door: QualityDoor, text: string, output: Output): Promise<void> {
  const shown = await door.call('verify-preview', { text });
  output.give(shown);
  const { serial, effect, assignedHub } = shown;
  output.say(`A new registration of ${serial} (now at ${assignedHub ?? 'no hub'}):`);
  output.say(`  ${hubSentences[effect.hub]}`);
  output.say(`  ${dataSentences[effect.data]}`);
  output.say('Say --confirm to do it.');
  throw new CommandFailure(problem('new-registration-unconfirmed', { serial }), exitCode.wrongUse);
}

const marks = { pass: 'ok  ', fail: 'FAIL', 'cannot-tell': '?   ' } as const;

function report(verification: Verification, output: Output): void {
  const { state, serial } = verification;
  output.give(verification);
  if (state.step !== 'done') throw new CommandFailure(problem('verification-interrupted'));
  for (const check of state.checks) output.say(checkLine(check));
  if (state.checks.length === 0 && state.reason !== null) output.tell(state.reason as Problem);
  output.say(`${serial}: ${state.verdict.toUpperCase()}`);
  process.exitCode = state.verdict === 'pass' ? exitCode.done : exitCode.failed;
}

function checkLine({ check, expected, found, verdict, problem: cause }: Check): string {
  const compared = expected === found ? (found ?? '') : `expected ${expected ?? '-'}, found ${found ?? '-'}`;
  const words = cause === null ? null : describeProblem(cause as Problem);
  const why = words === null ? '' : `\n      ${words.title}\n      -> ${words.remedy}`;
  return `${marks[verdict]} ${check.padEnd(26)} ${compared}${why}`;
}

async function evidence(
  serial: string,
  options: CommonOptions & { out: string; actor: string },
  tools: CliTools,
): Promise<void> {
  const context = contextFrom(options, tools);
  await withQuality(context, tools, null, async (door) => {
    const pack = await door.call('evidence-pack', { serial, actor: options.actor });
    const bytes = Buffer.from(pack.base64, 'base64');
    writeOut(options.out, bytes);
    context.output.say(`${options.out}: ${bytes.length} bytes. Unpack it and run "sh verify.sh".`);
    context.output.give({ serial, file: options.out, bytes: bytes.length });
  });
}

/** Writes what a command was asked for. */
export function writeOut(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CommandFailure(problem('file-unwritable', { file, reason }));
  }
}
