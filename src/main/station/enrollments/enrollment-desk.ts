import type { EnrollmentAnswer } from '../../../shared/enrollment.ts';
import type { SentEnrollment } from '../../../shared/enrollment-group.ts';
import { type EntryKind, forGood, type OperationResult } from '../../../shared/enrollment-list.ts';
import { type Problem, type ProblemFacts, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { x509Attestation } from '../../domain/enrollment.ts';
import { entryFrom, groupEntryFrom, knownRegistration } from '../../domain/mirror-entry.ts';
import { registrationTrouble } from '../../domain/registration-trouble.ts';
import { type Clock, isoNow } from '../../ports/clock.ts';
import type { EnrollmentDesk, EntryDetail, EntryOrder } from '../../ports/enrollment-desk.ts';
import type { EnrollmentMirror } from '../../ports/enrollment-mirror.ts';
import type { Random } from '../../ports/random.ts';
import type { StationStore } from '../../ports/station-store.ts';
import type { Vault } from '../../ports/vault.ts';
import type { Instance, Instances } from '../instances.ts';
import { deleteMany } from './bulk-delete.ts';
import { replaceCredential } from './credential-replacement.ts';
import type { OperationTools } from './entry-changes.ts';
import { operate } from './entry-operations.ts';
import { besideHeld, readyGroup } from './group-orders.ts';
import type { HubOf } from './hub-access.ts';
import { createMirrorRefresh, type MirrorRefresh } from './mirror-refresh.ts';

/** What a desk needs. */
export type EnrollmentDeskOptions = {
  readonly instances: Instances;
  readonly mirror: EnrollmentMirror;
  readonly store: Pick<StationStore, 'certificate' | 'holder'>;
  readonly hubOf: HubOf;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction' | 'secretBytes'>;
  readonly vault: Pick<Vault, 'get' | 'set'>;
  /** Keeps a certificate that may have to be sent again. */
  readonly keep: (certificate: { readonly thumbprint: string; readonly der: string }) => Promise<Result<void, Problem>>;
  /** Writes into the journal who did what. */
  readonly note: (event: string, actor: string, facts: ProblemFacts) => Promise<void>;
};

const looksAtOnce = 4;

/** Makes a desk; nothing is read before somebody asks. */
export function createEnrollmentDesk(options: EnrollmentDeskOptions): EnrollmentDesk {
  const { instances, mirror, store, hubOf, clock } = options;
  const listeners = new Set<() => void>();
  const ages = new Map<string, { refreshedAt: string | null; individuals: number; groups: number }>();
  const refreshes = new Map<string, MirrorRefresh>();

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  function known(name: string): Result<Instance, Problem> {
    const instance = instances.get(name);
    return instance === undefined ? fail(problem('no-instance', { instance: name })) : ok(instance);
  }

  function refreshOf(name: string, { service }: Instance): MirrorRefresh {
    const there = refreshes.get(name);
    if (there !== undefined) return there;
    const fraction = () => options.random.fraction();
    const made = createMirrorRefresh({ instance: name, service, mirror, clock, fraction, onChange: changed });
    refreshes.set(name, made);
    return made;
  }

  async function learnAge(name: string): Promise<void> {
    const age = await mirror.age(name);
    if (!age.ok) return;
    ages.set(name, age.value);
    changed();
  }

  function toolsOf(name: string, { service }: Instance): OperationTools {
    return { instance: name, service, mirror, store, hubOf };
  }

  async function lookAt(name: string, { service }: Instance, id: string): Promise<Problem | null> {
    const found = await service.get(id);
    if (!found.ok) return found.problem.problem;
    if (found.value === null) {
      await mirror.drop(name, 'individual', id);
      return null;
    }
    await mirror.knowRegistration(name, id, knownRegistration(found.value.registrationState, isoNow(clock)));
    return null;
  }

  async function detail(name: string, kind: EntryKind, id: string): Promise<Result<EntryDetail, Problem>> {
    const instance = known(name);
    if (!instance.ok) return instance;
    const { service } = instance.value;
    if (kind === 'group') {
      const group = await service.getGroup(id);
      if (!group.ok) return fail(group.problem.problem);
      if (group.value === null) return fail(problem('entry-not-found', { id }));
      const entry = groupEntryFrom(group.value);
      await mirror.put(name, entry);
      return ok({ entry, registration: null, trouble: null });
    }
    const found = await service.get(id);
    if (!found.ok) return fail(found.problem.problem);
    if (found.value === null) return fail(problem('entry-not-found', { id }));
    const entry = entryFrom(found.value);
    const registration = knownRegistration(found.value.registrationState, isoNow(clock));
    await mirror.put(name, entry);
    await mirror.knowRegistration(name, id, registration);
    return ok({ entry, registration, trouble: registrationTrouble(id, found.value.registrationState) });
  }

  async function carryOut(
    order: EntryOrder,
    onResult: (result: OperationResult) => void,
  ): Promise<Result<void, Problem>> {
    const instance = known(order.instance);
    if (!instance.ok) return instance;
    const tools = toolsOf(order.instance, instance.value);
    const { kind, ids, operation } = order;
    if (operation === 'delete' && kind === 'individual' && ids.length > 1) {
      await deleteMany(tools, ids, onResult);
      return ok(undefined);
    }
    const left = [...ids];
    const worker = async (): Promise<void> => {
      for (let id = left.shift(); id !== undefined; id = left.shift())
        onResult(await operate(tools, kind, id, operation));
    };
    await Promise.all(Array.from({ length: looksAtOnce }, worker));
    return ok(undefined);
  }

  async function create(
    name: string,
    enrollment: SentEnrollment,
    actor: string,
  ): Promise<Result<EnrollmentAnswer, Problem>> {
    const instance = known(name);
    if (!instance.ok) return instance;
    const id = enrollment.registrationId;
    const written = await instance.value.service.put(enrollment, null);
    if (!written.ok) return fail(written.problem.problem);
    if (written.value.written !== 'done') return fail(problem('entry-exists', { id }));
    await mirror.put(name, entryFrom(written.value.now));
    await options.note('entry-create', actor, { instance: name, id });
    await learnAge(name);
    return ok(written.value.now);
  }

  async function exclude(name: string, registrationId: string, actor: string): Promise<Result<void, Problem>> {
    const holder = await store.holder({ instance: name, registrationId });
    if (!holder.ok) return holder;
    const state = holder.value?.state;
    const identity = state !== undefined && 'identity' in state ? state.identity : null;
    const attestation: SentEnrollment['attestation'] =
      identity?.attestation === 'x509'
        ? (x509Attestation(identity.certificatePem) as Extract<SentEnrollment['attestation'], { type: 'x509' }>)
        : { type: 'symmetricKey', symmetricKey: {} };
    const made = await create(name, { registrationId, attestation, provisioningStatus: 'disabled' }, actor);
    return made.ok ? ok(undefined) : made;
  }

  return {
    states: () =>
      [...instances.keys()].map((instance) => ({
        instance,
        ...(ages.get(instance) ?? { refreshedAt: null, individuals: 0, groups: 0 }),
        ...(refreshes.get(instance)?.progress() ?? { refreshing: false, readSoFar: 0, problem: null }),
      })),
    onChange: (listener) => {
      listeners.add(listener);
      // Whoever looks first wants to know how old it is.
      if (listeners.size === 1) for (const name of instances.keys()) void learnAge(name);
      return () => listeners.delete(listener);
    },
    refresh: async (name) => {
      const instance = known(name);
      if (!instance.ok) return instance;
      const done = await refreshOf(name, instance.value).run();
      await learnAge(name);
      return done;
    },
    list: (filter, stretch) => mirror.list(filter, stretch),
    records: (filter, after, limit) => mirror.records(filter, after, limit),
    look: async (name, ids) => {
      const instance = known(name);
      if (!instance.ok) return instance;
      const left = [...ids];
      let trouble: Problem | null = null;
      const worker = async (): Promise<void> => {
        for (let id = left.shift(); id !== undefined && trouble === null; id = left.shift()) {
          trouble = (await lookAt(name, instance.value, id)) ?? trouble;
        }
      };
      await Promise.all(Array.from({ length: looksAtOnce }, worker));
      return trouble === null ? ok(undefined) : fail(trouble);
    },
    detail,
    operate: async (order, onResult = () => {}) => {
      const count = order.ids.length;
      if (forGood.includes(order.operation) && order.confirm.trim() !== String(count)) {
        return fail(problem('confirmation-needed', { count }));
      }
      const results: OperationResult[] = [];
      const notes: Promise<void>[] = [];
      const done = await carryOut(order, (result) => {
        results.push(result);
        const { id, done: held, of } = result;
        const facts = { instance: order.instance, kind: order.kind, id, done: held, of };
        notes.push(options.note(`entry-${order.operation}`, order.actor, facts));
        onResult(result);
      });
      await Promise.all(notes);
      await learnAge(order.instance);
      return done.ok ? ok(results) : done;
    },
    putGroup: async (name, order, actor) => {
      const instance = known(name);
      if (!instance.ok) return instance;
      const { service } = instance.value;
      const ready = await readyGroup(order, options);
      if (!ready.ok) return ready;
      const { id } = order;
      for (const certificate of ready.value.certificates) {
        const kept = await options.keep(certificate);
        if (!kept.ok) return kept;
      }
      const before = await service.getGroup(id);
      if (!before.ok) return fail(before.problem.problem);
      const completed = await besideHeld(ready.value.group, before.value, service);
      if (!completed.ok) return completed;
      const group = completed.value;
      const written = await service.putGroup(group, before.value?.etag ?? null);
      if (!written.ok) return fail(written.problem.problem);
      if (written.value.written !== 'done') return fail(problem('enrollment-changed', { registrationId: id }));
      await mirror.put(name, groupEntryFrom(written.value.now));
      await options.note('group-put', actor, { instance: name, id, created: before.value === null });
      await learnAge(name);
      return ok(written.value.now);
    },
    replaceCredential: async (name, id, order, actor) => {
      const instance = known(name);
      if (!instance.ok) return instance;
      const result = await replaceCredential(toolsOf(name, instance.value), id, order, options);
      if (!result.ok) return result;
      const { done, of } = result.value;
      await options.note('entry-replace-credential', actor, { instance: name, id, overlap: order.overlap, done, of });
      return result;
    },
    create,
    exclude,
    stop: async () => {
      for (const refresh of refreshes.values()) refresh.stop();
      await mirror.close();
    },
  };
}
