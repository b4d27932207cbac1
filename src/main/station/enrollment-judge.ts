import { enrollmentGroupSchema } from '../../shared/enrollment-group.ts';
import {
  type EnrollmentVerdict,
  type Finding,
  type GroupVerdict,
  type JudgeContext,
  type RecordVerdict,
  sentEnrollmentSchema,
} from '../../shared/enrollment-judgement.ts';
import { problem } from '../../shared/problem.ts';
import { readableIssues } from '../../shared/settings.ts';
import {
  cleanedRecord,
  isJsonObject,
  isTooDeep,
  type JsonObject,
  judgeAllocation,
  judgeDeviceId,
  judgeId,
  judgeTwin,
  longestMessage,
  refusal,
} from '../domain/enrollment-rules.ts';
import { judgeAttestation } from '../identity/attestation-judge.ts';

/**
 * Judges an individual enrollment before it is sent, offline: what the service would refuse, and what it would take
 * although the device then fails to register. Takes any JSON value and never throws; sentences name no key.
 */
export function judgeEnrollment(record: unknown, context: JudgeContext): EnrollmentVerdict {
  const read = readRecord(record);
  if ('findings' in read) return { verdict: 'refused', findings: read.findings };
  const { registrationId, deviceId, attestation: credential } = read.cleaned;
  const owner = {
    kind: 'enrollment',
    registrationId: typeof registrationId === 'string' ? registrationId : '',
  } as const;
  const judged = judgeAttestation(credential, owner, context);
  const findings = [
    // First of all the credential: where it cannot be read, it gave the unit no id either.
    ...judged.findings,
    ...judgeId(registrationId, 'registration id'),
    ...judgeDeviceId(deviceId, registrationId),
    ...judgeSettings(read.cleaned, context),
  ];
  return concluded(
    sentEnrollmentSchema,
    { ...read.cleaned, attestation: judged.attestation },
    findings,
    judged.fingerprints,
  );
}

/** Judges an enrollment group in the same way. */
export function judgeGroup(record: unknown, context: JudgeContext): GroupVerdict {
  const read = readRecord(record);
  if ('findings' in read) return { verdict: 'refused', findings: read.findings };
  const { enrollmentGroupId, attestation: credential } = read.cleaned;
  const judged = judgeAttestation(credential, { kind: 'group' }, context);
  const unfit = ['deviceId', 'optionalDeviceInformation', 'registrationId'].filter((member) => member in read.cleaned);
  const findings = [
    ...judgeId(enrollmentGroupId, 'group id'),
    ...unfit.map((member) => refusal(problem('member-not-for-group', { member }))),
    ...judgeSettings(read.cleaned, context),
    ...judged.findings,
  ];
  return concluded(
    enrollmentGroupSchema,
    { ...read.cleaned, attestation: judged.attestation },
    findings,
    judged.fingerprints,
  );
}

function judgeSettings(record: JsonObject, context: JudgeContext): readonly Finding[] {
  return [...judgeAllocation(record, context), ...judgeTwin(record['initialTwin'])];
}

function readRecord(record: unknown): { readonly cleaned: JsonObject } | { readonly findings: readonly Finding[] } {
  const unread = (reason: string) => ({ findings: [refusal(problem('record-unreadable', { reason }))] });
  if (!isJsonObject(record)) return unread('it is no JSON object');
  return isTooDeep(record) ? unread('it is nested too deep') : { cleaned: cleanedRecord(record) };
}

type Schema<Sent> = {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Sent }
    | { readonly success: false; readonly error: Parameters<typeof readableIssues>[0] };
};

function concluded<Sent>(
  schema: Schema<Sent>,
  record: JsonObject,
  findings: readonly Finding[],
  fingerprints: readonly string[],
): RecordVerdict<Sent> {
  if (findings.some(({ weight }) => weight === 'refusal')) return { verdict: 'refused', findings };
  const parsed = schema.safeParse(record);
  const refuse = (found: Finding) => ({ verdict: 'refused' as const, findings: [...findings, found] });
  if (!parsed.success) return refuse(refusal(problem('record-unreadable', { reason: readableIssues(parsed.error) })));
  const bytes = Buffer.byteLength(JSON.stringify(parsed.data));
  if (bytes > longestMessage) return refuse(refusal(problem('enrollment-too-large', { bytes, limit: longestMessage })));
  return { verdict: 'accepted', record: parsed.data, findings, fingerprints };
}
