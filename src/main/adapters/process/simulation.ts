import type { z } from 'zod';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { StartProgram } from '../../ports/program.ts';

/** The simulation as a process of its own. */
export type SimulationProcess<Ready> = {
  readonly ready: Ready;
  /** Resolves when it has ended, asked or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
};

/** How the simulation is started, in the background or on this terminal. */
export type Simulation = {
  /**
   * Starts it in a role and waits for its ready line on standard output. It ends with this process at the latest.
   */
  startSimulation<Ready>(
    role: 'board' | 'bench',
    args: readonly string[],
    readySchema: z.ZodType<Ready>,
  ): Promise<Result<SimulationProcess<Ready>, Problem<'simulation-failed'>>>;
  /** Runs it in the foreground on this terminal; resolves with its exit code. Signals reach it by the terminal or through here. */
  runSimulation(role: 'dps' | 'board', args: readonly string[]): Promise<number>;
};

/** Makes the starter of the simulation: `file` is its program, `start` how this door starts programs. */
export function createSimulation(options: { readonly file: string; readonly start: StartProgram }): Simulation {
  const { file, start } = options;
  return {
    startSimulation: (role, args, readySchema) =>
      new Promise((resolve) => {
        const program = start({ file, args: [role, ...args, '--with-parent'], streams: 'read' });
        const ended = new Promise<void>((done) => program.onEnd(() => done()));
        const stop = (): Promise<void> => {
          program.stop();
          return ended;
        };
        let out: string | null = '';
        let errors = '';
        const refuse = (reason: string): void => resolve(fail(problem('simulation-failed', { reason })));
        program.onText('errors', (text) => {
          errors = (errors + text).slice(-2_000);
        });
        program.onEnd(({ reason }) => refuse(errors.trim().split('\n').at(-1) || reason));
        program.onText('output', (text) => {
          if (out === null) return; // what follows the ready line is read on and of no interest
          out += text;
          const end = out.indexOf('\n');
          if (end < 0) return;
          const parsed = readySchema.safeParse(parseJson(out.slice(0, end)));
          out = null;
          if (parsed.success) return resolve(ok({ ready: parsed.data, ended, stop }));
          program.stop();
          refuse('its ready line cannot be read');
        });
      }),
    runSimulation: (role, args) =>
      new Promise((resolve) => {
        const program = start({ file, args: [role, ...args], streams: 'inherit' });
        const pass = (): void => program.stop();
        process.on('SIGTERM', pass);
        process.on('SIGINT', pass);
        program.onEnd(({ code }) => {
          process.off('SIGTERM', pass);
          process.off('SIGINT', pass);
          resolve(code ?? 1);
        });
      }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
