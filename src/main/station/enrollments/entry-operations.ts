import type { SentEnrollment } from '../../../shared/enrollment-group.ts';
import type { EntryKind, EntryOperation, OperationResult } from '../../../shared/enrollment-list.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { attestationTypeOf } from '../../domain/enrollment.ts';
import { heldThumbprints } from '../../domain/enrollment-change.ts';
import { changeEntry, enableGroup, type OperationTools, type Outcome } from './entry-changes.ts';
import { atHub, forgetDevice, remove, removeRecord, resultOf, skipped, step } from './entry-steps.ts';
import { retireGroup } from './group-retirement.ts';

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

async function pause(tools: OperationTools, kind: EntryKind, id: string, enabled: boolean): Promise<OperationResult> {
  if (kind === 'group') return resultOf(id, [await step('entry', async () => fail(problem('not-for-groups', { id })))]);
  const entry = await step('entry', () => setEnabled(tools, kind, id, enabled));
  const hub = await step('hub-identity', () =>
    atHub(tools, id, (access, device) => access.setEnabled(device, enabled)),
  );
  return resultOf(id, [entry, hub]);
}

/**
 * Three separate things; deleting one leaves the others. The entry goes first: a device that is cut off would come back at
 * once. The record tells where the hub identity is, so it goes last, and only when that identity is gone.
 */
async function retire(tools: OperationTools, id: string): Promise<OperationResult> {
  const shadows = await entryMustStay(tools, id);
  const entry = await step('entry', async () => {
    if (!shadows.ok) return shadows;
    return shadows.value ? setEnabled(tools, 'individual', id, false) : remove(tools, 'individual', id);
  });
  if (entry.outcome === 'failed') return resultOf(id, [entry, skipped('hub-identity'), skipped('registration-record')]);
  return resultOf(id, [entry, ...(await forgetDevice(tools, id))]);
}

/** A device registers again when its hub does not know it any more. */
async function triggerReprovisioning(tools: OperationTools, kind: EntryKind, id: string): Promise<OperationResult> {
  if (kind === 'group') return resultOf(id, [await step('entry', async () => fail(problem('not-for-groups', { id })))]);
  return resultOf(id, await forgetDevice(tools, id));
}

/** Whether a group could let the device in again once its own entry is gone: then the entry must stay, disabled. */
export async function entryMustStay(tools: OperationTools, id: string): Promise<Result<boolean, Problem>> {
  const found = await tools.service.get(id);
  if (!found.ok) return fail(found.problem.problem);
  const type = found.value === null ? null : attestationTypeOf(found.value);
  if (type === null || type === 'tpm') return ok(false); // TPMs have no groups
  for (let continuation: string | null = null; ; ) {
    const groups = await tools.service.queryGroups({ size: 100, continuation });
    if (!groups.ok) return fail(groups.problem.problem);
    if (groups.value.rows.some((group) => group.attestation?.type === type)) return ok(true);
    continuation = groups.value.continuation;
    if (continuation === null) return ok(false);
  }
}

function setEnabled(tools: OperationTools, kind: EntryKind, id: string, enabled: boolean): Promise<Outcome> {
  return kind === 'group' ? enableGroup(tools, id, enabled) : changeEntry(tools, id, async () => ok({ enabled }));
}

/**
 * The secondary credential takes the first place (after a roll with overlap). Of certificates the second place is empty
 * then; of keys the old primary one takes it, because the service would make another one.
 */
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
