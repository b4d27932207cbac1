import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createOperator, type DemoUnit } from '../../src/main/bench/operator.ts';
import { bareDialogue } from './bare-line.ts';
import type { BenchRig } from './bench-station.ts';
import type { Figure } from './report.ts';

const unitsPerSlot = 6;

/** Units per minute for 1, 4, 8 and 16 slots, beside the same dialogue without a station. */
export async function benchSlots(rig: BenchRig): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const slots of [1, 4, 8, 16]) {
    const bare = await bareRun(rig, slots);
    const station = await stationRun(rig, slots, 0);
    const overhead = station.perUnitInMs - bare;
    figures.push(
      {
        name: `${slots} slots: units`,
        value: (60_000 / station.wallPerUnitInMs) * 1,
        unit: 'per minute',
        beside: `boards alone ${Math.round((60_000 * slots) / bare).toLocaleString('en')}; ratio ${(bare / station.perUnitInMs).toFixed(2)}`,
      },
      {
        name: `${slots} slots: station overhead`,
        value: overhead,
        unit: 'ms per unit',
        beside: `${station.perUnitInMs.toFixed(0)} ms in its slot, ${bare.toFixed(0)} ms by the bare script`,
        target: 'under 50 ms',
        met: overhead < 50,
      },
    );
  }
  const slow = await stationRun(rig, 16, 20);
  figures.push({
    name: '16 slots, 20 ms added per commit: loop delay p99',
    value: slow.loopDelayP99InMs,
    unit: 'ms',
    beside: `${slow.perUnitInMs.toFixed(0)} ms per unit`,
    target: 'under 20 ms',
    met: slow.loopDelayP99InMs < 20,
  });
  return figures;
}

async function bareRun(rig: BenchRig, slots: number): Promise<number> {
  const { boards } = await rig.control.call('make-boards', { count: slots * unitsPerSlot, personality: '1.6.5' });
  const left = boards.map((board) => board.board);
  let spent = 0;
  const lane = async (slot: number): Promise<void> => {
    for (let board = left.pop(); board !== undefined; board = left.pop()) {
      const start = performance.now();
      await bareDialogue(rig.control, rig.ready, board, slot);
      spent += performance.now() - start;
    }
  };
  await Promise.all(Array.from({ length: slots }, (_, index) => lane(index + 1)));
  return spent / boards.length;
}

let run = 0;

async function stationRun(rig: BenchRig, slots: number, slowCommitInMs: number) {
  run += 1;
  const handle = await rig.open(`slots-${run}`, slots, { slowCommitInMs });
  try {
    const { boards } = await rig.control.call('make-boards', { count: slots * unitsPerSlot, personality: '1.6.5' });
    const units: DemoUnit[] = boards.map((board, index) => {
      const serial = `B${run}-${String(index).padStart(5, '0')}`;
      return { board: board.board, serial, label: `${serial};${board.mac}` };
    });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const inSlot = timeInSlots(handle);
    delay.enable();
    const start = performance.now();
    await createOperator(handle, rig.control, slots).work(units);
    const wallInMs = performance.now() - start;
    delay.disable();
    inSlot.stop();
    await handle.settled();
    return {
      perUnitInMs: inSlot.meanInMs(),
      wallPerUnitInMs: wallInMs / units.length,
      loopDelayP99InMs: delay.percentile(99) / 1e6,
    };
  } finally {
    await handle.stop();
  }
}

/** From the moment a board is in its place to the moment its place is empty again. */
function timeInSlots(handle: Awaited<ReturnType<BenchRig['open']>>) {
  const since = new Map<number, number>();
  const spent: number[] = [];
  const stop = handle.onChange(() => {
    for (const { slot, path } of handle.snapshot().slots) {
      const start = since.get(slot);
      if (path !== null && start === undefined) since.set(slot, performance.now());
      if (path === null && start !== undefined) {
        spent.push(performance.now() - start);
        since.delete(slot);
      }
    }
  });
  return { stop, meanInMs: () => spent.reduce((sum, one) => sum + one, 0) / spent.length };
}
