import { canonicalJson } from '../../shared/canonical-json.ts';
import type { Job, PublicIdentity } from '../../shared/job.ts';
import type { OutboxItem } from '../../shared/outbox.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Check, CheckName, Verdict } from '../../shared/verification.ts';

/** What the books say of a unit: the job that counts, its item, and the identity with which the unit left the line. */
export type UnitRecord = {
  readonly serial: string;
  readonly job: Job | null;
  readonly item: OutboxItem | null;
  readonly identity: PublicIdentity | null;
  readonly retired: boolean; // its identity ended without a successor
  readonly mac: string | null; // 12 lower-case hex digits, where the record holds it
};

/** A record with an identity. */
export type IdentifiedUnit = UnitRecord & { readonly identity: PublicIdentity };

/** One comparison as a value. */
export function checkOf(
  check: CheckName,
  expected: string | null,
  found: string | null,
  verdict: Verdict,
  cause: Problem | null = null,
): Check {
  const stored = cause === null ? null : { code: cause.code, facts: { ...cause.facts } };
  return { check, expected, found, verdict, problem: verdict === 'pass' ? null : stored };
}

/** A value as a person reads it: texts as they are, anything else as canonical JSON. */
export function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : canonicalJson(value);
}
