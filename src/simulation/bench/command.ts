import { benchFlags, WrongUse } from './bench-flags.ts';
import { runBenchProgram } from './bench-program.ts';

const usage =
  'usage: bench --folder D [--no-dps | --dps READY-FILE] [--ready-file F] [--personality 1.6.5] [--boards N] [--state] [--real-time] [--lines auto|pty|socket]';

/**
 * The program `bench`: boards, scanner and cloud in one process with a control link. When it is ready, one JSON line
 * (see `benchReadySchema`) is in the ready file, mode 0600, and on standard output. Boards are not plugged yet.
 */
export function run(args: string[]): Promise<void> {
  return runBenchProgram('bench', async () => {
    const { folder, readyFile, withParent, count, cloud, ...flags } = await benchFlags(args, 'boards', usage);
    if (folder === null) throw new WrongUse(`--folder is missing; ${usage}`);
    return {
      readyFile,
      withParent,
      options: { ...flags, folder, cloud: cloud ?? { kind: 'own' } },
      async announcement({ bench, ready }) {
        await bench.makeBoards(count ?? 0, flags.personality);
        return ready;
      },
    };
  });
}
