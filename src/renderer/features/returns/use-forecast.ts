import { useEffect, useRef, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import type { ForecastRow, Measure } from '../../../shared/returns.ts';
import { useCall } from '../../station/use-station.ts';
import { readBase64 } from './read-base64.ts';

/** The two files of an image, and whose units are asked about (`recipe` null: all). */
type ForecastAsked = { readonly bin: File; readonly map: File; readonly recipe: string | null };

/** A forecast: running, ended, or failed with a problem; `rows` grow while it runs. */
export type Forecast = {
  readonly state: 'none' | 'running' | 'ready';
  readonly image: Measure | null;
  readonly rows: readonly ForecastRow[];
  readonly problem: Problem | null;
  start(asked: ForecastAsked): void;
  cancel(): void;
};

type Held = Pick<Forecast, 'state' | 'image' | 'rows' | 'problem'>;
const nothing: Held = { state: 'none', image: null, rows: [], problem: null };
const rowsPerPage = 1_000;

/** Reads both files and asks for one page after the other. Leaving the page cancels it. */
export function useForecast(): Forecast {
  const call = useCall();
  const [held, setHeld] = useState<Held>(nothing);
  const run = useRef<object | null>(null);
  const cancel = (): void => {
    run.current = null;
    setHeld(nothing);
  };
  useEffect(
    () => () => {
      run.current = null;
    },
    [],
  );

  async function filesOf(asked: ForecastAsked): Promise<{ readonly bin: string; readonly map: string } | Problem> {
    let name = asked.bin.name;
    try {
      const bin = await readBase64(asked.bin);
      name = asked.map.name;
      return { bin, map: await readBase64(asked.map) };
    } catch (error) {
      // Moved, changed or locked since it was chosen.
      return problem('file-unreadable', { file: name, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async function start(asked: ForecastAsked): Promise<void> {
    if (run.current !== null) return;
    const own = {};
    run.current = own;
    setHeld({ ...nothing, state: 'running' });
    const end = (part: Partial<Held>): void => {
      run.current = null;
      setHeld({ ...nothing, ...part });
    };
    const files = await filesOf(asked);
    if (run.current !== own) return;
    if ('code' in files) return end({ problem: files });
    const rows: ForecastRow[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page: Result<CallOutput<'forecast'>, Problem> = await call('forecast', {
        ...files,
        recipe: asked.recipe,
        known: [],
        after,
        limit: rowsPerPage,
      });
      if (run.current !== own) return;
      if (!page.ok) return end({ problem: page.problem });
      rows.push(...page.value.rows);
      after = page.value.next;
      if (after === null) end({ state: 'ready', image: page.value.image, rows });
      else setHeld({ state: 'running', image: page.value.image, rows: [...rows], problem: null });
    }
  }

  return { ...held, start: (asked) => void start(asked), cancel };
}
