import type { EnrollmentAnswer } from '../../shared/enrollment.ts';
import type { OutboxItem } from '../../shared/outbox.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { type Bisect, continueBisect, nextBisectCall, startBisect } from '../domain/bisect.ts';
import { attestationTypeOf, primaryThumbprint } from '../domain/enrollment.ts';
import { type ItemVerdict, judgeBulkError, judgeFailedCall, judgeReadBack } from '../domain/outbox-machine.ts';
import { fingerprintOf } from '../identity/fingerprint.ts';
import type { RegistryFailure } from '../ports/enrollment-registry.ts';
import type { StationStore } from '../ports/station-store.ts';
import type { Instance } from './instances.ts';

/** A verdict that ends an item's turn. */
export type FinalVerdict = Exclude<ItemVerdict, { verdict: 'read-back' }>;

/** What a delivery needs; `report` is called with verdicts as they come, so that they are committed early. */
export type DeliveryOptions = {
  readonly instance: Instance;
  readonly store: Pick<StationStore, 'wasEnrolled'>;
  readonly report: (item: OutboxItem, verdict: FinalVerdict) => Promise<void>;
};

/** A call that ended the delivery: a failure that concerns everybody, or a stop of the station (null). */
type Ended = { readonly ended: RegistryFailure | null };

/**
 * Brings the items of one planned call to the service: one bulk, then what it takes (bisection after a whole-batch
 * 400, reading back what was there already). Returns the failure that concerns everybody, or null.
 */
export async function deliver(items: readonly OutboxItem[], options: DeliveryOptions): Promise<RegistryFailure | null> {
  const first = items[0];
  const ended = first?.mode === 'replace' ? await replace(first, options) : await create(items, options);
  return ended?.ended ?? null;
}

async function create(items: readonly OutboxItem[], options: DeliveryOptions): Promise<Ended | null> {
  const sent = await sendBulk(items, options);
  if (sent === 'done') return null;
  if ('ended' in sent) return sent;
  if (sent.refused === 'park') {
    const only = items[0];
    if (only !== undefined)
      await options.report(only, { verdict: 'parked', problem: refusal(only, sent.failure.problem) });
    return null;
  }
  return bisect(items, sent.failure, options);
}

type Refused = { readonly refused: 'bisect' | 'park'; readonly failure: RegistryFailure };

/** Sends one bulk and reports each item of it, unless the call as a whole was refused. */
async function sendBulk(items: readonly OutboxItem[], options: DeliveryOptions): Promise<'done' | Refused | Ended> {
  const { instance } = options;
  const weight = instance.bulkWeight === 'item' ? items.length : 1;
  const answer = await metered(instance, weight, () =>
    instance.registry.createMany(items.flatMap((item) => item.enrollment ?? [])),
  );
  if (answer === null) return { ended: null };
  if (!answer.ok) {
    const verdict = judgeFailedCall(answer.problem.problem, items.length);
    if (verdict.verdict === 'pause') return { ended: answer.problem };
    return { refused: verdict.verdict, failure: answer.problem };
  }
  const errors = new Map(answer.value.map((error) => [error.registrationId.toLowerCase(), error]));
  for (const item of items) {
    const error = errors.get(item.registrationId.toLowerCase());
    const verdict: ItemVerdict =
      error === undefined ? { verdict: 'delivered', proofAfter: null } : judgeBulkError(error);
    if (verdict.verdict !== 'read-back') {
      await options.report(item, verdict);
      continue;
    }
    const ended = await readBack(item, options);
    if (ended !== null) return ended;
  }
  return 'done';
}

async function bisect(
  items: readonly OutboxItem[],
  cause: RegistryFailure,
  options: DeliveryOptions,
): Promise<Ended | null> {
  let step = startBisect(items);
  let failure = cause;
  for (;;) {
    for (const bad of step.bad)
      await options.report(bad, { verdict: 'parked', problem: refusal(bad, failure.problem) });
    const search: Bisect<OutboxItem> | null = step.next;
    if (search === null) return null;
    const sent = await sendBulk(nextBisectCall(search), options);
    if (sent !== 'done' && 'ended' in sent) return sent;
    if (sent !== 'done') failure = sent.failure;
    step = continueBisect(search, sent === 'done');
  }
}

async function readBack(item: OutboxItem, options: DeliveryOptions): Promise<Ended | null> {
  const found = await read(item, options.instance);
  if ('ended' in found) return found;
  const verdict = judgeReadBack(item, found.found);
  if (verdict.verdict === 'read-back') return null;
  // A replacement that found nothing to replace was overtaken by an older creation of ours: replace that.
  const overtaken = item.mode === 'replace' && verdict.verdict === 'parked';
  await options.report(item, overtaken ? again(item) : verdict);
  return null;
}

/** The enrollment as the service holds it; symmetric keys, which it hides, are asked for apart. */
async function read(
  item: Pick<OutboxItem, 'registrationId'>,
  instance: Instance,
): Promise<Ended | { readonly found: EnrollmentAnswer | null }> {
  const { registry } = instance;
  const found = await metered(instance, 1, () => registry.get(item.registrationId));
  if (found === null) return { ended: null };
  if (!found.ok) return { ended: found.problem };
  if (found.value === null || attestationTypeOf(found.value) !== 'symmetricKey') return { found: found.value };
  const key = await metered(instance, 1, () => registry.keyFingerprint(item.registrationId));
  if (key === null) return { ended: null };
  if (!key.ok) return { ended: key.problem };
  return { found: { ...found.value, ...(key.value === null ? {} : { keyFingerprint: key.value }) } };
}

/** Fingerprint of the credential that an enrollment in the service holds, or null. */
function heldFingerprint(found: EnrollmentAnswer): string | null {
  const endorsementKey = found.attestation?.tpm?.endorsementKey;
  if (endorsementKey !== undefined) return fingerprintOf(Buffer.from(endorsementKey, 'base64'));
  return found.keyFingerprint ?? primaryThumbprint(found);
}

/**
 * Exchanges the credential of an enrollment that this station made: read, compare, write with the ETag that was read.
 * A foreign credential is never overwritten.
 */
async function replace(item: OutboxItem, options: DeliveryOptions): Promise<Ended | null> {
  const { registry } = options.instance;
  const { enrollment } = item;
  const now = await read(item, options.instance);
  if ('ended' in now) return now;
  const { found } = now;
  if (found === null || enrollment === null) return create([item], options);
  const verdict = judgeReadBack(item, found);
  if (verdict.verdict === 'delivered') {
    await options.report(item, { verdict: 'delivered', proofAfter: found.lastUpdatedDateTimeUtc ?? null });
    return null;
  }
  const held = heldFingerprint(found);
  if (held === item.fingerprint) {
    // Our credential, other fields: somebody changed them on purpose.
    if (verdict.verdict !== 'read-back') await options.report(item, verdict);
    return null;
  }
  const own = held === null ? null : await options.store.wasEnrolled(item.instance, item.registrationId, held);
  if (own === null || !own.ok || !own.value || found.etag === undefined) {
    await options.report(item, verdict.verdict === 'read-back' ? again(item) : verdict);
    return null;
  }
  const { etag } = found;
  const updated = await metered(options.instance, 1, () => registry.update(enrollment, etag));
  if (updated === null) return { ended: null };
  if (!updated.ok) {
    if (judgeFailedCall(updated.problem.problem, 1).verdict === 'pause') return { ended: updated.problem };
    await options.report(item, { verdict: 'parked', problem: refusal(item, updated.problem.problem) });
    return null;
  }
  const proofAfter = updated.value?.lastUpdatedDateTimeUtc ?? null;
  await options.report(item, updated.value === null ? again(item) : { verdict: 'delivered', proofAfter });
  return null;
}

function again(item: OutboxItem): FinalVerdict {
  return { verdict: 'again', problem: problem('enrollment-changed', { registrationId: item.registrationId }) };
}

function refusal(item: OutboxItem, cause: Problem): Problem {
  if (cause.code === 'key-root-changed') return cause;
  const { errorCode = null, message = null, trackingId = null } = cause.facts;
  return problem('enrollment-refused', { registrationId: item.registrationId, errorCode, message, trackingId });
}

/** One call within the quota; null when the station stops. */
async function metered<T>(
  instance: Instance,
  weight: number,
  call: () => Promise<Result<T, RegistryFailure>>,
): Promise<Result<T, RegistryFailure> | null> {
  const release = await instance.quota.take('courier', weight);
  if (release === null) return null;
  try {
    return await call();
  } finally {
    release();
  }
}
