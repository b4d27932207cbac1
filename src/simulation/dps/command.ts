import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomically } from '../tls/whole-file.ts';
import { type DpsSimulator, startDpsSimulator } from './simulator.ts';

const usage = 'usage: dps [--port P] [--state F] [--ready-file F] [--folder D] [--id-scope S]';

type Settings = {
  readonly port: number;
  readonly state: string | null;
  readonly readyFile: string | null;
  readonly folder: string | null;
  readonly idScope: string | null;
};

/**
 * The program `dps`: starts a simulator and runs until SIGTERM or SIGINT. When it listens, one JSON line (see
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
    const simulator = await startDpsSimulator({
      port: settings.port,
      folder: folder.path,
      ...(settings.state !== null && { stateFile: settings.state }),
      ...(settings.idScope !== null && { idScope: settings.idScope }),
    });
    stopOnSignal(simulator, removeFolder);
    await announce(simulator, settings.readyFile);
  } catch (error) {
    await removeFolder();
    giveUp(1, sentenceFor(error, settings.port));
  }
}

function settingsFrom(args: string[]): Settings | string {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args,
      options: { port: text, state: text, 'ready-file': text, folder: text, 'id-scope': text },
    });
    const port = values.port ?? '0';
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return '--port must be a number from 0 to 65535';
    const idScope = values['id-scope'] ?? null;
    if (idScope !== null && !/^[A-Za-z0-9]{1,64}$/.test(idScope)) return '--id-scope must be letters and digits';
    const paths = {
      state: values.state ?? null,
      readyFile: values['ready-file'] ?? null,
      folder: values.folder ?? null,
    };
    if (Object.values(paths).includes('')) return 'a path must not be empty';
    return { port: Number(port), idScope, ...paths };
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

async function folderFor(settings: Settings): Promise<{ readonly path: string; readonly temporary: boolean }> {
  if (settings.folder !== null) return { path: settings.folder, temporary: false };
  if (settings.state !== null) return { path: `${settings.state}.keys`, temporary: false };
  return { path: await mkdtemp(join(tmpdir(), 'dps-simulator-')), temporary: true };
}

async function announce(simulator: DpsSimulator, readyFile: string | null): Promise<void> {
  const line = `${JSON.stringify(simulator.ready)}\n`;
  process.stdout.on('error', () => {}); // whoever read it may have gone
  if (readyFile !== null) await writeFileAtomically(readyFile, line);
  process.stdout.write(line);
}

function stopOnSignal(simulator: DpsSimulator, afterwards: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    simulator
      .stop()
      .then(afterwards)
      .catch((error: unknown) => giveUp(1, sentenceFor(error, simulator.ready.port)))
      .finally(() => process.exit());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function sentenceFor(error: unknown, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `Port ${port} is in use; choose another with --port.`;
  if (code === 'EACCES' && port > 0 && port < 1024) return `Port ${port} needs more rights; choose one above 1023.`;
  return message;
}

function giveUp(exitCode: number, sentence: string): void {
  process.stderr.write(`dps: ${sentence}\n`);
  process.exitCode = exitCode;
}
