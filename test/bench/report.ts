/** One measured figure. `target` and `met` where the project set itself one. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly beside?: string;
  readonly target?: string;
  readonly met?: boolean;
};

/** Prints figures as a table. */
export function printTable(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map((one) => one.name.length));
  for (const { name, value, unit, beside = '', target, met } of figures) {
    const verdict = target === undefined ? '' : `  [${met ? 'met' : 'MISSED'}: ${target}]`;
    process.stdout.write(
      `${name.padEnd(width)}  ${shown(value).padStart(10)} ${unit.padEnd(16)} ${beside}${verdict}\n`,
    );
  }
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

/** The middle value; robust against a busy moment of the machine. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
