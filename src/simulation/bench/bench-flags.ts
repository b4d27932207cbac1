import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { dpsReadySchema, type Personality, personalitySchema } from '../../shared/bench.ts';
import { type BoardTiming, realTiming, trainingTiming } from '../board/timing.ts';
import { type LineKind, lineKindSchema } from './line-kinds.ts';
import type { BenchCloud } from './simulated-bench.ts';

/** A wrong call of a simulation program: one sentence, exit code 2. */
export class WrongUse extends Error {}

/** The flags that `bench` and `board` share, checked. */
export type BenchFlags = {
  readonly folder: string | null;
  readonly readyFile: string | null;
  readonly cloud: BenchCloud | null; // null: neither --dps nor --no-dps was said
  readonly personality: Personality;
  readonly count: number | null;
  readonly keepState: boolean;
  readonly timing: BoardTiming;
  readonly lines: LineKind;
  /** Ends when standard input ends: whoever started this program died without a word. */
  readonly withParent: boolean;
  /** Inside Electron certificates take a way beside TLS (see hand-over.ts). */
  readonly handOver: boolean;
};

const mostBoards = 10_000;

function valuesOf(args: string[], countFlag: string) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const paths = { folder: text, dps: text, 'ready-file': text, personality: text, lines: text };
  const switches = { 'no-dps': flag, state: flag, 'real-time': flag, 'with-parent': flag };
  const { values } = parseArgs({ args, options: { ...paths, ...switches, [countFlag]: text } });
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw new WrongUse(`--${empty[0]} must not be empty`);
  return values;
}

function countFrom(text: string, name: string): number {
  const count = Number(text);
  if (!/^\d{1,5}$/.test(text) || count > mostBoards) throw new WrongUse(`--${name} must be from 0 to ${mostBoards}`);
  return count;
}

/** Reads the file that a simulated DPS wrote when it listened. */
async function cloudFromReadyFile(file: string): Promise<BenchCloud> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new WrongUse(`the file ${file} cannot be read`);
  try {
    return { kind: 'ready', ready: dpsReadySchema.parse(JSON.parse(text)) };
  } catch {
    throw new WrongUse(`the file ${file} is not what a simulated DPS writes`);
  }
}

/**
 * Reads the flags of `bench` and `board`; `countFlag` names the one with the number of boards. Throws
 * {@link WrongUse} with one sentence, `usage` behind it where the flags themselves are wrong.
 */
export async function benchFlags(args: string[], countFlag: string, usage: string): Promise<BenchFlags> {
  let values: ReturnType<typeof valuesOf>;
  try {
    values = valuesOf(args, countFlag);
  } catch (error) {
    throw new WrongUse(`${(error as Error).message.split('\n')[0]}; ${usage}`);
  }
  const personality = personalitySchema.safeParse(values.personality ?? '1.6.5');
  if (!personality.success) throw new WrongUse(`--personality must be one of ${personalitySchema.options.join(', ')}`);
  const lines = lineKindSchema.safeParse(values.lines ?? 'auto');
  if (!lines.success) throw new WrongUse(`--lines must be one of ${lineKindSchema.options.join(', ')}`);
  if (values.dps !== undefined && values['no-dps']) throw new WrongUse(`--dps and --no-dps contradict; ${usage}`);
  const count = (values as { readonly [name: string]: string | boolean | undefined })[countFlag];
  return {
    folder: values.folder ?? null,
    readyFile: values['ready-file'] ?? null,
    cloud: values.dps !== undefined ? await cloudFromReadyFile(values.dps) : values['no-dps'] ? { kind: 'none' } : null,
    personality: personality.data,
    count: typeof count === 'string' ? countFrom(count, countFlag) : null,
    keepState: values.state === true,
    withParent: values['with-parent'] === true,
    handOver: process.versions['electron'] !== undefined,
    timing: values['real-time'] === true ? realTiming : trainingTiming,
    lines: lines.data,
  };
}
