import { type SimulatedBench, startSimulatedBench } from '../../src/simulation/bench/simulated-bench.ts';
import { trainingTiming } from '../../src/simulation/board/timing.ts';

/** A fresh bench with a cloud of its own, lines without socat, and the boards' training pace; the caller stops it. */
export function startTestBench(): Promise<SimulatedBench> {
  return startSimulatedBench(
    {
      folder: null,
      keepState: true,
      cloud: { kind: 'own' },
      personality: '1.6.5',
      timing: trainingTiming,
      lines: 'socket',
    },
    async () => {},
  );
}
