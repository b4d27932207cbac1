import type { RegistrationState } from '../../../shared/enrollment.ts';
import type { SentEnrollment } from '../../../shared/enrollment-group.ts';
import type { EntryKind, EntryOperation, OperationResult, OperationStep } from '../../../shared/enrollment-list.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { heldThumbprints } from '../../domain/enrollment-change.ts';
import type { EnrollmentService } from '../../ports/enrollment-service.ts';
import { changeEntry, enableGroup, type OperationTools, type Outcome } from './entry-changes.ts';
import type { HubOf } from './hub-access.ts';

type Step = OperationStep['step'];

/**
 * Carries out one operation at one entry (Azure documentation, how-to-unprovision-devices, how-to-roll-certificates and
 * how-to-reprovision). Disabling an entry does not cut a device that is connected: that takes its hub.
 */
export async function operate(
  tools: OperationTools,
  kind: EntryKind,
  id: string,
  operation: EntryOperation,
): Promise<OperationResult> {
  const { service } = tools;
  switch (operation) {
    case 'enable':
    case 'disable':
      return resultOf(id, [await step('entry', () => setEnabled(tools, kind, id, operation === 'enable'))]);
    case 'delete':
      return resultOf(id, [await step('entry', () => remove(tools, kind, id))]);
    case 'delete-registration':
      return resultOf(id, [await step('registration-record', () => removeRecord(service, kind, id))]);
    case 'promote-secondary':
      return resultOf(id, [await step('entry', () => promote(tools, kind, id))]);
    case 'pause':
    case 'resume':
      return pause(tools, kind, id, operation === 'resume');
    case 'retire':
      return kind === 'group' ? retireGroup(tools, id) : retire(tools, id);
    case 'trigger-reprovisioning':
      return triggerReprovisioning(tools, kind, id);
  }
}

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

/** Counts how many steps hold now. */
export function resultOf(id: string, steps: readonly OperationStep[]): OperationResult {
  const done = steps.filter(({ outcome }) => outcome === 'done' || outcome === 'not-needed').length;
  return { id, done, of: steps.length, steps: [...steps] };
}

async function pause(tools: OperationTools, kind: EntryKind, id: string, enabled: boolean): Promise<OperationResult> {
  if (kind === 'group') return resultOf(id, [await step('entry', async () => fail(problem('not-for-groups', { id })))]);
  const entry = await step('entry', () => setEnabled(tools, kind, id, enabled));
  const hub = await step('hub-identity', () =>
    atHub(tools, id, (access, device) => access.setEnabled(device, enabled)),
  );
  return resultOf(id, [entry, hub]);
}

/** Three separate things; deleting one leaves the others. The record tells where the hub identity is, so it goes last but one. */
async function retire(tools: OperationTools, id: string): Promise<OperationResult> {
  const shadows = await entryMustStay(tools, id);
  const entry = await step('entry', async () => {
    if (!shadows.ok) return shadows;
    return shadows.value ? setEnabled(tools, 'individual', id, false) : remove(tools, 'individual', id);
  });
  const hub = await step('hub-identity', () => removeAtHub(tools, id));
  // While the hub identity could not be reached, its address must not be lost.
  const record = await step('registration-record', async () =>
    hub.outcome === 'failed' ? fail(hub.problem as Problem) : removeRecord(tools.service, 'individual', id),
  );
  return resultOf(id, [entry, hub, record]);
}

/** The records of a group count against the quota and survive it: they go first. */
async function retireGroup(tools: OperationTools, id: string): Promise<OperationResult> {
  const steps: OperationStep[] = [];
  for (let page = await tools.service.groupRegistrations(id, { size: 100, continuation: null }); ; ) {
    if (!page.ok) {
      const refused = page.problem.problem;
      steps.push(await step('registration-record', async () => fail(refused)));
      break;
    }
    for (const { registrationId = '' } of page.value.rows) {
      steps.push(await step('hub-identity', () => removeAtHub(tools, registrationId)));
      steps.push(await step('registration-record', () => removeRecord(tools.service, 'individual', registrationId)));
    }
    const { continuation } = page.value;
    if (continuation === null) break;
    page = await tools.service.groupRegistrations(id, { size: 100, continuation });
  }
  const failed = steps.some(({ outcome }) => outcome === 'failed');
  // A group that goes while devices of it are left would leave them without a handle.
  if (!failed) steps.push(await step('entry', () => remove(tools, 'group', id)));
  return resultOf(id, steps);
}

/** A device registers again when its hub does not know it any more. */
async function triggerReprovisioning(tools: OperationTools, kind: EntryKind, id: string): Promise<OperationResult> {
  if (kind === 'group') return resultOf(id, [await step('entry', async () => fail(problem('not-for-groups', { id })))]);
  const hub = await step('hub-identity', () => removeAtHub(tools, id));
  const record = await step('registration-record', () => removeRecord(tools.service, kind, id));
  return resultOf(id, [hub, record]);
}

/** Whether a group could let the device in again once its own entry is gone: then the entry must stay, disabled. */
async function entryMustStay(tools: OperationTools, id: string): Promise<Result<boolean, Problem>> {
  const found = await tools.service.get(id);
  if (!found.ok) return fail(found.problem.problem);
  const type = found.value?.attestation?.type;
  if (found.value === null || type === 'tpm') return ok(false); // TPMs have no groups
  const groups = await tools.service.queryGroups({ size: 100, continuation: null });
  if (!groups.ok) return fail(groups.problem.problem);
  return ok(groups.value.rows.some((group) => group.attestation?.type === type));
}

/** Takes the identity out of the hub that the service assigned. */
export function removeAtHub(tools: OperationTools, id: string): Promise<Outcome> {
  return atHub(tools, id, (hub, deviceId) => hub.remove(deviceId));
}

async function atHub(
  tools: OperationTools,
  id: string,
  act: (hub: NonNullable<ReturnType<HubOf>>, deviceId: string) => Promise<Result<boolean, Problem>>,
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

async function removeRecord(service: EnrollmentService, kind: EntryKind, id: string): Promise<Outcome> {
  if (kind === 'group') return fail(problem('not-for-groups', { id }));
  const removed = await service.removeRegistration(id);
  if (!removed.ok) return fail(removed.problem.problem);
  return ok(removed.value ? 'done' : 'not-needed');
}

async function remove(tools: OperationTools, kind: EntryKind, id: string): Promise<Outcome> {
  const { service, mirror, instance } = tools;
  const removed = await (kind === 'group' ? service.removeGroup(id, null) : service.remove(id, null));
  if (!removed.ok) return fail(removed.problem.problem);
  await mirror.drop(instance, kind, id);
  return ok(removed.value.written === 'missing' ? 'not-needed' : 'done');
}

function setEnabled(tools: OperationTools, kind: EntryKind, id: string, enabled: boolean): Promise<Outcome> {
  return kind === 'group' ? enableGroup(tools, id, enabled) : changeEntry(tools, id, async () => ok({ enabled }));
}

/** The secondary credential takes the first place and the second one is empty again (after a roll with overlap). */
async function promote(tools: OperationTools, kind: EntryKind, id: string): Promise<Outcome> {
  if (kind === 'group') return fail(problem('not-for-groups', { id }));
  return changeEntry(tools, id, async (found, hidden) => {
    const [, second] = heldThumbprints(found);
    const certificate = second === undefined ? undefined : hidden.certificates.get(second);
    if (hidden.keys !== null) {
      const { primaryKey, secondaryKey } = hidden.keys;
      return ok({ attestation: symmetric({ primaryKey: secondaryKey, secondaryKey: primaryKey }) });
    }
    if (second === undefined) return fail(problem('no-secondary-credential', { id }));
    if (certificate === undefined)
      return fail(problem('certificate-not-kept', { registrationId: id, thumbprint: second }));
    return ok({ attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } } });
  });
}

function symmetric(keys: {
  readonly primaryKey: string;
  readonly secondaryKey: string;
}): SentEnrollment['attestation'] {
  return { type: 'symmetricKey', symmetricKey: { ...keys } };
}
