import type { EnrollmentAnswer } from '../../../shared/enrollment.ts';
import type { SentEnrollment } from '../../../shared/enrollment-group.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import {
  changedEnrollment,
  changedGroup,
  type EntryChange,
  type HiddenParts,
  heldGroupThumbprints,
  heldThumbprints,
} from '../../domain/enrollment-change.ts';
import { entryFrom, groupEntryFrom } from '../../domain/mirror-entry.ts';
import type { EnrollmentMirror } from '../../ports/enrollment-mirror.ts';
import type { EnrollmentService, Written } from '../../ports/enrollment-service.ts';
import type { StationStore } from '../../ports/station-store.ts';
import type { HubOf } from './hub-access.ts';

/** What operations on the entries of one instance need. */
export type OperationTools = {
  readonly instance: string;
  readonly service: EnrollmentService;
  readonly mirror: EnrollmentMirror;
  readonly store: Pick<StationStore, 'certificate'>;
  readonly hubOf: HubOf;
};

/** What became of one deed. */
export type Outcome = Result<'done' | 'not-needed', Problem>;

/** An ETag is fetched right before it is sent; somebody who was quicker is met again so often. */
const mostTries = 3;

/**
 * Reads an entry, makes the change and writes it with the ETag that was just read; whoever was quicker is read again.
 */
export async function changeEntry(
  tools: OperationTools,
  id: string,
  changeOf: (found: EnrollmentAnswer, hidden: HiddenParts) => Promise<Result<EntryChange, Problem>>,
): Promise<Outcome> {
  const { service, mirror, instance } = tools;
  for (let tries = 1; ; tries += 1) {
    const found = await service.get(id);
    if (!found.ok) return fail(found.problem.problem);
    if (found.value === null) return fail(problem('entry-not-found', { id }));
    const hidden = await hiddenParts(tools, found.value);
    if (!hidden.ok) return hidden;
    const change = await changeOf(found.value, hidden.value);
    if (!change.ok) return change;
    const { enabled, attestation } = change.value;
    const isSo = enabled !== undefined && entryFrom(found.value).enabled === enabled && attestation === undefined;
    if (isSo) return ok('not-needed');
    const record = changedEnrollment(found.value, change.value, hidden.value);
    if (!record.ok) return record;
    const written = await service.put(record.value, found.value.etag ?? '*');
    if (!written.ok) {
      const kept = await carriedOut(tools, record.value, found.value);
      return kept ? ok('done') : fail(written.problem.problem);
    }
    if (written.value.written === 'done') {
      await mirror.put(instance, entryFrom(written.value.now));
      return ok('done');
    }
    if (written.value.written !== 'changed-meanwhile' || tries >= mostTries) return fail(against(written.value, id));
  }
}

/**
 * Whether a write whose answer was lost was carried out all the same: somebody who repeats it would exchange keys back.
 */
async function carriedOut(tools: OperationTools, sent: SentEnrollment, before: EnrollmentAnswer): Promise<boolean> {
  const now = await tools.service.get(sent.registrationId);
  if (!now.ok || now.value === null || now.value.etag === before.etag) return false;
  const entry = entryFrom(now.value);
  if (entry.enabled !== (sent.provisioningStatus !== 'disabled')) return false;
  if (sent.attestation.type === 'symmetricKey') {
    const keys = await tools.service.revealKeys(sent.registrationId);
    if (!keys.ok || keys.value?.primaryKey !== sent.attestation.symmetricKey.primaryKey) return false;
  }
  await tools.mirror.put(tools.instance, entry);
  return true;
}

/** Enables or disables a group; see {@link changeEntry}. */
export async function enableGroup(tools: OperationTools, id: string, enabled: boolean): Promise<Outcome> {
  const { service, mirror, instance, store } = tools;
  for (let tries = 1; ; tries += 1) {
    const found = await service.getGroup(id);
    if (!found.ok) return fail(found.problem.problem);
    if (found.value === null) return fail(problem('entry-not-found', { id }));
    if (groupEntryFrom(found.value).enabled === enabled) return ok('not-needed');
    const keys = found.value.attestation?.type === 'symmetricKey' ? await service.revealGroupKeys(id) : ok(null);
    if (!keys.ok) return fail(keys.problem.problem);
    const certificates = await certificatesOf(store, heldGroupThumbprints(found.value));
    if (!certificates.ok) return certificates;
    const record = changedGroup(found.value, { enabled }, { certificates: certificates.value, keys: keys.value });
    if (!record.ok) return record;
    const written = await service.putGroup(record.value, found.value.etag ?? '*');
    if (!written.ok) return fail(written.problem.problem);
    if (written.value.written === 'done') {
      await mirror.put(instance, groupEntryFrom(written.value.now));
      return ok('done');
    }
    if (written.value.written !== 'changed-meanwhile' || tries >= mostTries) return fail(against(written.value, id));
  }
}

function against({ written }: Written<unknown>, id: string): Problem {
  return written === 'missing'
    ? problem('entry-not-found', { id })
    : problem('enrollment-changed', { registrationId: id });
}

/** What the service hides of an entry: keys from its one revealing call, certificates from the station's own books. */
async function hiddenParts(tools: OperationTools, found: EnrollmentAnswer): Promise<Result<HiddenParts, Problem>> {
  const isKey = found.attestation?.type === 'symmetricKey';
  const keys = isKey ? await tools.service.revealKeys(found.registrationId) : ok(null);
  if (!keys.ok) return fail(keys.problem.problem);
  const certificates = await certificatesOf(tools.store, heldThumbprints(found));
  return certificates.ok ? ok({ certificates: certificates.value, keys: keys.value }) : certificates;
}

async function certificatesOf(
  store: OperationTools['store'],
  thumbprints: readonly string[],
): Promise<Result<ReadonlyMap<string, string>, Problem>> {
  const held = new Map<string, string>();
  for (const thumbprint of thumbprints) {
    const kept = await store.certificate(thumbprint);
    if (!kept.ok) return kept;
    if (kept.value !== null) held.set(thumbprint, kept.value);
  }
  return ok(held);
}
