import { createEnrollmentMirror } from '../../src/main/adapters/sqlite/mirror-store.ts';
import { systemRandom } from '../../src/main/adapters/system/system-random.ts';
import { createFileVault } from '../../src/main/adapters/vault/file-vault.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { ReturnsDesk } from '../../src/main/ports/returns-desk.ts';
import type { Books, StationHandle } from '../../src/main/ports/station-handle.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import { createEnrollmentDesk } from '../../src/main/station/enrollments/enrollment-desk.ts';
import { openPermits } from '../../src/main/station/open-permits.ts';
import { createOrderDesk } from '../../src/main/station/orders/order-desk.ts';
import { problem } from '../../src/shared/problem.ts';
import type { InstanceState } from '../../src/shared/queue.ts';
import { fail, ok } from '../../src/shared/result.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import type { SlotSnapshot, StationSnapshot } from '../../src/shared/station-snapshot.ts';
import { testOrigin, valueFrom } from './books.ts';
import { type ManualClock, manualClock } from './clock.ts';
import { emptySlot } from './empty-slot.ts';
import { noQuality } from './no-quality.ts';

/** A station of nothing but books: slots and instances are what the test says. */
export type BooksHandle = {
  readonly handle: StationHandle;
  readonly clock: ManualClock;
  /** How often the queue was counted. */
  reads(): number;
  /** Who listens for changes. */
  listeners(): number;
  /** Changes what is told and tells that something changed. */
  change(part?: {
    readonly slots?: readonly Partial<SlotSnapshot>[];
    readonly instances?: readonly InstanceState[];
  }): void;
};

const noReturn = async () => fail(problem('return-not-found', { id: 'none' }));
/** A desk at which nobody works. */
const closedReturns: ReturnsDesk = {
  find: async () => ok([]),
  open: noReturn,
  detail: noReturn,
  cancel: noReturn,
  goOn: noReturn,
  forecast: noReturn,
  state: async () => ({ open: 0, rows: [] }),
  onChange: () => () => {},
  settled: async () => {},
};

/** Makes a {@link BooksHandle} on real books. */
export function booksHandle(store: StationStore): BooksHandle {
  const clock = manualClock();
  const listeners = new Set<() => void>();
  let reads = 0;
  let slots: SlotSnapshot[] = [];
  let instances: readonly InstanceState[] = [];
  const snapshot = (): StationSnapshot => ({
    revision: 0,
    station: 'test',
    mode: 'training',
    recipe: 'test-recipe',
    steps: [],
    waitingScan: null,
    scanProblem: null,
    scanCount: 0,
    abortAsked: null,
    qaOn: false,
    slots,
    pause: null,
  });
  const books: Books = {
    ...store,
    queueNumbers: (present) => {
      reads += 1;
      return store.queueNumbers(present);
    },
  };
  const nothing = async () => ok(undefined);
  const permits = openPermits();
  const handle: StationHandle = {
    permits,
    orders: createOrderDesk({
      store: { ...store, queueNumbers: books.queueNumbers },
      settings: settingsSchema.parse({}),
      recipe: valueFrom(loadRecipe('mxchip-devkit')),
      origin: testOrigin,
      clock,
      offset: () => 0,
      permits,
      fits: (instance) => (instance === 'default' ? null : problem('no-instance', { instance })),
      onChange: () => {},
    }),
    folder: 'nowhere',
    scan: async () => ok({ scan: 'nothing' }),
    rework: nothing,
    take: nothing,
    abort: () => null,
    typeMac: () => null,
    snapshot,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush: () => {},
    settled: async () => {},
    retry: nothing,
    lookAtAll: async () => {},
    returns: closedReturns,
    hubs: new Map(),
    warnings: () => [],
    note: async () => {},
    instances: () => instances,
    enrollments: createEnrollmentDesk({
      instances: new Map(),
      mirror: createEnrollmentMirror({ file: ':memory:' }),
      store,
      hubOf: () => null,
      clock,
      random: systemRandom,
      vault: createFileVault('nowhere/vault.json'),
      keep: async () => ok(undefined),
      note: async () => {},
    }),
    clock,
    quality: noQuality,
    books,
    trust: {
      signer: {
        publicKeyPem: async () => fail(problem('vault-locked')),
        sign: async () => fail(problem('vault-locked')),
      },
      state: async () => ok({ head: null, newestCheckpoint: null, newestAnchor: null, backups: [] }),
      checkpoint: async () => ok(null),
      backUp: async () => fail(problem('backup-failed', { folder: 'nowhere', reason: 'there is no folder' })),
      troubles: () => [],
    },
    stop: async () => {},
  };
  return {
    handle,
    clock,
    reads: () => reads,
    listeners: () => listeners.size,
    change: (part = {}) => {
      if (part.slots !== undefined) slots = part.slots.map((slot) => ({ ...emptySlot, ...slot }));
      if (part.instances !== undefined) instances = part.instances;
      for (const listener of [...listeners]) listener();
    },
  };
}
