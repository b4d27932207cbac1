import { importFile } from '../../src/main/compose-import.ts';
import { settingsSchema } from '../../src/shared/settings.ts';

/*
 * A station that imports a file and dies at one point, as after SIGKILL. Argument: JSON with what to import and the
 * point; without a point it lives and prints how it ended.
 */

/** Where to die: before, during or after the n-th call of the service, or the n-th write of results. */
export type KillPoint = {
  readonly port: 'bulk' | 'results';
  readonly operation: number;
  readonly moment: 'before' | 'during' | 'after';
};

/** What the child is told. */
export type ImportOrder = {
  readonly dataFolder: string;
  readonly settings: unknown;
  readonly path: string;
  readonly point: KillPoint | null;
};

const order = JSON.parse(process.argv[2] ?? '') as ImportOrder;
const counted = { bulk: 0, results: 0 };

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

async function pass<T>(port: KillPoint['port'], carryOut: () => Promise<T>): Promise<T> {
  counted[port] += 1;
  const { point } = order;
  const moment = point?.port === port && point.operation === counted[port] ? point.moment : null;
  if (moment === 'before') die();
  const underWay = carryOut();
  // One turn later the request has left this thread; what became of it nobody here will know.
  if (moment === 'during') setImmediate(die);
  const outcome = await underWay;
  if (moment === 'after') die();
  return outcome;
}

const ended = await importFile({
  dataFolder: order.dataFolder,
  settings: settingsSchema.parse(order.settings),
  instance: 'default',
  path: order.path,
  actor: 'tester',
  skipBad: true,
  signal: new AbortController().signal,
  onRow: () => {},
  onResult: () => {},
  onProgress: () => {},
  decorateService: (service) => ({
    ...service,
    bulk: (mode, enrollments) => pass('bulk', () => service.bulk(mode, enrollments)),
  }),
  decorateResults: (results) => ({ ...results, append: (some) => pass('results', () => results.append(some)) }),
});
process.stdout.write(`${JSON.stringify(ended)}\n`);
