import { closeSync, createReadStream, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { z } from 'zod';
import { describeProblem } from '../../shared/describe-problem.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { readableIssues } from '../../shared/settings.ts';
import { CommandFailure, createOutput, exitCode, unwrap, wrongUse } from './output.ts';
import type { CliTools, MadeIdentity } from './tools.ts';

type IdentityOptions = {
  bin?: string;
  map?: string;
  udsFile?: string;
  generateUds?: string;
  registrationId?: string;
  mac?: string;
  firmwareVersion?: string;
  batch?: string;
  out: string;
  json?: boolean;
};

/** `identity mxchip`: the certificate that `dps_cert_gen` makes, bit for bit. */
export function addIdentityCommands(program: Command, tools: CliTools): void {
  program
    .command('identity')
    .description('derive identities without a board')
    .command('mxchip')
    .description('certificate of an MXChip IoT DevKit from its secret, firmware image and registration id')
    .option('--bin <file>', 'raw application image (.bin)')
    .option('--map <file>', 'linker map of the same build (.map)')
    .option('--uds-file <file>', 'file with the 64 hex digits of the secret, or - for standard input')
    .option('--generate-uds <file>', 'make a new secret and write it to this new file (mode 0600)')
    .option('--registration-id <id>', 'registration id, 1 to 64 of a-z 0-9 -')
    .option('--mac <mac>', 'MAC of the board, when the sketch leaves the id blank')
    .option('--firmware-version <version>', 'SDK version of the sketch, when the sketch leaves the id blank')
    .option('--batch <file>', 'lines of {"uds","registrationId","bin","map"}, or - for standard input')
    .requiredOption('--out <folder>', 'folder for <registration id>.pem')
    .option('--json', 'print JSON only')
    .action((options: IdentityOptions) =>
      options.batch === undefined ? single(options, tools) : batch(options, options.batch, tools),
    );
}

function single(options: IdentityOptions, tools: CliTools): void {
  const output = createOutput(options.json ?? false);
  const { bin, map } = options;
  if (bin === undefined || map === undefined) throw wrongUse('identity mxchip needs --bin and --map (or --batch).');
  if ((options.udsFile === undefined) === (options.generateUds === undefined)) {
    throw wrongUse('Give the secret with --uds-file F, or have one made with --generate-uds F: exactly one of them.');
  }
  const registrationId = chosenId(options, tools);
  const uds =
    options.generateUds === undefined
      ? udsFromFile(options.udsFile ?? '-', tools)
      : generatedUds(options.generateUds, tools);
  const made = tools.makeIdentity({ uds, registrationId, bin, map });
  uds.fill(0);
  const identity = unwrap(made);
  for (const warning of identity.warnings) output.tell(warning);
  const file = writePem(options.out, identity);
  output.say(`${file}\n  SHA-1   ${identity.sha1}\n  SHA-256 ${identity.sha256}`);
  output.give({ registrationId: identity.registrationId, sha1: identity.sha1, sha256: identity.sha256, file });
}

function chosenId(options: IdentityOptions, tools: CliTools): string {
  if (options.registrationId !== undefined) {
    if (options.mac !== undefined || options.firmwareVersion !== undefined) {
      throw wrongUse('Give --registration-id, or --mac with --firmware-version, not both.');
    }
    return options.registrationId;
  }
  if (options.mac === undefined || options.firmwareVersion === undefined) {
    throw wrongUse('Give --registration-id, or --mac with --firmware-version.');
  }
  return unwrap(tools.blankFormId(options.mac, options.firmwareVersion));
}

function udsFromFile(file: string, tools: CliTools): Buffer {
  const text = readBytes(file === '-' ? 0 : file, file);
  const uds = tools.readUds(text);
  text.fill(0);
  return unwrap(uds);
}

function generatedUds(file: string, tools: CliTools): Buffer {
  const hex = tools.newUdsHex();
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, hex);
    writeSync(handle, '\n');
    closeSync(handle);
  } catch (error) {
    hex.fill(0);
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      code === 'EEXIST'
        ? problem('file-exists', { file })
        : problem('file-unwritable', { file, reason: code ?? 'unknown' }),
    );
  }
  const uds = tools.readUds(hex);
  hex.fill(0);
  return unwrap(uds);
}

function readBytes(from: string | number, name: string): Buffer {
  try {
    return readFileSync(from);
  } catch (error) {
    throw new CommandFailure(
      problem('file-unreadable', { file: name, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }),
    );
  }
}

function writePem(folder: string, identity: MadeIdentity): string {
  const file = join(folder, `${identity.registrationId}.pem`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, identity.certificatePem);
  } catch (error) {
    throw new CommandFailure(
      problem('file-unwritable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }),
    );
  }
  return file;
}

const batchLineSchema = z.strictObject({
  uds: z.string(),
  registrationId: z.string(),
  bin: z.string(),
  map: z.string(),
});

/** One JSON line out for each line in, in the same order; a bad line is answered with its number and the rest go on. */
async function batch(options: IdentityOptions, from: string, tools: CliTools): Promise<void> {
  const alone = [options.bin, options.map, options.udsFile, options.generateUds, options.registrationId, options.mac];
  if (alone.some((value) => value !== undefined))
    throw wrongUse('--batch takes everything from its lines; give only --out with it.');
  const input = from === '-' ? process.stdin : createReadStream(from);
  const opened = new Promise<void>((resolve, reject) => {
    if (from === '-') return resolve();
    input.once('open', () => resolve());
    input.once('error', (error: NodeJS.ErrnoException) =>
      reject(new CommandFailure(problem('file-unreadable', { file: from, reason: error.code ?? 'unknown' }))),
    );
  });
  await opened;
  let number = 0;
  let bad = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const made = batchLine(line, number, options.out, tools);
    if (!made.ok) bad += 1;
    process.stdout.write(
      `${JSON.stringify(made.ok ? made.value : { line: number, error: describeProblem(made.problem) })}\n`,
    );
  }
  if (bad > 0) process.exitCode = exitCode.failed;
}

function batchLine(
  line: string,
  number: number,
  folder: string,
  tools: CliTools,
): Result<{ registrationId: string; sha256: string }, Problem> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The parser's message would quote the line, and with it the secret.
    return fail(problem('batch-line-invalid', { line: number, reason: 'it is no JSON' }));
  }
  const parsed = batchLineSchema.safeParse(value);
  if (!parsed.success)
    return fail(problem('batch-line-invalid', { line: number, reason: readableIssues(parsed.error) }));
  const { registrationId, bin, map } = parsed.data;
  const hex = Buffer.from(parsed.data.uds, 'utf8');
  const uds = tools.readUds(hex);
  hex.fill(0);
  if (!uds.ok) return uds;
  const made = tools.makeIdentity({ uds: uds.value, registrationId, bin, map });
  uds.value.fill(0);
  if (!made.ok) return made;
  for (const warning of made.value.warnings) createOutput(false).tell(warning);
  try {
    writePem(folder, made.value);
  } catch (error) {
    if (error instanceof CommandFailure) return fail(error.problem);
    throw error;
  }
  return ok({ registrationId: made.value.registrationId, sha256: made.value.sha256 });
}
