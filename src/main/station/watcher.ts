import type { EnrollmentAnswer } from '../../shared/enrollment.ts';
import type { Job, Origin } from '../../shared/job.ts';
import type { OutboxItem } from '../../shared/outbox.ts';
import { ok, type Result } from '../../shared/result.ts';
import { judgeProof, judgeRegistration, type Proof } from '../domain/proof.ts';
import { decideProvision, type ProvisionPlan } from '../domain/provision-machine.ts';
import { retryDelayInMs, watchDelayInMs } from '../domain/retry-schedule.ts';
import { type Clock, isoNow } from '../ports/clock.ts';
import type { RegistryFailure } from '../ports/enrollment-registry.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { StationStore, StoreWrite } from '../ports/station-store.ts';
import { createAlarm } from './alarm.ts';
import type { Instance, Instances } from './instances.ts';

/** What a watcher needs. */
export type WatcherOptions = {
  readonly instances: Instances;
  readonly origin: Origin;
  readonly store: Pick<
    StationStore,
    'dueProofs' | 'nextProofAt' | 'watchAgain' | 'watchAllNow' | 'commit' | 'job' | 'holder' | 'listItems'
  >;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly logger: Logger;
  readonly onChange: () => void;
  /** A job was proved, or an unsettled one has passed thereby. */
  readonly onProved?: (job: Job) => void;
};

/** Learns which boards have registered and turns PASS into PROVED. */
export type Watcher = {
  /** Looks at what is due; call when items were delivered. */
  wake(): void;
  /** Looks at every delivered, unproved unit now; resolves when all were looked at once. */
  lookAtAll(): Promise<void>;
  /** This board has power here now: if its unit is not proved yet, it may register any moment. */
  expect(hardwareId: string): Promise<void>;
  stop(): Promise<void>;
};

/** What a look says; null: the station stops. */
type Looked = Result<Proof, RegistryFailure> | null;

/** A finished job asks no more of its recipe. */
const finishedPlan: ProvisionPlan = {
  board: 'linux-shell',
  macFrom: 'none',
  setsWifi: false,
  writes: false,
  checksBoard: false,
};

function hiddenKey(found: EnrollmentAnswer): boolean {
  return found.attestation?.type === 'symmetricKey';
}

const looksAtOnce = 4;
const pageOfProofs = 40;

/** Makes a watcher; it starts with the first `wake`. */
export function createWatcher(options: WatcherOptions): Watcher {
  let stopped = false;
  let running: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  const alarm = createAlarm(options.clock, wake);

  function wake(): void {
    again = true;
    running ??= rounds().finally(() => {
      running = null;
      if (again && !stopped) wake();
    });
  }

  async function rounds(): Promise<void> {
    while (again && !stopped) {
      again = false;
      const due = await options.store.dueProofs(isoNow(options.clock), pageOfProofs);
      if (!due.ok) return alarm.set(30_000);
      const left = [...due.value];
      let unreachable = false;
      const worker = async (): Promise<void> => {
        for (let one = left.shift(); one !== undefined && !stopped && !unreachable; one = left.shift()) {
          if (!(await look(one.item, one.asked))) unreachable = true;
        }
      };
      await Promise.all(Array.from({ length: looksAtOnce }, worker));
      if (unreachable) {
        failures += 1;
        return alarm.set(
          retryDelayInMs({ failures, firstInMs: 2_000, mostInMs: 120_000, fraction: options.random.fraction() }),
        );
      }
      failures = 0;
      if (due.value.length > 0) again = true;
      else await sleepUntilDue();
    }
  }

  async function sleepUntilDue(): Promise<void> {
    const at = await options.store.nextProofAt();
    if (at.ok && at.value !== null && !stopped) alarm.set(Date.parse(at.value) - options.clock.now());
  }

  /** One look; false when the service could not be asked. */
  async function look(item: OutboxItem, asked: number): Promise<boolean> {
    const instance = options.instances.get(item.instance);
    const later = () =>
      options.store.watchAgain(item.id, new Date(options.clock.now() + watchDelayInMs(asked)).toISOString(), asked + 1);
    if (instance === undefined) return (await later()).ok;
    const judged = await (item.mode === 'group' ? proofByRegistration : proofByEnrollment)(item, instance);
    if (judged === null) return false;
    // Refused for this one alone: it must not keep the others from being looked at.
    if (!judged.ok) return judged.problem.problem.code === 'request-refused' && (await later()).ok;
    const proof = judged.value;
    if (proof.proof === 'not-yet') return (await later()).ok;
    const at = isoNow(options.clock);
    if (proof.proof === 'registered') return commit(at, await provedWrites(item, at));
    const parked = {
      ...item,
      state: 'parked' as const,
      problem: { code: proof.problem.code, facts: { ...proof.problem.facts } },
    };
    return commit(at, [{ write: 'item-changed', item: parked, event: 'item-parked' }]);
  }

  async function proofByEnrollment(item: OutboxItem, instance: Instance): Promise<Looked> {
    const found = await metered(instance, () => instance.registry.get(item.registrationId));
    if (found === null || !found.ok) return found;
    // The service hides symmetric keys: whose they are is asked for only when it decides.
    if (found.value === null || !hiddenKey(found.value)) return ok(judgeProof(item, found.value));
    if (found.value.registrationState?.status !== 'assigned') return ok({ proof: 'not-yet' });
    const key = await metered(instance, () => instance.registry.keyFingerprint(item.registrationId));
    if (key === null || !key.ok) return key;
    return ok(judgeProof(item, { ...found.value, ...(key.value === null ? {} : { keyFingerprint: key.value }) }));
  }

  async function proofByRegistration(item: OutboxItem, instance: Instance): Promise<Looked> {
    const found = await metered(instance, () => instance.registry.registration(item.registrationId));
    return found === null || !found.ok ? found : ok(judgeRegistration(found.value, item.createdAt));
  }

  async function metered<T>(
    instance: Instance,
    call: () => Promise<Result<T, RegistryFailure>>,
  ): Promise<Result<T, RegistryFailure> | null> {
    const release = await instance.quota.take('watcher', 1);
    return release === null ? null : call().finally(release);
  }

  async function provedWrites(item: OutboxItem, at: string): Promise<StoreWrite[]> {
    const writes: StoreWrite[] = [{ write: 'item-changed', item: { ...item, provedAt: at }, event: 'item-proved' }];
    const job = await options.store.job(item.jobId);
    if (!job.ok || job.value === null) return writes;
    const decision = decideProvision(job.value.state, { event: 'registered', at }, finishedPlan);
    if (decision !== null) {
      const changed: Job = { ...job.value, state: decision.state };
      writes.push({ write: 'job-changed', job: changed, event: 'registered' });
    }
    return writes;
  }

  async function commit(at: string, writes: readonly StoreWrite[]): Promise<boolean> {
    const committed = await options.store.commit({ origin: options.origin, at, writes });
    if (!committed.ok) options.logger.error('a proof could not be written', { code: committed.problem.code });
    for (const one of committed.ok ? writes : []) if (one.write === 'job-changed') options.onProved?.(one.job);
    options.onChange();
    return committed.ok;
  }

  return {
    wake,
    lookAtAll: async () => {
      alarm.clear();
      const now = isoNow(options.clock);
      await options.store.watchAllNow(now);
      wake();
      while (running !== null) await running;
    },
    expect: async (hardwareId) => {
      const job = await options.store.holder({ hardwareId });
      if (!job.ok || job.value === null || stopped) return;
      const items = await options.store.listItems({ states: ['delivered'], jobId: job.value.id, after: 0, limit: 10 });
      const open = items.ok ? items.value.rows.filter((item) => item.provedAt === null) : [];
      if (open.length === 0) return;
      const at = new Date(options.clock.now() + watchDelayInMs(0)).toISOString();
      for (const item of open) await options.store.watchAgain(item.id, at, 0);
      wake();
    },
    stop: async () => {
      stopped = true;
      alarm.clear();
      await running;
    },
  };
}
