import { seededFractions } from '../../src/main/cli/demo/seeded.ts';
import type { CrashPoint, Operations, Port } from './plan.ts';

const ports: readonly Port[] = ['store', 'line', 'registry'];
const moments: readonly CrashPoint['moment'][] = ['before', 'during', 'after'];

/**
 * Where the stations of one trial kill themselves, the same for the same seed and trial. `operations`: how often a run
 * without a kill uses each port. Every third trial kills the restarted station as well, mostly early: while it recovers.
 */
export function crashPointsFor(seed: number, trial: number, operations: Operations): CrashPoint[] {
  const random = seededFractions(seed * 100_003 + trial);
  const one = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const point = (share: number): CrashPoint => {
    // The service is called seldom, but these calls are the ones whose outcome may be unknown.
    const port = one(ports);
    return { port, operation: 1 + Math.floor(random() * share * operations[port]), moment: one(moments) };
  };
  return trial % 3 === 2 ? [point(1), point(0.4)] : [point(1)];
}
