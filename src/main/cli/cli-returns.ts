import type { Client } from '../../shared/link/connect.ts';
import type { Countersign } from '../../shared/people.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { FoundUnit, ReturnOrder, ReturnRow, ReturnWait } from '../../shared/returns.ts';
import type { ForecastPage, ForecastQuery } from '../ports/returns-desk.ts';
import type { StationHandle } from '../ports/station-handle.ts';
import type { Context } from './context.ts';
import { CommandFailure, unwrap } from './output.ts';
import type { CliTools } from './tools.ts';

type Detail = { readonly case: ReturnRow; readonly wait: ReturnWait; readonly notice: object | null };
/** One page of returns, newest first. */
export type ReturnPage = { readonly rows: readonly ReturnRow[]; readonly next: number | null; readonly total: number };

/** The desk for returns as commands use it, whoever owns the folder. */
export type CliReturns = {
  find(text: string): Promise<Result<readonly FoundUnit[], Problem>>;
  open(
    order: ReturnOrder,
    by: { readonly actor: string; readonly countersign: Countersign | null },
  ): Promise<Result<{ readonly id: string; readonly notice: object | null }, Problem>>;
  list(query: {
    readonly open: boolean;
    readonly before: number | null;
    readonly limit: number;
  }): Promise<Result<ReturnPage, Problem>>;
  detail(id: string): Promise<Result<Detail, Problem>>;
  cancel(id: string, actor: string): Promise<Result<unknown, Problem>>;
  goOn(id: string, leaveOut: boolean, actor: string): Promise<Result<unknown, Problem>>;
  forecast(query: ForecastQuery): Promise<Result<ForecastPage, Problem>>;
  /** Waits until what can be done at the service now is done; an owner does it while it works. */
  settled(): Promise<void>;
};

/** Runs a task at the desk of the station: here, or in the process that owns its folder. */
export async function withReturns(
  context: Context,
  tools: CliTools,
  task: (returns: CliReturns) => Promise<void>,
): Promise<void> {
  const { dataFolder, settings } = context;
  const opened = await tools.openStation({
    dataFolder,
    settings: { ...settings, scanner: null },
    recipe: unwrap(tools.loadRecipe(settings.recipe)),
    door: 'return',
    actor: 'terminal',
    interrupted: 'leave',
    onlyLine: null,
  });
  if (opened.ok) {
    try {
      await task(returnsHere(opened.value));
    } finally {
      await opened.value.stop();
    }
    return;
  }
  if (opened.problem.code !== 'folder-owned') throw new CommandFailure(opened.problem);
  const reached = await tools.connectOwner(dataFolder, settings.mode);
  if (reached === null) throw new CommandFailure(opened.problem);
  const owner = unwrap(reached);
  try {
    await task(returnsOf(owner.client));
  } finally {
    owner.close();
  }
}

function returnsHere({ returns, books, permits }: StationHandle): CliReturns {
  return {
    find: returns.find,
    open: (order, by) => returns.open(order, { ...by, permits }),
    list: books.listReturns,
    detail: returns.detail,
    cancel: (id, actor) => returns.cancel(id, { actor, permits }),
    goOn: (id, leaveOut, actor) => returns.goOn(id, leaveOut, { actor, permits }),
    forecast: returns.forecast,
    settled: returns.settled,
  };
}

function returnsOf(client: Client): CliReturns {
  return {
    find: async (text) => {
      const found = await client.call('unit-find', { text });
      return found.ok ? { ok: true, value: found.value.rows } : found;
    },
    open: (order, by) => client.call('return-open', { ...order, ...by }),
    list: (query) => client.call('return-list', query),
    detail: (id) => client.call('return-detail', { id }),
    cancel: (id, actor) => client.call('return-cancel', { id, actor }),
    goOn: (id, leaveOut, actor) => client.call('return-continue', { id, leaveOut, actor }),
    forecast: ({ bin, map, known, ...query }) =>
      client.call('forecast', {
        ...query,
        known: [...known],
        bin: Buffer.from(bin).toString('base64'),
        map: Buffer.from(map).toString('base64'),
      }),
    settled: async () => {},
  };
}
