import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openHost } from '../../src/main/compose-host.ts';
import type { StationHost } from '../../src/main/ports/station-host.ts';
import {
  type CallInput,
  type CallName,
  type CallOutput,
  namesActor,
  type StreamName,
  type StreamValue,
} from '../../src/shared/contract.ts';
import { type Client, connect } from '../../src/shared/link/connect.ts';
import { linkPair } from '../../src/shared/link/link.ts';
import { serve } from '../../src/shared/link/serve.ts';
import type { Problem } from '../../src/shared/problem.ts';
import type { Result } from '../../src/shared/result.ts';
import type { Settings } from '../../src/shared/settings.ts';

/** A host on a folder of its own, and a client of its contract. */
export type HostUnderTest = {
  readonly host: StationHost;
  readonly client: Client;
  readonly dataFolder: string;
  /** A call by the tester. */
  call<Name extends CallName>(
    name: Name,
    input: Omit<CallInput<Name>, 'actor'>,
  ): Promise<Result<CallOutput<Name>, Problem>>;
  /** Saves settings as a page does that has just read them. */
  save(settings: Settings): Promise<Result<CallOutput<'settings-set'>, Problem>>;
  /** Waits until a stream says what is wanted, and gives that value. */
  until<Name extends StreamName>(name: Name, fits: (value: StreamValue<Name>) => boolean): Promise<StreamValue<Name>>;
};

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dps-station-host-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Opens a host; stopped when the test ends. */
export function openTestHost(dataFolder: string = temporaryFolder()): HostUnderTest {
  const host = openHost({ dataFolder, door: 'tester' });
  onTestFinished(() => host.stop());
  const { near, far } = linkPair();
  const bugs: unknown[] = [];
  serve(far, host.handlers, (error) => bugs.push(error));
  const client = connect(near);
  const call: HostUnderTest['call'] = (name, input) =>
    client.call(name, { ...input, ...(namesActor(name) ? { actor: 'tester' } : {}) } as never);
  return {
    host,
    client,
    dataFolder,
    call,
    save: async (settings) => {
      const view = await call('settings-get', {});
      return view.ok ? call('settings-set', { settings, revision: view.value.revision }) : view;
    },
    until: (name, fits) =>
      new Promise((resolve) => {
        const stop = client.watch(name, (value) => {
          if (!fits(value)) return;
          resolve(value);
          queueMicrotask(() => stop());
        });
      }),
  };
}
