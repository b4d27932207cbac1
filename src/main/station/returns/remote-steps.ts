import type { RegistrationState } from '../../../shared/enrollment.ts';
import { compareServiceTimes } from '../../../shared/enrollment.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { ReturnCase } from '../../../shared/returns.ts';
import { primaryThumbprint, secondaryThumbprint } from '../../domain/enrollment.ts';
import type { ReturnEffect, ReturnEvent } from '../../domain/return-machine.ts';
import type { EnrollmentDesk } from '../../ports/enrollment-desk.ts';
import type { EnrollmentMirror } from '../../ports/enrollment-mirror.ts';
import type { StationStore } from '../../ports/station-store.ts';
import type { OperationTools, Outcome } from '../enrollments/entry-changes.ts';
import { entryMustStay, operate } from '../enrollments/entry-operations.ts';
import { remove, removeAtHub, removeRecord } from '../enrollments/entry-steps.ts';
import type { HubOf } from '../enrollments/hub-access.ts';
import type { Instances } from '../instances.ts';

/** What the steps of a return at the service need. */
export type RemoteStepsOptions = {
  readonly instances: Instances;
  readonly mirror: EnrollmentMirror;
  readonly store: Pick<StationStore, 'certificate' | 'job'>;
  readonly hubOf: HubOf;
  readonly enrollments: Pick<EnrollmentDesk, 'exclude'>;
};

/** Carries out one effect; each may be repeated. Null: nothing has happened yet. */
export type RemoteSteps = (effect: ReturnEffect, one: ReturnCase) => Promise<Result<ReturnEvent | null, Problem>>;

const held = { event: 'step-held' } as const;

/** Makes the steps. Nothing is retried here but what an ETag overtook. */
export function createRemoteSteps(options: RemoteStepsOptions): RemoteSteps {
  return async (effect, one) => {
    const { instance, registrationId: id } = one.subject;
    const known = options.instances.get(instance);
    if (known === undefined) return fail(problem('no-instance', { instance }));
    const { mirror, store, hubOf } = options;
    const tools: OperationTools = { instance, service: known.service, mirror, store, hubOf };
    switch (effect) {
      case 'note-registration': {
        const found = await tools.service.registration(id);
        if (!found.ok) return fail(found.problem.problem);
        return ok({ event: 'noted', since: found.value?.lastUpdatedDateTimeUtc ?? null });
      }
      case 'look-at-entry': {
        const found = await tools.service.get(id);
        if (!found.ok) return fail(found.problem.problem);
        if (found.value === null) return ok({ event: 'entry-seen', found: 'none' });
        const isDisabled = found.value.provisioningStatus === 'disabled';
        return ok({ event: 'entry-seen', found: isDisabled ? 'disabled' : 'enabled' });
      }
      case 'look-for-registration': {
        const found = await tools.service.registration(id);
        if (!found.ok) return fail(found.problem.problem);
        const since = 'since' in one.state ? one.state.since : null;
        return ok(isNewer(found.value, since) ? { event: 'registered' } : null);
      }
      case 'disable':
        return eventOf(await disable(tools, one, options));
      case 'remove-hub-identity':
        return eventOf(await removeAtHub(tools, id));
      case 'delete-registration':
        return eventOf(await removeRecord(tools.service, 'individual', id));
      case 'enable':
        // What a group lets in has no entry of its own.
        return one.subject.group !== null ? ok(held) : eventOf(await entryOperation(tools, id, 'enable'));
      case 'restore':
        return eventOf(await restore(tools, one));
      case 'put-away':
        return eventOf(await putAway(tools, one, options));
      case 'promote':
        return eventOf(await promote(tools, one, options.store));
    }
  };
}

function eventOf(outcome: Outcome): Result<ReturnEvent, Problem> {
  return outcome.ok ? ok(held) : outcome;
}

/** A registration later than the one before the return; where there was none, any. */
function isNewer(state: RegistrationState | null, since: string | null): boolean {
  if (state?.status !== 'assigned' || state.lastUpdatedDateTimeUtc === undefined) return false;
  return since === null || compareServiceTimes(state.lastUpdatedDateTimeUtc, since) > 0;
}

async function entryOperation(
  tools: OperationTools,
  id: string,
  operation: 'enable' | 'disable' | 'promote-secondary',
): Promise<Outcome> {
  const { steps } = await operate(tools, 'individual', id, operation);
  const cause = steps[0]?.problem ?? null;
  return cause === null ? ok('done') : fail(cause as Problem);
}

/** An entry that is not there lets nobody in. */
function unlessMissing(outcome: Outcome): Outcome {
  return !outcome.ok && outcome.problem.code === 'entry-not-found' ? ok('not-needed') : outcome;
}

/** A unit of a group is kept out by a disabled entry of its own. */
async function disable(tools: OperationTools, one: ReturnCase, options: RemoteStepsOptions): Promise<Outcome> {
  const { instance, registrationId: id, group } = one.subject;
  if (group !== null) {
    const made = await options.enrollments.exclude(instance, id, one.origin.actor);
    if (made.ok || made.problem.code !== 'entry-exists') return made.ok ? ok('done') : made;
  }
  return unlessMissing(await entryOperation(tools, id, 'disable'));
}

async function restore(tools: OperationTools, { subject }: ReturnCase): Promise<Outcome> {
  // What keeps a unit of a group out goes; an entry that was there before is no such thing.
  if (subject.group !== null && subject.found !== 'enabled') return remove(tools, 'individual', subject.registrationId);
  return unlessMissing(await entryOperation(tools, subject.registrationId, 'enable'));
}

/** The old entry: deleted where that was asked for and no group would let the device in instead. */
async function putAway(tools: OperationTools, one: ReturnCase, options: RemoteStepsOptions): Promise<Outcome> {
  const { registrationId: id, group } = one.subject;
  const deletes = one.options.oldEntry === 'delete' && group === null;
  const stays = deletes ? await entryMustStay(tools, id) : ok(true);
  if (!stays.ok) return stays;
  return stays.value ? disable(tools, one, options) : remove(tools, 'individual', id);
}

/** Only the credential that was proved takes the first place; what somebody else put there stays. */
async function promote(tools: OperationTools, one: ReturnCase, store: Pick<StationStore, 'job'>): Promise<Outcome> {
  const { registrationId } = one.subject;
  const job = await store.job('jobId' in one.state ? (one.state.jobId ?? '') : '');
  if (!job.ok) return job;
  const state = job.value?.state;
  const wanted = state !== undefined && 'identity' in state ? state.identity?.fingerprint : undefined;
  const found = await tools.service.get(registrationId);
  if (!found.ok) return fail(found.problem.problem);
  if (found.value === null) return fail(problem('entry-not-found', { id: registrationId }));
  const second = secondaryThumbprint(found.value);
  if (primaryThumbprint(found.value) === wanted && second === null) return ok('not-needed');
  if (wanted === undefined || second !== wanted) return fail(problem('enrollment-conflict', { registrationId }));
  return entryOperation(tools, registrationId, 'promote-secondary');
}
