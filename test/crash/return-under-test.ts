import { readFileSync } from 'node:fs';
import { connectBench } from '../../src/main/bench/bench-control.ts';
import { createOperator } from '../../src/main/bench/operator.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import { benchReadySchema } from '../../src/shared/bench.ts';
import type { ReturnRow } from '../../src/shared/returns.ts';
import { must, openAtBench, typingBench, untilDrained } from './open-station.ts';
import type { TrialUnit } from './plan.ts';
import { returnPlanSchema } from './return-plan.ts';

/*
 * A station that provisions the unit of its plan, returns it, and kills itself on the way when the plan says so. It knows
 * nothing of earlier runs but what is in its folder and on the bench. Ends with 0 when the return has ended.
 */
const plan = returnPlanSchema.parse(JSON.parse(process.argv[2] ?? ''));
const ready = benchReadySchema.parse(JSON.parse(readFileSync(plan.readyFile, 'utf8')));
const bench = connectBench(ready.control);
let commits: number | null = null; // counted from the return on

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

const trapped = (store: StationStore): StationStore => ({
  ...store,
  commit: async (change) => {
    if (commits !== null) commits += 1;
    const moment = plan.crash !== null && plan.crash.operation === commits ? plan.crash.moment : null;
    if (moment === 'before') die();
    const committed = await store.commit(change);
    if (moment === 'after') die();
    return committed;
  },
});

const trap = { store: trapped, opener: (same: never) => same, registry: (same: never) => same };
const handle = await openAtBench({
  ready,
  dataFolder: plan.dataFolder,
  slots: 1,
  trap: trap as never,
  origin: plan.origin,
  recipe: (recipe) => ({
    ...recipe,
    enrollment: { ...recipe.enrollment, ...(plan.onlyMake ? { instance: 'origin' } : {}) },
    ...(plan.overlap ? { returns: { overlap: true } } : {}),
  }),
});
const { returns, permits, books } = handle;
process.on('SIGTERM', () => {
  void returns.state().then((state) => {
    process.stderr.write(`stuck: ${JSON.stringify({ ...handle.snapshot(), commits, state })}\n`);
    process.exit(3);
  });
});

const work = (units: readonly TrialUnit[], scan: (text: string) => Promise<unknown> = handle.scan) =>
  createOperator(handle, typingBench(bench, { scan }), 1).work(units);
const { serial } = plan.unit;

async function powerUp(board: string): Promise<void> {
  await bench.call('power-up', { boards: [board] });
  await handle.lookAtAll();
}

/** The return of the unit: there is at most one. */
async function theReturn(): Promise<ReturnRow | null> {
  const page = must(await books.listReturns({ open: false, before: null, limit: 2 }));
  return page.rows[0] ?? null;
}

async function untilElse(step: string): Promise<void> {
  for (;;) {
    const changed = Promise.withResolvers<void>();
    const stop = returns.onChange(changed.resolve);
    const now = await theReturn();
    if (now?.state.step !== step) return stop();
    await changed.promise;
    stop();
  }
}

/** The board gets its turn: scanned and plugged, or only finished where a stop had interrupted it. */
async function atBoard(one: ReturnRow): Promise<void> {
  const { live, running } = must(await books.unit(serial));
  const isWritten = live !== null && live.id !== one.subject.jobId;
  await work(running === null && !isWritten ? [plan.next] : []);
  const after = must(await books.unit(serial));
  if (after.live !== null && after.live.id !== one.subject.jobId) await untilElse('awaiting-board');
}

/** The board registers; one whose write did not settle and that cannot is reworked. */
async function atProof(): Promise<void> {
  await work([]);
  await powerUp(plan.next.board);
  const { live } = must(await books.unit(serial));
  if (live?.state.step !== 'done') return;
  if (live.state.outcome === 'unsettled') await work([plan.next], handle.rework);
  else if (live.state.provedAt !== null) await untilElse('proving');
}

/** The board is started again, with the identity that it has. */
async function atRegistration(): Promise<void> {
  await powerUp(plan.unit.board);
  handle.flush();
  await untilElse('awaiting-registration');
}

if (must(await books.unit(serial)).latest === null) {
  await work([plan.unit]);
  await untilDrained(handle);
  await powerUp(plan.unit.board);
}
if (plan.onlyMake) await end(0);
commits = 0;
if ((await theReturn()) === null) {
  const to = plan.deed === 'move' ? 'default' : null;
  // A record that is deleted cuts the device off, which an overlap is there to avoid.
  const options = { deleteRegistration: !plan.overlap, removeHubIdentity: false, oldEntry: 'delete', to } as const;
  const order = { serial, reason: 'field-failure', note: '', deed: plan.deed, options } as const;
  must(await returns.open(order, { actor: 'T-1', permits, countersign: null }));
}
for (;;) {
  const one = await theReturn();
  if (one === null || one.state.step === 'done') break;
  if (one.state.step === 'awaiting-board') await atBoard(one);
  else if (one.state.step === 'proving') await atProof();
  else if (one.state.step === 'awaiting-registration') await atRegistration();
  else await untilElse(one.state.step);
}
await work([]);
await end(commits);

async function end(made: number): Promise<void> {
  await handle.stop();
  process.stdout.write(`${JSON.stringify({ commits: made })}\n`);
  process.exit(0);
}
