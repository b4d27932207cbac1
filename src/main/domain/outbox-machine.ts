import type { EnrollmentAnswer } from '../../shared/enrollment.ts';
import type { OutboxItem } from '../../shared/outbox.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { compareEnrollment } from './enrollment.ts';

/** At most this many enrollments go into one bulk call (documented maximum of the service). */
export const bulkLimit = 10;

/** What becomes of one item after a call. */
export type ItemVerdict =
  | { readonly verdict: 'delivered'; readonly proofAfter: string | null }
  | { readonly verdict: 'again'; readonly problem: Problem }
  | { readonly verdict: 'read-back' } // it is there already: look whether it is ours
  | { readonly verdict: 'parked'; readonly problem: Problem };

/** What becomes of everything after a failed call. `never`: until an operator says so. */
export type CallVerdict =
  | { readonly verdict: 'bisect' }
  | { readonly verdict: 'pause'; readonly until: 'backoff' | 'operator' };

/**
 * The calls that may go out now. Items of one registration id keep their order: only the oldest item of an id is
 * taken, and none of an id that is on its way. Bulks hold one instance and never an id twice; a `replace` goes alone.
 */
export function planCalls(
  items: readonly OutboxItem[], // oldest first, pending and parked
  options: { readonly now: string; readonly underWay: ReadonlySet<string>; readonly callsFree: number },
): readonly (readonly OutboxItem[])[] {
  const seen = new Set<string>();
  const bulks = new Map<string, OutboxItem[]>();
  const calls: OutboxItem[][] = [];
  for (const item of items) {
    const id = `${item.instance}\n${item.registrationId}`;
    const first = !seen.has(id);
    seen.add(id);
    if (!first || item.state !== 'pending' || options.underWay.has(id)) continue;
    if (item.notBefore !== null && item.notBefore > options.now) continue;
    if (item.mode === 'replace') {
      calls.push([item]);
      continue;
    }
    const open = bulks.get(item.instance);
    if (open !== undefined && open.length < bulkLimit) open.push(item);
    else {
      const bulk = [item];
      bulks.set(item.instance, bulk);
      calls.push(bulk);
    }
  }
  return calls.slice(0, Math.max(0, options.callsFree));
}

/** Judges one line of a bulk answer. Codes are HTTP status x 1000 + sub-code. */
export function judgeBulkError(error: { registrationId: string; errorCode: number; message: string }): ItemVerdict {
  const facts = {
    registrationId: error.registrationId,
    errorCode: error.errorCode,
    message: error.message,
    trackingId: 'none',
  };
  const status = Math.floor(error.errorCode / 1000);
  if (error.errorCode === 409201) return { verdict: 'read-back' };
  if (status === 429) return { verdict: 'again', problem: problem('service-throttled') };
  if (status >= 500) return { verdict: 'again', problem: problem('service-failed', { status, trackingId: 'none' }) };
  return { verdict: 'parked', problem: problem('enrollment-refused', facts) };
}

/** Judges what was read back of an enrollment that was there already, or may have been committed by a lost call. */
export function judgeReadBack(item: OutboxItem, found: EnrollmentAnswer | null): ItemVerdict {
  const facts = { registrationId: item.registrationId };
  // Deleted between the two calls: send it again.
  if (found === null) return { verdict: 'again', problem: problem('enrollment-changed', facts) };
  if (item.enrollment === null) return { verdict: 'delivered', proofAfter: null }; // a group holds it
  const comparison = compareEnrollment(item.enrollment, item.fingerprint, found);
  switch (comparison.verdict) {
    case 'same':
      return { verdict: 'delivered', proofAfter: null };
    case 'drift':
      return {
        verdict: 'parked',
        problem: problem('enrollment-drift', { ...facts, fields: comparison.fields.join(', ') }),
      };
    case 'other-credential':
      return { verdict: 'parked', problem: problem('enrollment-conflict', facts) };
  }
}

/** Judges a call that failed whole. Only a 400 to a bulk of two or more is searched for its bad item. */
export function judgeFailedCall(failure: Problem, items: number): CallVerdict | { readonly verdict: 'park' } {
  switch (failure.code) {
    case 'request-refused':
      if (failure.facts['status'] !== 400) return { verdict: 'pause', until: 'backoff' };
      return items > 1 ? { verdict: 'bisect' } : { verdict: 'park' };
    case 'key-root-changed': // of one unit; its neighbours shall go on
      return items > 1 ? { verdict: 'bisect' } : { verdict: 'park' };
    case 'credentials-refused':
    case 'clock-wrong':
    case 'access-forbidden':
    case 'tls-failed':
    case 'key-root-missing':
    case 'vault-locked':
    case 'vault-unsafe':
    case 'vault-unreadable':
    case 'proxy-refused':
    case 'entra-refused':
    case 'entra-secret-wrong':
    case 'entra-role-missing':
      return { verdict: 'pause', until: 'operator' };
    default:
      return { verdict: 'pause', until: 'backoff' };
  }
}
