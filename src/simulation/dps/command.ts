import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { type SimulatedCloud, startSimulatedCloud } from '../cloud/simulated-cloud.ts';
import { writeFileAtomically } from '../tls/whole-file.ts';
import { type Settings, settingsFrom, usage } from './settings.ts';

/**
 * The program `dps`: starts a simulated DPS with its linked hubs and runs until SIGTERM or SIGINT. When it listens, one JSON line (see
 * `dpsReadySchema`) is in the ready file, mode 0600, and on standard output. Exit code 2 for wrong use, 1 when it
 * cannot start (port in use, damaged state), each with one line on standard error. Without --folder the CA's folder
 * is beside the state file, so that a restart keeps the CA; without --state it is a temporary one, removed at the end.
 */
export async function run(args: string[]): Promise<void> {
  const settings = settingsFrom(args);
  if (typeof settings === 'string') return giveUp(2, `${settings}; ${usage}`);
  const folder = await folderFor(settings);
  const removeFolder = async (): Promise<void> => {
    if (folder.temporary) await rm(folder.path, { recursive: true, force: true });
  };
  try {
    if (settings.readyFile !== null) await rm(settings.readyFile, { force: true }); // nobody shall read an old one
    const cloud = await startSimulatedCloud({
      port: settings.port,
      mqttPort: settings.mqttPort,
      ...(settings.hubs.length > 0 && { linked: settings.hubs }),
      folder: folder.path,
      ...(settings.state !== null && { stateFile: settings.state, hubStateFile: `${settings.state}.hubs` }),
      ...(settings.idScope !== null && { idScope: settings.idScope }),
      authorities: await Promise.all(settings.authorities.map(authorityFrom)),
    });
    stopOnSignal(cloud, settings, removeFolder);
    await announce(cloud, settings.readyFile);
  } catch (error) {
    await removeFolder();
    giveUp(1, sentenceFor(error, settings));
  }
}

async function authorityFrom(file: string): Promise<{ readonly name: string; readonly certificate: string }> {
  const certificate = await readFile(file, 'utf8').catch(() => {
    throw new Error(`The certificate ${file} cannot be read.`);
  });
  return { name: basename(file, extname(file)), certificate };
}

async function folderFor(settings: Settings): Promise<{ readonly path: string; readonly temporary: boolean }> {
  if (settings.folder !== null) return { path: settings.folder, temporary: false };
  if (settings.state !== null) return { path: `${settings.state}.keys`, temporary: false };
  return { path: await mkdtemp(join(tmpdir(), 'dps-simulator-')), temporary: true };
}

async function announce(cloud: SimulatedCloud, readyFile: string | null): Promise<void> {
  const line = `${JSON.stringify(cloud.ready)}\n`;
  process.stdout.on('error', () => {}); // whoever read it may have gone
  if (readyFile !== null) await writeFileAtomically(readyFile, line);
  process.stdout.write(line);
}

function stopOnSignal(cloud: SimulatedCloud, settings: Settings, afterwards: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    cloud
      .stop()
      .then(afterwards)
      .catch((error: unknown) => giveUp(1, sentenceFor(error, settings)))
      .finally(() => process.exit());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function sentenceFor(error: unknown, settings: Settings): string {
  const { code, message, port = 0 } = error as NodeJS.ErrnoException & { readonly port?: number };
  const options = new Map([
    [settings.mqttPort, '--mqtt-port'],
    [settings.port, '--port'],
  ]);
  const option = options.get(port) ?? '--hub';
  if (code === 'EADDRINUSE') return `Port ${port} is in use; choose another with ${option}.`;
  if (code === 'EACCES' && port > 0 && port < 1024) {
    return `Port ${port} needs more rights; choose one above 1023 with ${option}.`;
  }
  return message;
}

function giveUp(exitCode: number, sentence: string): void {
  process.stderr.write(`dps: ${sentence}\n`);
  process.exitCode = exitCode;
}
