import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, type Locator, type Page } from '@playwright/test';
import { type BenchControl, connectBench } from '../../src/main/bench/bench-control.ts';
import { benchRecipes } from '../../src/main/bench/bench-settings.ts';
import { type BenchReady, type BoardKind, benchReadySchema } from '../../src/shared/bench.ts';
import { saidOnTop, wedge } from './operator.ts';

/** A unit of a shift: its board, and what its label says. */
export type BenchUnit = {
  readonly serial: string;
  readonly label: string;
  readonly board: string; // serial of the adapter
  readonly mac: string;
};

/**
 * Hands at the embedded bench of an open station: they plug boards and press buttons through the control link, which
 * counts them, and scan labels with a keyboard wedge at the page. What they know they read from the screen.
 */
export type BenchHands = {
  readonly bench: BenchControl;
  readonly ready: BenchReady;
  /** Fresh boards with labels from `<prefix>001` on; of the kind that the recipe needs, where none is said. */
  makeUnits(prefix: string, count: number, kind?: BoardKind): Promise<readonly BenchUnit[]>;
  scan(text: string): Promise<void>;
  /** The card of the slot in which a unit is worked on or was judged. */
  card(serial: string): Locator;
  /** From the label to the press of the buttons that the card asks for, if its kind has any. */
  begin(unit: BenchUnit, slot: number): Promise<void>;
  /** Waits for the verdict and takes the board away. */
  end(unit: BenchUnit, kind: 'pass' | 'fail'): Promise<void>;
  /** Takes a unit's board away; its slot is free when this resolves. */
  unplug(unit: BenchUnit): Promise<void>;
  /** Takes units to their PASS, up to `atOnce` side by side in the places from 1 on. */
  passAll(units: readonly BenchUnit[], atOnce: number): Promise<void>;
  /** Everything that hands did so far: scans, plugs, presses, boards taken away. */
  actions(): Promise<number>;
};

/**
 * Connects to the bench of a station, as soon as it answers: the file of one that was killed tells of nobody. `recipe` is
 * the one that the station works by.
 */
export async function handsAt(page: Page, dataFolder: string, recipe = 'mxchip-devkit'): Promise<BenchHands> {
  const ownKind = benchRecipes[recipe];
  if (ownKind === undefined) throw new Error(`the bench has no boards for ${recipe}`);
  const file = join(dataFolder, 'training/bench/ready.json');
  const read = (): BenchReady => benchReadySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  await expect(() => connectBench(read().control).call('state', {})).toPass();
  const ready = read();
  const bench = connectBench(ready.control);
  let scans = 0;

  async function scan(text: string): Promise<void> {
    scans += 1;
    await wedge(page, text);
  }

  const card = (serial: string): Locator =>
    page.locator('[data-slot]').filter({ has: page.locator(`a[href="#/unit/${serial}"]`) });

  async function begin(unit: BenchUnit, slot: number): Promise<void> {
    await scan(unit.label);
    await expect(saidOnTop(page)).toContainText(unit.serial);
    await bench.call('plug', { board: unit.board, slot });
    // It talks as soon as it is there.
    if (ownKind === 'linux') return expect(card(unit.serial)).toHaveAttribute('data-board-here', 'true');
    await expect(card(unit.serial)).toHaveAttribute('data-state', 'asking');
    await bench.call('press', { board: unit.board, buttons: 'enter-configuration' });
  }

  async function unplug({ board, serial }: BenchUnit): Promise<void> {
    await bench.call('unplug', { board });
    // The next unit may have its place already.
    await expect(card(serial).and(page.locator('[data-board-here="true"]'))).toHaveCount(0);
  }

  async function end(unit: BenchUnit, kind: 'pass' | 'fail'): Promise<void> {
    await expect(card(unit.serial)).toHaveAttribute('data-kind', kind);
    await unplug(unit);
  }

  return {
    bench,
    ready,
    makeUnits: async (prefix, count, kind = ownKind) => {
      const { boards } = await bench.call('make-boards', { count, personality: kind });
      return boards.map(({ board, mac }, index) => {
        const serial = `${prefix}${String(index + 1).padStart(3, '0')}`;
        return { serial, label: kind === 'linux' ? serial : `${serial};${mac}`, board, mac };
      });
    },
    scan,
    card,
    begin,
    end,
    unplug,
    passAll: async (units, atOnce) => {
      const free = Array.from({ length: atOnce }, (_, index) => index + 1);
      const open = new Set<Promise<void>>();
      for (const unit of units) {
        if (free.length === 0) await Promise.race(open);
        const slot = free.shift() ?? 0;
        await begin(unit, slot);
        const ending = end(unit, 'pass').then(() => {
          free.push(slot);
          open.delete(ending);
        });
        open.add(ending);
      }
      await Promise.all(open);
    },
    actions: async () => scans + (await bench.call('state', {})).operatorActions,
  };
}

/** The label of a DevKit's enrollment under the bench's recipe: `az-` and the MAC, `v` and the firmware's version. */
export function registrationIdOf({ mac }: Pick<BenchUnit, 'mac'>): string {
  return `az-${mac}v1v6v5`;
}

/** Seconds from the start of a unit's job to its end, as the books say; of passed jobs, in no order. */
export function stationTimes(dataFolder: string): readonly number[] {
  const books = new DatabaseSync(join(dataFolder, 'training/station.db'), { readOnly: true });
  try {
    return books
      .prepare(`SELECT started_at AS begun, finished_at AS ended FROM job WHERE outcome = 'passed'`)
      .all()
      .map(({ begun, ended }) => (Date.parse(String(ended)) - Date.parse(String(begun))) / 1_000);
  } finally {
    books.close();
  }
}

/** The middle one of some numbers. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
