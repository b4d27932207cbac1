import { join } from 'node:path';
import { type Client, connect } from '../shared/link/connect.ts';
import { linkPair } from '../shared/link/link.ts';
import { serve } from '../shared/link/serve.ts';
import type { Problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { connectLocalLink } from './adapters/local-link/local-link.ts';
import { openStation } from './compose.ts';
import type { OpenOptions } from './compose-options.ts';
import { createHandlers } from './station/handlers.ts';

/** A station that answers the contract, for as long as a command needs it. */
export type ReachedStation = { readonly client: Client; close(): Promise<void> };

/**
 * Reaches the station of a folder: the process that owns it, or, where nobody does, one that is opened without boards
 * for the time of the command. What a stop interrupted is left to the next start.
 */
export async function reachStation(
  options: Omit<OpenOptions, 'finder' | 'interrupted'>,
  /** Puts the badge of whoever asks before the calls to another owner. */
  proveTo: (client: Client) => Promise<Result<unknown, Problem>>,
): Promise<Result<ReachedStation, Problem>> {
  const nobody = { list: async () => ok([]), watch: () => () => {} };
  const opened = await openStation({ ...options, finder: nobody, interrupted: 'leave' });
  if (opened.ok) {
    const handle = opened.value;
    const { near, far, close } = linkPair();
    let bug: unknown = null;
    serve(far, createHandlers(handle), (error) => {
      bug = error;
    });
    return ok({
      client: connect(near),
      close: async () => {
        close();
        await handle.stop();
        if (bug !== null) throw bug;
      },
    });
  }
  if (opened.problem.code !== 'folder-owned') return opened;
  const owner = await connectLocalLink(join(options.dataFolder, options.settings.mode));
  if (owner === null) return fail(opened.problem as Problem);
  const client = connect(owner.link);
  const proved = await proveTo(client);
  if (!proved.ok) {
    owner.close();
    return proved;
  }
  return ok({ client, close: async () => owner.close() });
}
