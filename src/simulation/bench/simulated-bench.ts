import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchReady, type DpsFaults, type DpsReady, type Personality, trainingWifi } from '../../shared/bench.ts';
import { systemBoardClock } from '../board/board-clock.ts';
import { createDeviceCloud } from '../board/device-cloud.ts';
import type { BoardTiming } from '../board/timing.ts';
import { type SimulatedCloud, startSimulatedCloud, trainingHub } from '../cloud/simulated-cloud.ts';
import type { Bench } from './bench.ts';
import { openBench } from './bench.ts';
import { BenchProblem } from './bench-problem.ts';
import { writeBenchRecipes } from './bench-recipes.ts';
import { createBoardFactory } from './board-factory.ts';
import type { BenchHandlers } from './control-link.ts';
import { openControlLink } from './control-link.ts';
import { type LineKind, lineOpenerOf } from './line-kinds.ts';

/** Which cloud the boards reach: one of the bench's own, one that listens already, or none. */
export type BenchCloud =
  | { readonly kind: 'own' }
  | { readonly kind: 'ready'; readonly ready: DpsReady }
  | { readonly kind: 'none' };

/** How a bench is set up. */
export type SimulatedBenchOptions = {
  readonly folder: string | null; // null: a temporary one, removed at the end
  readonly keepState: boolean; // boards and cloud survive in the folder
  readonly cloud: BenchCloud;
  readonly personality: Personality; // firmware that the recipe is pinned to
  readonly timing: BoardTiming;
  readonly lines: LineKind;
  /** Whether boards hand their certificates to the own cloud beside TLS (see hand-over.ts); default: through TLS. */
  readonly handOver?: boolean;
};

/** A running bench. */
export type SimulatedBench = {
  readonly ready: BenchReady;
  readonly bench: Bench;
  stop(): Promise<void>;
};

/** Makes the folders; lines of a bench that was killed are taken away. */
async function prepareFolder(options: SimulatedBenchOptions) {
  const root = options.folder ?? (await mkdtemp(join(tmpdir(), 'dps-bench-')));
  const folders = { root, lines: join(root, 'lines'), recipes: join(root, 'recipes'), state: join(root, 'boards') };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  await rm(join(root, 'scanner'), { force: true });
  for (const name of await readdir(folders.lines)) await rm(join(folders.lines, name), { force: true });
  return folders;
}

async function startOwnCloud(
  options: SimulatedBenchOptions,
  root: string,
  handOver: { readonly handOverToken?: string },
): Promise<SimulatedCloud | null> {
  if (options.cloud.kind !== 'own') return null;
  const folder = join(root, 'dps');
  await mkdir(folder, { recursive: true });
  const state = { stateFile: join(folder, 'state.json'), hubStateFile: join(folder, 'hubs.json') };
  const throughTls = handOver.handOverToken === undefined; // else no device could show its certificate over MQTT
  return startSimulatedCloud({
    port: 0,
    folder,
    linked: [{ hostName: trainingHub, mqttPort: throughTls ? 0 : null }],
    ...(throughTls && { mqttPort: 0 }),
    ...handOver,
    ...(options.keepState ? state : {}),
  });
}

/** Puts the password of the pretended network into a file, as a plant would hand it over. */
async function wifiPasswordFile(root: string): Promise<string> {
  const passwordFile = join(root, 'wifi-password');
  await writeFile(passwordFile, trainingWifi.password, { mode: 0o600 });
  return passwordFile;
}

function handlersOf(bench: Bench, cloud: SimulatedCloud | null, stop: () => Promise<void>): BenchHandlers {
  const own = (): SimulatedCloud => {
    if (cloud === null) throw new BenchProblem(409, 'this bench has no cloud of its own');
    return cloud;
  };
  return {
    state: () => bench.state(),
    'make-boards': async ({ count, personality }) => ({ boards: await bench.makeBoards(count, personality) }),
    plug: ({ board, slot }) => bench.plug(board, slot),
    unplug: ({ board }) => bench.unplug(board),
    press: ({ board, buttons }) => bench.press(board, buttons),
    scan({ text }) {
      bench.scan(text);
      return {};
    },
    'power-up': async ({ boards }) => ({ boards: await bench.powerUp(boards) }),
    fault: ({ board, fault }) => bench.setFault(board, fault),
    'dps-faults': (faults: DpsFaults) => own().setFaults(faults),
    'dps-counters': () => own().counters(),
    'dps-book': () => ({ enrollments: own().book(), groups: own().groups() }),
    async stop() {
      await stop();
      return {};
    },
  };
}

/** Starts boards, scanner, cloud and control link in this process. `onStop` hears of the verb `stop`. */
export async function startSimulatedBench(
  options: SimulatedBenchOptions,
  onStop: () => Promise<void>,
): Promise<SimulatedBench> {
  const folders = await prepareFolder(options);
  // Known to this process alone: no ready file, no argument and no log has it.
  const handOver =
    options.handOver === true && options.cloud.kind === 'own' ? { handOverToken: randomBytes(32).toString('hex') } : {};
  const cloud = await startOwnCloud(options, folders.root, handOver);
  const dps = cloud?.ready ?? (options.cloud.kind === 'ready' ? options.cloud.ready : null);
  const passwordFile = await wifiPasswordFile(folders.root);
  const clock = systemBoardClock;
  const address = dps && { host: dps.host, port: dps.port, ca: await readFile(dps.caFile, 'utf8'), ...handOver };
  const factory = createBoardFactory({
    stateFolder: options.keepState ? folders.state : null,
    idScope: dps?.idScope ?? '0ne00000001',
    globalEndpoint: dps?.host ?? 'localhost',
    network: trainingWifi,
    cloud: address === null ? null : createDeviceCloud(address, clock),
    timing: options.timing,
    clock,
    random: randomBytes,
  });
  const recipes = await writeBenchRecipes(folders.recipes, factory.buildFor(options.personality));
  await cloud?.uploadAuthority({ name: 'issuing-ca', certificate: recipes.issuerPem });
  const scannerPath = join(folders.root, 'scanner');
  const bench = await openBench({
    factory,
    linesFolder: folders.lines,
    scannerPath,
    openLine: lineOpenerOf(options.lines),
  });
  const link = await openControlLink(handlersOf(bench, cloud, onStop));
  return {
    bench,
    ready: {
      control: link.address,
      linesFolder: folders.lines,
      scannerPath,
      recipeFile: recipes.recipeFile,
      recipesFolder: folders.recipes,
      issuerKeyFile: recipes.issuerKeyFile,
      wifi: { ssid: trainingWifi.ssid, passwordFile },
      dps,
    },
    async stop() {
      await link.close();
      await bench.close();
      await cloud?.stop();
      if (options.folder === null) await rm(folders.root, { recursive: true, force: true });
    },
  };
}
