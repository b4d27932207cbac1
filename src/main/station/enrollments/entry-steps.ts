import type { RegistrationState } from '../../../shared/enrollment.ts';
import type { EntryKind, OperationResult, OperationStep } from '../../../shared/enrollment-list.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { EnrollmentService } from '../../ports/enrollment-service.ts';
import type { OperationTools, Outcome } from './entry-changes.ts';
import type { HubAccess } from './hub-access.ts';

type Step = OperationStep['step'];

/** Runs one step; a hub without access is not a failure, but not done either. */
export async function step(name: Step, act: () => Promise<Outcome>): Promise<OperationStep> {
  const outcome = await act();
  if (outcome.ok) return { step: name, outcome: outcome.value, problem: null };
  const { code, facts } = outcome.problem;
  return {
    step: name,
    outcome: code === 'no-hub-access' ? 'not-possible' : 'failed',
    problem: { code, facts: { ...facts } },
  };
}

/** A step that was not tried, because one before it has to hold first. */
export function skipped(name: Step): OperationStep {
  return { step: name, outcome: 'skipped', problem: null };
}

/** Counts how many steps hold now. */
export function resultOf(id: string, steps: readonly OperationStep[]): OperationResult {
  const done = steps.filter(({ outcome }) => outcome === 'done' || outcome === 'not-needed').length;
  return { id, done, of: steps.length, steps: [...steps] };
}

/** Takes hub identity and registration record of a device away. */
export async function forgetDevice(tools: OperationTools, id: string): Promise<readonly OperationStep[]> {
  const hub = await step('hub-identity', () => removeAtHub(tools, id));
  if (hub.outcome !== 'done' && hub.outcome !== 'not-needed') return [hub, skipped('registration-record')];
  return [hub, await step('registration-record', () => removeRecord(tools.service, 'individual', id))];
}

/** Takes the identity out of the hub that the service assigned. */
export function removeAtHub(tools: OperationTools, id: string): Promise<Outcome> {
  return atHub(tools, id, (hub, deviceId) => hub.remove(deviceId));
}

/** Does something at the hub that the service assigned; a device that never came to one needs nothing. */
export async function atHub(
  tools: OperationTools,
  id: string,
  act: (hub: HubAccess, deviceId: string) => Promise<Result<boolean, Problem>>,
): Promise<Outcome> {
  const found = await tools.service.registration(id);
  if (!found.ok) return fail(found.problem.problem);
  const place = assignedPlace(found.value);
  if (place === null) return ok('not-needed'); // it never came to a hub
  const hub = tools.hubOf(place.hub);
  if (hub === null) return fail(problem('no-hub-access', { hub: place.hub }));
  const done = await act(hub, place.deviceId);
  return done.ok ? ok(done.value ? 'done' : 'not-needed') : done;
}

function assignedPlace(state: RegistrationState | null): { readonly hub: string; readonly deviceId: string } | null {
  const { assignedHub, deviceId } = state ?? {};
  return assignedHub && deviceId ? { hub: assignedHub, deviceId } : null;
}

/** Deletes the registration record of a device. */
export async function removeRecord(service: EnrollmentService, kind: EntryKind, id: string): Promise<Outcome> {
  if (kind === 'group') return fail(problem('not-for-groups', { id }));
  const removed = await service.removeRegistration(id);
  if (!removed.ok) return fail(removed.problem.problem);
  return ok(removed.value ? 'done' : 'not-needed');
}

/** Deletes an entry alone. */
export async function remove(tools: OperationTools, kind: EntryKind, id: string): Promise<Outcome> {
  const { service, mirror, instance } = tools;
  const removed = await (kind === 'group' ? service.removeGroup(id, null) : service.remove(id, null));
  if (!removed.ok) return fail(removed.problem.problem);
  await mirror.drop(instance, kind, id);
  return ok(removed.value.written === 'missing' ? 'not-needed' : 'done');
}
