import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Where a window was and how large. */
export type WindowPlace = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
};

/** The least size of a window, in CSS pixels: below it the slots do not fit beside each other. */
export const leastSize = { width: 960, height: 640 } as const;

/** Reads where the last window was; null when nobody knows or the file is damaged. */
export function readWindowPlace(file: string): WindowPlace | null {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof WindowPlace, unknown>>;
    const { x, y, width, height, maximized } = value;
    const numbers = [x, y, width, height];
    if (!numbers.every((one) => Number.isInteger(one) && Math.abs(one as number) < 100_000)) return null;
    return {
      x: x as number,
      y: y as number,
      width: Math.max(leastSize.width, width as number),
      height: Math.max(leastSize.height, height as number),
      maximized: maximized === true,
    };
  } catch {
    return null;
  }
}

/** Keeps where a window is. A disk that refuses costs only the memory of a window. */
export function keepWindowPlace(file: string, place: WindowPlace): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(place), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // Not worth a word to an operator.
  }
}
