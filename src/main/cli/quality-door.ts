import type { CallInput, CallOutput } from '../../shared/contract.ts';
import type { qualityContract } from '../../shared/contract-quality.ts';
import type { Client } from '../../shared/link/connect.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import type { LinePresence } from '../ports/line.ts';
import type { StationHandle } from '../ports/station-handle.ts';
import type { Context } from './context.ts';
import { CommandFailure, unwrap } from './output.ts';
import type { CliTools } from './tools.ts';

type QualityCall = keyof typeof qualityContract.calls;

/** QA as a command reaches it: in this process, or in the one that owns the station folder. */
export type QualityDoor = {
  /** Ends the command with the problem where there is one. */
  call<Name extends QualityCall>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>;
  finished(id: string): Promise<void>;
  /** The station of this process; null: another one's. */
  readonly handle: StationHandle | null;
};

/**
 * Opens the station for one command, or asks its owner. `line`: a board at this port, in slot 1; only for a station that
 * nobody has open.
 */
export async function withQuality<T>(
  context: Context,
  tools: CliTools,
  line: LinePresence | null,
  task: (door: QualityDoor) => Promise<T>,
): Promise<T> {
  const opened = await tools.openStation({
    dataFolder: context.dataFolder,
    settings: { ...context.settings, scanner: null },
    recipe: unwrap(tools.loadRecipe(context.settings.recipe)),
    door: 'verify',
    actor: 'terminal',
    interrupted: 'leave',
    onlyLine: line,
  });
  if (!opened.ok && opened.problem.code === 'folder-owned' && line === null) {
    return byOwner(context, tools, opened.problem, task);
  }
  const handle = unwrap(opened);
  try {
    const { calls, finished } = handle.quality;
    const call = calls as unknown as Readonly<Record<QualityCall, (input: unknown) => Promise<Result<never, Problem>>>>;
    return await task({ handle, finished, call: async (name, input) => unwrap(await call[name](input)) });
  } finally {
    await handle.stop();
  }
}

async function byOwner<T>(
  context: Context,
  tools: CliTools,
  owned: Problem,
  task: (door: QualityDoor) => Promise<T>,
): Promise<T> {
  const reached = await tools.connectOwner(context.dataFolder, context.settings.mode);
  if (reached === null) throw new CommandFailure(owned);
  const owner = unwrap(reached);
  try {
    return await task({
      handle: null,
      finished: (id) => finishedAt(owner.client, id),
      call: async (name, input) => unwrap((await owner.client.call(name, input as never)) as Result<never, Problem>),
    });
  } finally {
    owner.close();
  }
}

/** Every change of QA is told; what is done is no longer at work. */
async function finishedAt(client: Client, id: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = client.watch('quality', (value) => {
      if (value === null || value.running.some((one) => one.id === id)) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}
