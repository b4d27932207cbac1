import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';

/** The simulation as a process of its own. */
export type SimulationProcess<Ready> = { readonly ready: Ready; stop(): Promise<void> };

const program = fileURLToPath(new URL('../../../simulation/main.ts', import.meta.url));

/**
 * Starts the simulation in a role and waits for its ready line on standard output. It ends with this process at the
 * latest: its standard input is a pipe from here, and it stops when that closes.
 */
export function startSimulation<Ready>(
  role: 'board' | 'bench',
  args: readonly string[],
  readySchema: z.ZodType<Ready>,
): Promise<Result<SimulationProcess<Ready>, Problem<'simulation-failed'>>> {
  const child = spawn(process.execPath, [program, role, ...args, '--with-parent'], { stdio: ['pipe', 'pipe', 'pipe'] });
  return new Promise((resolve) => {
    let out = '';
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(-2_000);
    });
    const refuse = (reason: string): void => resolve(fail(problem('simulation-failed', { reason })));
    child.once('error', (error) => refuse(error.message));
    child.once('exit', (code) => refuse(errors.trim().split('\n').at(-1) || `exit code ${code}`));
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      const end = out.indexOf('\n');
      if (end < 0) return;
      child.stdout.removeAllListeners('data').resume();
      const parsed = readySchema.safeParse(parseJson(out.slice(0, end)));
      if (parsed.success) return resolve(ok({ ready: parsed.data, stop: () => stop(child) }));
      child.kill('SIGTERM');
      refuse('its ready line cannot be read');
    });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}

/** Runs the simulation in the foreground on this terminal; resolves with its exit code. Signals reach it by the terminal or through here. */
export function runSimulation(role: 'dps' | 'board', args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [program, role, ...args], { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGTERM', pass);
  process.on('SIGINT', pass);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', pass);
      resolve(code ?? 1);
    });
  });
}
