import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { type DpsReady, dpsReadySchema, trainingWifi } from '../../shared/bench.ts';
import { isLoopbackHost, parseConnectionString } from '../../shared/connection-string.ts';
import { describeProblem } from '../../shared/describe-problem.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { type InstanceSettings, instanceSettingsSchema, type Settings } from '../../shared/settings.ts';
import type { SlotSnapshot } from '../../shared/station-snapshot.ts';
import type { StationHandle } from '../ports/station-handle.ts';
import { type CommonOptions, contextFrom, withCommonOptions } from './context.ts';
import { CommandFailure, exitCode, type Output, unwrap } from './output.ts';
import { askSentence, stepSentence } from './sentences.ts';
import type { CliTools } from './tools.ts';

type ProvisionOptions = CommonOptions & {
  recipe: string;
  port: string;
  serial: string;
  mac?: string;
  connectionStringFile?: string;
  caFile?: string;
  actor: string;
  rework?: boolean;
};

/** `provision`: one unit on one port, a person at the terminal. */
export function addProvisionCommand(program: Command, tools: CliTools): void {
  withCommonOptions(program.command('provision'))
    .description('give one unit its secret and certificate, queue it, and deliver it when a DPS instance is known')
    .requiredOption('--recipe <recipe>', 'name of a shipped recipe, or a .json file')
    .requiredOption('--port <path>', 'port of the board')
    .requiredOption('--serial <serial>', 'serial number of the unit')
    .option('--mac <mac>', 'MAC of the board, when the recipe takes it from the label')
    .option('--connection-string-file <file>', 'service connection string, or the ready file of a simulated DPS')
    .option('--ca-file <file>', "PEM of an authority to trust besides the system's")
    .option('--actor <badge>', 'who is answerable', 'terminal')
    .option('--rework', 'write a new secret to a unit whose interrupted write did not settle')
    .action((options: ProvisionOptions) => provision(options, tools));
}

async function provision(options: ProvisionOptions, tools: CliTools): Promise<void> {
  const context = contextFrom(options, tools);
  const { output } = context;
  const recipe = unwrap(tools.loadRecipe(options.recipe));
  const cloud =
    options.connectionStringFile === undefined ? null : cloudFrom(options.connectionStringFile, options.caFile);
  const { instance } = recipe.recipe.enrollment;
  const settings: Settings = {
    ...context.settings,
    slots: 1,
    scanner: null,
    dps: cloud === null ? context.settings.dps : { ...context.settings.dps, [instance]: cloud.instance },
  };
  const secrets = new Map<string, string>();
  if (cloud !== null) secrets.set(secretOfThisRun, cloud.connectionString);
  const wifi = 'wifi' in recipe.recipe ? recipe.recipe.wifi : null;
  if (settings.mode === 'training' && wifi?.do === 'set' && wifi.ssid === trainingWifi.ssid) {
    secrets.set(wifi.passwordSecret, trainingWifi.password);
  }
  const handle = unwrap(
    await tools.openStation({
      dataFolder: context.dataFolder,
      settings,
      recipe,
      door: 'provision',
      actor: options.actor,
      secrets,
      interrupted: 'end',
      onlyLine: await tools.presenceOf(options.port),
    }),
  );
  const interrupt = (): void => {
    const refused = handle.abort(1);
    if (refused !== null) output.tell(refused);
    // Behind the job there is only the delivery to wait for, and that can wait for the next flush.
    if (handle.snapshot().slots[0]?.state === 'done') giveUpDelivery();
  };
  let giveUpDelivery = (): void => {};
  const interrupted = new Promise<void>((resolve) => {
    giveUpDelivery = resolve;
  });
  process.on('SIGINT', interrupt);
  try {
    await oneUnit(handle, options, output);
    if (settings.dps[instance] === undefined) output.tell(problem('no-instance', { instance }));
    else await Promise.race([handle.settled(), interrupted]);
    process.exitCode = await report(handle, options.serial, output);
  } finally {
    process.off('SIGINT', interrupt);
    await handle.stop();
  }
}

/** Waits until the unit is done; shows each step and passes on what the person types. */
async function oneUnit(handle: StationHandle, options: ProvisionOptions, output: Output): Promise<void> {
  let said = '';
  let typedOut = false;
  const terminal = createInterface({ input: process.stdin });
  terminal.on('line', (line) => handle.typeMac(1, line));
  terminal.once('close', () => {
    typedOut = true;
    giveUpTyping();
  });
  // Nobody can type any more, but something must be typed: waiting would last for ever.
  function giveUpTyping(): void {
    if (typedOut && handle.snapshot().slots[0]?.ask === 'type-mac') handle.abort(1);
  }
  const done = new Promise<void>((resolve, reject) => {
    handle.onChange(() => {
      const slot = handle.snapshot().slots[0];
      if (slot === undefined) return;
      const now = sentence(slot);
      // With --json what a person must do still has to be said, beside the JSON.
      if (now !== said) slot.ask !== null && output.json ? process.stderr.write(`${now}\n`) : output.say(now);
      said = now;
      giveUpTyping();
      if (slot.problem !== null) reject(new CommandFailure(slot.problem as Problem));
      if (slot.state === 'done' && slot.verdict !== null) resolve();
    });
  });
  done.catch(() => undefined);
  // The place is named: the board is plugged in already and need not appear again.
  const { serial, mac = null, rework = false } = options;
  unwrap(await handle.take({ serial, mac, slot: 1, rework }));
  await done.finally(() => terminal.close());
}

function sentence(slot: SlotSnapshot): string {
  const hint = slot.hint === null ? '' : `  (${describeProblem(slot.hint as Problem).title})`;
  return slot.ask === null ? stepSentence(slot.step) : `${askSentence(slot.ask)}${hint}`;
}

async function report(handle: StationHandle, serial: string, output: Output): Promise<number> {
  const slot = handle.snapshot().slots[0];
  const verdict = slot?.verdict ?? null;
  const books = unwrap(await handle.books.unit(serial));
  const job = books.latest;
  const identity = job !== null && 'identity' in job.state ? job.state.identity : null;
  const item = job === null ? null : await itemOf(handle, job.id);
  const pause = handle.snapshot().pause;
  if (verdict?.problem) output.tell(verdict.problem as Problem);
  if (item?.problem) output.tell(item.problem as Problem);
  if (pause !== null && item?.state === 'pending') output.tell(pause.problem as Problem);
  if (item?.state === 'pending')
    output.say('Its enrollment waits in the outbox. "outbox flush" sends it once the instance is in the settings.');
  output.say(
    `${serial}: ${(verdict?.outcome ?? 'unknown').toUpperCase()}${item === null ? '' : `, enrollment ${item.state}`}`,
  );
  output.give({
    serial,
    outcome: verdict?.outcome ?? null,
    problem: verdict?.problem ? describeProblem(verdict.problem as Problem) : null,
    registrationId: identity?.registrationId ?? null,
    sha256: identity?.fingerprint ?? null,
    enrollment: item?.state ?? null,
  });
  return verdict?.outcome === 'passed' ? exitCode.done : exitCode.failed;
}

async function itemOf(handle: StationHandle, jobId: string) {
  const page = unwrap(
    await handle.books.listItems({ states: ['pending', 'parked', 'delivered'], after: 0, limit: 100_000, jobId }),
  );
  return page.rows.at(-1) ?? null;
}

/** Name of the secret that a run brings along. */
const secretOfThisRun = 'connection-string-of-this-run';

/** A DPS instance for this run alone, from a bare connection string or the ready file of a simulated DPS. */
function cloudFrom(file: string, caFile: string | undefined): { connectionString: string; instance: InstanceSettings } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CommandFailure(problem('file-unreadable', { file, reason }));
  }
  const ready = readyFrom(text);
  const connectionString = ready?.serviceConnectionString ?? text;
  const parsed = unwrap(parseConnectionString(connectionString));
  const port = ready?.port ?? parsed.port;
  const authority = caFile ?? ready?.caFile;
  const instance = instanceSettingsSchema.parse({
    connectionStringSecret: secretOfThisRun,
    ...(ready === null ? {} : { idScope: ready.idScope }),
    ...(isLoopbackHost(parsed.hostName) ? { globalEndpoint: parsed.hostName } : {}),
    ...(port === null ? {} : { port }),
    ...(authority === undefined ? {} : { caFile: authority }),
  });
  return { connectionString, instance };
}

function readyFrom(text: string): DpsReady | null {
  if (!text.startsWith('{')) return null;
  try {
    const parsed = dpsReadySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
