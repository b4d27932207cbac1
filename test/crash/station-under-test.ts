import { readFileSync } from 'node:fs';
import { connectBench } from '../../src/main/bench/bench-control.ts';
import { createOperator } from '../../src/main/bench/operator.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import { benchReadySchema } from '../../src/shared/bench.ts';
import { must, openAtBench, typingBench, untilDrained } from './open-station.ts';
import { type Cards, planSchema, type RunReport, type TrialUnit } from './plan.ts';
import { createTrap } from './trap.ts';

/*
 * A station that works through the units of its plan and, when the plan says so, kills itself on the way. It knows
 * nothing of earlier runs but what is in its folder and on the bench: that is what is tested. Prints its cards when it is
 * open and a report when all units are through (exit code 0); ends with 1 when it cannot, with 3 and a snapshot on
 * standard error at SIGTERM.
 */
const plan = planSchema.parse(JSON.parse(process.argv[2] ?? ''));
const ready = benchReadySchema.parse(JSON.parse(readFileSync(plan.readyFile, 'utf8')));
const trap = createTrap(plan.crash);
const handle = await openAtBench({ ready, dataFolder: plan.dataFolder, slots: plan.slots, trap });
process.stdout.write(`${JSON.stringify(cardsOf(handle))}\n`);
process.on('SIGTERM', () => {
  process.stderr.write(`stuck: ${JSON.stringify({ ...handle.snapshot(), operations: trap.counted() })}\n`);
  process.exit(3);
});

const operator = createOperator(handle, typingBench(connectBench(ready.control), handle), plan.slots);
await operator.work(await openUnits(handle, plan.units));
await untilDrained(handle);
await handle.stop();
process.stdout.write(`${JSON.stringify({ operations: trap.counted() } satisfies RunReport)}\n`);

/** The units that nobody has worked on to an end yet and that no interrupted job holds. */
async function openUnits(station: StationHandle, units: readonly TrialUnit[]): Promise<TrialUnit[]> {
  const open: TrialUnit[] = [];
  for (const unit of units) {
    const { live, running } = must(await station.books.unit(unit.serial));
    if (live === null && running === null) open.push(unit);
  }
  return open;
}

function cardsOf(station: StationHandle): Cards {
  return station.snapshot().slots.flatMap(({ slot, card }) => {
    if (card === null) return [];
    return [{ slot, code: card.code, serial: String(card.facts['serial']) }];
  });
}
