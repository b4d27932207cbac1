import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { createStationStore } from '../../src/main/adapters/sqlite/station-store.ts';
import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { Clock } from '../../src/main/ports/clock.ts';
import type { LineFinder, LinePresence } from '../../src/main/ports/line.ts';
import type { StationHandle } from '../../src/main/ports/station-handle.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import type { LoadedRecipe } from '../../src/main/station/loaded-recipe.ts';
import type { SessionTimes } from '../../src/main/station/session-options.ts';
import { type Personality, trainingWifi } from '../../src/shared/bench.ts';
import type { RecipeOf } from '../../src/shared/recipe.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import type { SlotSnapshot, StationSnapshot } from '../../src/shared/station-snapshot.ts';
import { benchRecipe, firmwareFile } from '../../src/simulation/board/bench-recipe.ts';
import { type Board, createBoard } from '../../src/simulation/board/board.ts';
import { systemBoardClock } from '../../src/simulation/board/board-clock.ts';
import { createDeviceCloud } from '../../src/simulation/board/device-cloud.ts';
import { buildFirmware } from '../../src/simulation/board/firmware.ts';
import { firmwares } from '../../src/simulation/board/personality.ts';
import { openSecureElement, type SecureElement } from '../../src/simulation/board/secure-element.ts';
import { trainingTiming } from '../../src/simulation/board/timing.ts';
import type { DpsBench } from '../interop/dps-bench.ts';
import { valueFrom } from './books.ts';
import { memoryPorts } from './line.ts';

/** A simulated board whose wire lies in memory. */
export type TestBoard = {
  readonly board: Board;
  readonly mac: string;
  readonly usbSerial: string;
  readonly path: string;
  readonly memory: SecureElement;
};

/** How a bench differs from the ordinary one. */
export type StationBenchOptions = {
  readonly personality?: Personality;
  readonly slots?: number;
  readonly recipe?: (recipe: RecipeOf<'mxchip-devkit'>) => RecipeOf<'mxchip-devkit'>;
  readonly times?: Partial<SessionTimes>;
  readonly settings?: z.input<typeof settingsSchema>;
  readonly clock?: Clock;
  /** Folder of an earlier bench; kept when this one closes. */
  readonly folder?: string;
  /** Name of the instance that this bench stands before; `default` unless told. */
  readonly instance?: string;
  /** Another instance that the settings know. */
  readonly beside?: { readonly name: string; readonly dps: DpsBench };
};

/** A real station in a folder of its own, at boards in memory, before a simulated service over HTTPS. */
export type StationBench = {
  readonly folder: string;
  /** What the station has loaded. */
  readonly recipe: Pick<LoadedRecipe, 'recipe' | 'hash'>;
  station(): StationHandle;
  /**
   * Closes the station and opens it again on the same folder, with other settings if any are given; `meanwhile` writes
   * into its books what a station that was killed would have left there.
   */
  restart(change?: {
    readonly settings?: z.input<typeof settingsSchema>;
    readonly meanwhile?: (store: StationStore) => Promise<void>;
  }): Promise<void>;
  /** Puts another board in the place of this one without anybody noticing: the line stays open. */
  swap(board: TestBoard, other: TestBoard): void;
  /** Every snapshot that a screen was shown, as JSON. */
  readonly shown: readonly string[];
  /** `same`: a board that another bench had, with the firmware of this one. */
  makeBoard(personality?: Personality, same?: TestBoard): Promise<TestBoard>;
  plug(board: TestBoard): void;
  unplug(board: TestBoard): void;
  /** From now on, presses what the station asks for at these boards; without boards, at all of them. */
  operate(): void;
  /** Stops pressing. */
  idle(): void;
  until(fact: (now: StationSnapshot) => boolean): Promise<StationSnapshot>;
  /** Scans, plugs, and waits for the verdict; the slot as it was shown then. */
  work(board: TestBoard, label: string): Promise<SlotSnapshot>;
  slotOf(board: TestBoard): SlotSnapshot | undefined;
  /** Another program has this board's port open. */
  takePort(board: TestBoard): Promise<void>;
  /** Powers a board up away from the station; what it then says of its registration. */
  powerUp(board: TestBoard): Promise<string | null>;
  close(): Promise<void>;
};

/** Opens a bench before `dps`. */
export async function openStationBench(dps: DpsBench, options: StationBenchOptions = {}): Promise<StationBench> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'station-bench-'));
  const instance = options.instance ?? 'default';
  const version = options.personality ?? '1.6.5';
  const { ready } = dps;
  const buildFor = (personality: Personality) =>
    buildFirmware({ version: personality, idScope: ready.idScope, globalEndpoint: ready.host });
  const build = buildFor(version);
  const recipeFile = join(folder, 'recipe.json');
  const recipe = benchRecipe(build, '.');
  writeFileSync(recipeFile, JSON.stringify(options.recipe?.(recipe) ?? recipe));
  writeFileSync(join(folder, `${firmwareFile}.bin`), build.bin);
  writeFileSync(join(folder, `${firmwareFile}.map`), build.map);

  const ports = memoryPorts();
  const watchers = new Set<(present: readonly LinePresence[]) => void>();
  const plugged = new Map<string, TestBoard>();
  const present = (): LinePresence[] =>
    [...plugged.values()].map(({ path, usbSerial }) => ({ path, usbSerial, vendorId: '0483', productId: '374b' }));
  const tellWatchers = (): void => {
    for (const watcher of [...watchers]) watcher(present());
  };
  const finder: LineFinder = {
    list: async () => ({ ok: true, value: present() }),
    watch: (listener) => {
      watchers.add(listener);
      listener(present());
      return () => watchers.delete(listener);
    },
  };
  const cloud = createDeviceCloud(
    { host: ready.host, port: ready.port, ca: readFileSync(ready.caFile, 'utf8') },
    systemBoardClock,
  );

  const loaded = valueFrom(loadRecipe(recipeFile));
  const openAt = async (settings: z.input<typeof settingsSchema>): Promise<StationHandle> =>
    valueFrom(
      await openStation({
        dataFolder: join(folder, 'data'),
        settings: settingsSchema.parse({
          mode: 'training',
          slots: options.slots ?? 2,
          ...settings,
          dps: {
            [instance]: instanceAt(ready, 'dps'),
            ...(options.beside && { [options.beside.name]: instanceAt(options.beside.dps.ready, 'dps-beside') }),
          },
        }),
        recipe: loaded,
        ...(options.clock === undefined ? {} : { clock: options.clock }),
        door: 'test',
        actor: 'tester',
        secrets: new Map([
          ['dps', ready.serviceConnectionString],
          ['dps-beside', options.beside?.dps.ready.serviceConnectionString ?? ''],
          ['wifi-password', trainingWifi.password],
        ]),
        times: { probe: 300, ...options.times },
        finder,
        opener: {
          open: async (path, line) => {
            const opened = await ports.opener.open(path, line);
            const far = ports.far(path);
            const board = plugged.get(path);
            if (opened.ok && far !== null && board !== undefined) {
              board.board.attach({ write: (bytes) => void far.write(bytes) });
              far.onData((bytes) => board.board.receive(bytes));
            }
            return opened;
          },
        },
      }),
    );
  const shown: string[] = [];
  const show = (): void => {
    station.onChange(() => void shown.push(JSON.stringify(station.snapshot())));
  };
  let running = true; // false after an opening that was refused
  let station = await openAt(options.settings ?? {});
  show();

  function unplug(board: TestBoard): void {
    plugged.delete(board.path);
    board.board.powerOff();
    board.board.attach(null);
    ports.unplug(board.path);
    tellWatchers();
  }

  const slotOf = (board: TestBoard) => station.snapshot().slots.find((slot) => slot.path === board.path);

  function until(fact: (now: StationSnapshot) => boolean): Promise<StationSnapshot> {
    return new Promise((resolve) => {
      const check = (): void => {
        const now = station.snapshot();
        if (!fact(now)) return;
        stop();
        resolve(now);
      };
      const stop = station.onChange(check);
      check();
    });
  }

  const answered = new Map<number, string>();
  function press(): void {
    for (const slot of station.snapshot().slots) {
      const board = plugged.get(slot.path ?? '');
      const asked = `${slot.jobId} ${slot.ask} ${slot.hint?.code}`;
      if (slot.ask === null || board === undefined) answered.delete(slot.slot);
      if (slot.ask === null || board === undefined || answered.get(slot.slot) === asked) continue;
      answered.set(slot.slot, asked);
      if (slot.ask === 'enter-configuration') board.board.reset('A');
      if (slot.ask === 'enter-ap') board.board.reset('B');
    }
  }
  let stopPressing = (): void => {};

  return {
    folder,
    recipe: loaded,
    station: () => station,
    restart: async ({ settings = options.settings ?? {}, meanwhile } = {}) => {
      stopPressing();
      if (running) await station.stop();
      running = false;
      if (meanwhile !== undefined) {
        const store = createStationStore({ file: join(folder, 'data', 'training', 'station.db') });
        await meanwhile(store);
        await store.close();
      }
      station = await openAt(settings);
      running = true;
      show();
    },
    swap: (board, other) => {
      board.board.attach(null);
      board.board.powerOff();
      const far = ports.far(board.path);
      plugged.set(board.path, { ...other, path: board.path });
      if (far !== null) {
        other.board.attach({ write: (bytes) => void far.write(bytes) });
        far.onData((bytes) => other.board.receive(bytes));
      }
      other.board.powerOn();
    },
    shown,
    makeBoard: async (personality = version, same) => {
      const memory = same?.memory ?? (await openSecureElement(null));
      const usbSerial = same?.usbSerial ?? `0672FF${randomBytes(9).toString('hex').toUpperCase()}`;
      const mac = same?.mac ?? `c89346${randomBytes(3).toString('hex')}`;
      const path = `/dev/${usbSerial}`;
      const made: TestBoard = {
        mac,
        usbSerial,
        path,
        memory,
        board: createBoard({
          board: usbSerial,
          mac,
          firmware: firmwares[personality],
          build: buildFor(personality),
          secureElement: memory,
          network: trainingWifi,
          cloud,
          timing: trainingTiming,
          clock: systemBoardClock,
          random: (bytes) => randomBytes(bytes),
          onUnplug: () => unplug(made),
        }),
      };
      return made;
    },
    plug: (board) => {
      plugged.set(board.path, board);
      ports.plug(board.path);
      board.board.powerOn();
      tellWatchers();
    },
    unplug,
    operate: () => {
      stopPressing();
      stopPressing = station.onChange(press);
      press();
    },
    idle: () => stopPressing(),
    until,
    work: async (board, label) => {
      valueFrom(await station.scan(label));
      plugged.set(board.path, board);
      ports.plug(board.path);
      board.board.powerOn();
      tellWatchers();
      const now = await until(({ slots }) =>
        slots.some((slot) => slot.hardwareId === board.usbSerial && (slot.state === 'done' || slot.problem !== null)),
      );
      const slot = now.slots.find((one) => one.hardwareId === board.usbSerial);
      if (slot === undefined) throw new Error('the board is in no slot');
      return slot;
    },
    slotOf,
    takePort: async (board) => {
      valueFrom(await ports.opener.open(board.path, { baudRate: 115_200 }));
    },
    powerUp: async (board) => {
      board.board.powerOn();
      await board.board.settled();
      const { lastRegistration } = board.board.state();
      board.board.powerOff();
      return lastRegistration;
    },
    close: async () => {
      stopPressing();
      for (const board of [...plugged.values()]) unplug(board);
      if (running) await station.stop();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function instanceAt(ready: DpsBench['ready'], connectionStringSecret: string) {
  const { idScope, host: globalEndpoint, port, caFile } = ready;
  return { connectionStringSecret, idScope, globalEndpoint, port, caFile, operationsPerMinute: 100_000 };
}
