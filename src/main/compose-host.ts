import { join } from 'node:path';
import type { CallInput } from '../shared/contract.ts';
import type { HostState } from '../shared/host-state.ts';
import { type Client, connect } from '../shared/link/connect.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { type Settings, settingsSchema } from '../shared/settings.ts';
import { readSettings, salvageSettings, settingsRevision, writeSettings } from './adapters/files/settings-file.ts';
import { connectLocalLink } from './adapters/local-link/local-link.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import type { BenchDesk } from './bench/bench-desk.ts';
import { openStation } from './compose.ts';
import { type OpenedBench, openBench } from './compose-bench.ts';
import { vaultHandlers } from './compose-host-vault.ts';
import { openPeople } from './compose-people.ts';
import { loadRecipe } from './compose-recipe.ts';
import { settingsHandlers } from './compose-settings.ts';
import { createVaults } from './compose-vault.ts';
import type { Unsubscribe } from './ports/line.ts';
import type { StationHandle } from './ports/station-handle.ts';
import type { HostActivity, StationHost } from './ports/station-host.ts';
import { createHostHandlers, type OpenParts } from './station/host-handlers.ts';
import { relayedHandlers } from './station/relay-handlers.ts';
import { softwareVersion } from './version.ts';

/** An owner that closes may wait for boards whose secret is being written. */
const comeAgainInMs = 250;
const mostVisits = 240;

/** A station in full work, and what was opened around it. */
type Opened = OpenParts & {
  readonly benchEnded: Promise<void> | null;
  readonly stop: () => Promise<void>;
};

/** Keeps a station open for doors with a screen; resolves nothing and fails nothing: the state tells. */
export function openHost(request: { readonly dataFolder: string; readonly door: string }): StationHost {
  const { dataFolder, door } = request;
  const listeners = new Set<() => void>();
  const vaults = createVaults({ dataFolder });
  let settings: Settings = settingsSchema.parse({});
  const people = openPeople({ dataFolder, settings: () => settings, signsOut: true });
  let state: HostState['state'] = 'starting';
  let trouble: Problem | null = null;
  let opened: Opened | null = null;
  let stopping: Promise<void> | null = null;
  let owner: { readonly client: Client; close(): void } | null = null;
  let stopListening: Unsubscribe = () => {};
  /** Opening and closing never overlap. */
  let queue: Promise<void> = Promise.resolve();

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const become = (next: HostState['state'], why: Problem | null = null): void => {
    state = next;
    trouble = why;
    changed();
  };

  /** `patience`: how often to come again to a folder whose owner is just leaving it, or opening it anew. */
  async function open(patience = 0): Promise<void> {
    if (stopping !== null) return;
    become('starting');
    const made = await openAll();
    const owned = !made.ok && made.problem.code === 'folder-owned';
    if (owned && (await lookThroughOwner())) return become('open');
    if (owned && patience > 0 && stopping === null) {
      await new Promise<void>((resolve) => void systemClock.after(comeAgainInMs, resolve));
      return open(patience - 1);
    }
    if (!made.ok) return become(made.problem.code === 'vault-locked' ? 'vault-locked' : 'failed', made.problem);
    opened = made.value;
    void made.value.benchEnded?.then(() => benchIsGone(made.value));
    stopListening = made.value.handle.onChange(changed);
    become('open');
  }

  /** The simulation ended by itself: without boards and cloud there is nothing to keep open. */
  function benchIsGone(of: Opened): void {
    if (opened !== of || state !== 'open') return;
    void enqueue(async () => {
      if (opened !== of) return;
      await close();
      become('failed', problem('simulation-failed', { reason: 'it ended by itself' }));
    });
  }

  /** Another door owns the folder: this one becomes a second screen of the same station, for as long as that lasts. */
  async function lookThroughOwner(): Promise<boolean> {
    const connected = await connectLocalLink(join(dataFolder, settings.mode));
    if (connected === null) return false;
    const client = connect(connected.link);
    owner = { client, close: connected.close };
    connected.link.onClose(() => {
      if (owner?.client !== client) return;
      owner = null;
      void enqueue(() => open(mostVisits));
    });
    return true;
  }

  async function openAll(): Promise<Result<Opened, Problem>> {
    const read = readSettings(dataFolder);
    settings = read.ok ? read.value : salvageSettings(dataFolder);
    people.desk.changed(); // their roles may be others now
    if (!read.ok) return read;
    const bench =
      settings.mode === 'training' && settings.bench === 'embedded' ? await openBench(dataFolder, settings) : null;
    if (bench !== null && !bench.ok) return bench;
    const around = bench?.value ?? null;
    const station = await openStationAt(around);
    if (!station.ok) {
      await around?.stop();
      return station;
    }
    const handle = station.value;
    const endAll = async (desk: BenchDesk | null): Promise<void> => {
      try {
        // From this call on no slot begins anything.
        const halted = handle.stop();
        await desk?.stop();
        await halted;
      } finally {
        await around?.stop();
      }
    };
    try {
      const desk = around === null ? null : await around.openDesk(handle, tellTrouble);
      return ok({ handle, desk, benchEnded: around?.ended ?? null, stop: () => endAll(desk) });
    } catch (error) {
      // A bench that does not answer its first question has no hands: nothing of it stays behind.
      await endAll(null);
      return fail(problem('simulation-failed', { reason: error instanceof Error ? error.message : String(error) }));
    }
  }

  async function openStationAt(bench: OpenedBench | null): Promise<Result<StationHandle, Problem>> {
    const effective = bench?.settings ?? settings;
    const recipe = loadRecipe(effective.recipe);
    if (!recipe.ok) return recipe;
    return openStation({
      dataFolder,
      settings: effective,
      recipe: recipe.value,
      door,
      actor: door,
      handlersOf: () => people.gate(own, true),
      vaults,
      people,
      ...(bench === null ? {} : { secrets: bench.secrets }),
    });
  }

  async function close(): Promise<void> {
    const second = owner;
    owner = null;
    second?.close();
    const leaving = opened;
    if (leaving === null) return;
    become('stopping');
    try {
      await leaving.stop();
    } finally {
      stopListening();
      opened = null;
      changed();
    }
  }

  function enqueue(task: () => Promise<void>): Promise<void> {
    queue = queue.then(task).catch((error: unknown) => {
      tellTrouble(error);
      become('failed', problem('bug', { reason: error instanceof Error ? error.message : String(error) }));
    });
    return queue;
  }

  const reopen = (): Promise<void> =>
    enqueue(async () => {
      await close();
      await open();
    });

  function activity(): HostActivity {
    const slots = opened?.handle.snapshot().slots ?? [];
    return {
      working: slots.filter((slot) => slot.state === 'working').length,
      writing: slots.filter((slot) => slot.step === 'intent').length,
    };
  }

  /** Why the station must not be closed under whoever works at it; a unit that was scanned counts. */
  function refusal(): Problem | null {
    if (stopping !== null) return problem('station-starting');
    const waiting = opened?.handle.snapshot().waitingScan == null ? 0 : 1;
    const working = activity().working + waiting;
    return working > 0 ? problem('station-busy', { working }) : null;
  }

  /** Resolves when the task is through; the station opens behind it. */
  function whileClosed(task: () => Promise<void>, then: () => Promise<void> = async () => {}): Promise<void> {
    return new Promise((resolve) => {
      void enqueue(async () => {
        try {
          await close();
          await task();
        } finally {
          resolve();
        }
        await open();
        await then();
      });
    });
  }

  async function setSettings(input: CallInput<'settings-set'>): Promise<Result<void, Problem>> {
    const { settings: next, actor } = input;
    const why = refusal() ?? staleness(dataFolder, input);
    if (why !== null) return fail(why);
    const written = writeSettings(dataFolder, next);
    if (!written.ok) return written;
    await opened?.handle.note('settings-changed', actor, { mode: next.mode, station: next.station });
    // The page sees how it goes in the stream; a call that waited for slow parts would only look stuck.
    void reopen();
    return ok(undefined);
  }

  const hostState = (): HostState => ({
    state,
    problem: trouble === null ? null : stored(trouble),
    warnings: (opened?.handle.warnings() ?? []).map((one) => stored(one)),
    mode: settings.mode,
    bench: opened?.desk != null,
    version: softwareVersion,
    dataFolder,
  });
  const onChange = (listener: () => void): Unsubscribe => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const own = createHostHandlers({
    hostState,
    onChange,
    opened: () => opened,
    trouble: () => trouble ?? problem('station-starting'),
    people: people.handlers,
    own: {
      ...settingsHandlers({
        vaults,
        onStored: async ({ actor, mode, name }) => opened?.handle.note('secret-stored', actor, { mode, name }),
      }),
      ...vaultHandlers({
        vaults,
        door,
        isLocked: () => state === 'vault-locked',
        refusal,
        whileClosed,
        note: async (event, actor) => opened?.handle.note(event, actor, {}),
      }),
      'settings-set': setSettings,
      reopen: async () => {
        const why = refusal();
        if (why !== null) return fail(why);
        void reopen();
        return ok(undefined);
      },
    },
  });
  // What is passed on to an owner meets the owner's gate.
  const handlers = relayedHandlers(people.gate(own, false), () => owner?.client ?? null, onChange);
  void enqueue(() => open());
  return {
    handlers,
    state: hostState,
    onChange,
    activity,
    stop: () => {
      stopping ??= enqueue(close).finally(() => {
        vaults.close();
        people.close();
      });
      return stopping;
    },
  };
}

/** Why these settings must not be written: somebody else wrote meanwhile, or they would leave the secrets behind. */
function staleness(dataFolder: string, { revision, settings }: CallInput<'settings-set'>): Problem | null {
  if (revision !== settingsRevision(dataFolder)) return problem('settings-stale');
  const { backend, acceptedBy } = salvageSettings(dataFolder).vault;
  const same = settings.vault.backend === backend && settings.vault.acceptedBy === acceptedBy;
  return same ? null : problem('vault-only-moved');
}

function stored(cause: Problem): NonNullable<HostState['problem']> {
  return { code: cause.code, facts: { ...cause.facts } };
}

function tellTrouble(error: unknown): void {
  process.stderr.write(
    `the station met what nobody named: ${error instanceof Error ? error.message : String(error)}\n`,
  );
}
