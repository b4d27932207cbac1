import type { BenchBoard } from '../../shared/bench.ts';
import type { Bench } from '../bench/bench.ts';
import { benchFlags, WrongUse } from '../bench/bench-flags.ts';
import { runBenchProgram } from '../bench/bench-program.ts';

const usage =
  'usage: board [--personality 1.6.5] [--count N] [--dps READY-FILE] [--folder D] [--ready-file F] [--state] [--real-time] [--lines auto|pty|socket]';

/** Boards of an earlier run first, new ones for the rest, all plugged: the first in slot 1. */
async function plugBoards(bench: Bench, count: number, personality: BenchBoard['personality']): Promise<BenchBoard[]> {
  const known = bench.state().boards.filter((board) => board.personality === personality);
  const missing = Math.max(0, count - known.length);
  const boards = [...known.slice(0, count), ...(await bench.makeBoards(missing, personality))];
  return Promise.all(boards.map(({ board }, index) => bench.plug(board, index + 1)));
}

/**
 * The program `board`: simulated boards on lines of their own until SIGTERM. Without --dps they reach no cloud. When it
 * is ready, one JSON line is on standard output: `boards` (each with `board`, `mac`, `path`), `control` (address of the
 * control link), `recipeFile`, `scannerPath`, `linesFolder` and `wifi`.
 */
export function run(args: string[]): Promise<void> {
  return runBenchProgram('board', async () => {
    const { readyFile, withParent, count, cloud, ...flags } = await benchFlags(args, 'count', usage);
    if (count === 0) throw new WrongUse('--count must be at least 1');
    return {
      readyFile,
      withParent,
      options: { ...flags, cloud: cloud ?? { kind: 'none' } },
      async announcement({ bench, ready: { dps: _dps, ...ready } }) {
        const plugged = await plugBoards(bench, count ?? 1, flags.personality);
        return { boards: plugged.map(({ board, mac, path }) => ({ board, mac, path })), ...ready };
      },
    };
  });
}
