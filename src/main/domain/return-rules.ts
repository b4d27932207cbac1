import type { Job, PublicIdentity } from '../../shared/job.ts';
import type { OutboxItem } from '../../shared/outbox.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ReturnCase, ReturnOrder, ReturnState, ReturnSubject } from '../../shared/returns.ts';
import { judgeFailedCall } from './outbox-machine.ts';
import type { ReturnEvent } from './return-machine.ts';

/** What the books know of the unit that shall be returned. */
export type ReturnedUnit = { readonly live: Job | null; readonly item: OutboxItem | null };

/** Why this order cannot become a return, or what it is about. */
export function judgeReturnOrder(
  order: ReturnOrder,
  unit: ReturnedUnit,
  recipe: Recipe,
): Result<{ readonly subject: ReturnSubject; readonly overlap: boolean }, Problem> {
  const { serial, deed, options } = order;
  const identity = unit.live === null ? null : identityOf(unit.live);
  if (unit.live === null || identity === null) return fail(problem('return-no-identity', { serial }));
  const { instance, hardwareId, id } = unit.live;
  // It would arrive after the entry was put out of the way, and let the old credential in again.
  if (unit.item?.state === 'pending') return fail(problem('return-in-queue', { serial }));
  if (deed !== 'move' && options.to !== null) return fail(problem('return-not-a-move'));
  if (deed === 'move' && (options.to === null || options.to === instance)) {
    return fail(problem('return-no-target', { instance }));
  }
  if (boardCannot(deed, recipe)) return fail(problem('return-needs-new-board', { serial }));
  const { group, registrationId, fingerprint } = identity;
  if (group !== null && deed !== 'register-again' && deed !== 'retire') {
    return fail(problem('return-group-unit', { serial, group }));
  }
  const enabled = unit.item?.enrollment?.provisioningStatus !== 'disabled';
  const subject = { jobId: id, instance, registrationId, fingerprint, hardwareId, group, enabled, found: null };
  return ok({ subject, overlap: overlaps(order, recipe, identity) });
}

/** A TPM has the identity that it has; storage that takes a secret once has taken it. */
function boardCannot(deed: ReturnOrder['deed'], recipe: Recipe): boolean {
  if (recipe.kind === 'linux-tpm') return deed === 'new-identity';
  return recipe.secret.storage === 'once' && (deed === 'new-identity' || deed === 'move');
}

/**
 * Whether the new credential may stand beside the old one until it is proved: where the recipe says so, for certificates
 * of individual entries. After a compromise the old one must be worth nothing at once (Azure documentation,
 * how-to-roll-certificates).
 */
function overlaps({ deed, reason }: ReturnOrder, recipe: Recipe, identity: PublicIdentity): boolean {
  const wanted = recipe.returns?.overlap === true && reason !== 'suspected-compromise';
  return wanted && deed === 'new-identity' && identity.attestation === 'x509' && identity.group === null;
}

function identityOf({ state }: Job): PublicIdentity | null {
  return 'identity' in state ? state.identity : null;
}

/** The instance at which the unit of a return is to be enrolled. */
export function targetOf({ deed, options, subject }: Pick<ReturnCase, 'deed' | 'options' | 'subject'>): string {
  return deed === 'move' && options.to !== null ? options.to : subject.instance;
}

/** Whether a return still has to put something out of the way before its board may be worked on. */
export function comesBeforeBoard({ step }: ReturnState): boolean {
  return step === 'disabling' || step === 'clearing-hub' || step === 'clearing-record';
}

/** The unit's live identity as the books have it now, with what became of its enrollment. */
export type LiveIdentity = {
  readonly jobId: string;
  readonly instance: string;
  readonly registrationId: string | null;
  readonly proved: boolean;
  readonly itemState: OutboxItem['state'] | null;
};

/** What the books say of a return that waits for boards and courier; null: nothing new. */
export function returnEventOf(
  { state, subject }: Pick<ReturnCase, 'state' | 'subject'>,
  live: LiveIdentity | null,
): ReturnEvent | null {
  switch (state.step) {
    case 'awaiting-board':
      return live === null || live.jobId === subject.jobId ? null : { event: 'identity-written', jobId: live.jobId };
    case 'delivering':
    case 'proving': {
      if (live === null) return { event: 'identity-lost' };
      if (live.jobId !== state.jobId) return { event: 'identity-written', jobId: live.jobId };
      const sameEntry = live.instance === subject.instance && live.registrationId === subject.registrationId;
      if (live.proved) return { event: 'proved', sameEntry };
      return state.step === 'delivering' && live.itemState === 'delivered' ? { event: 'delivered' } : null;
    }
    default:
      return null;
  }
}

/** Failures that concern one entry, and that only a person can mend. */
const ofOneEntry: readonly Problem['code'][] = [
  'entry-not-found',
  'entry-exists',
  'certificate-not-kept',
  'credential-not-readable',
  'no-secondary-credential',
  'enrollment-conflict',
  'no-hub-access',
  'no-instance',
];

/**
 * Whether a step that failed is tried again by itself, as the courier does, and whether the failure concerns the whole
 * instance. An outage may last for days.
 */
export function judgeReturnFailure(failure: Problem): { readonly by: 'itself' | 'person'; readonly whole: boolean } {
  if (ofOneEntry.includes(failure.code)) return { by: 'person', whole: false };
  if (failure.code === 'enrollment-changed') return { by: 'itself', whole: false };
  const verdict = judgeFailedCall(failure, 1);
  if (verdict.verdict === 'pause') return { by: verdict.until === 'operator' ? 'person' : 'itself', whole: true };
  return { by: 'person', whole: false };
}
