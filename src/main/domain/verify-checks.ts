import type { Job, PublicIdentity } from '../../shared/job.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import type { Check, CheckName, Observation, Observed } from '../../shared/verification.ts';
import { checkOf, type UnitRecord } from './verify-check.ts';
import { entryChecks } from './verify-entry-checks.ts';
import { hubChecks, registrationChecks } from './verify-registration-checks.ts';

/** What the station found out about the record itself. */
export type RecordFindings = {
  /** Number of the first line of the journal about the unit that does not fit its hash; null: all fit. */
  readonly brokenLine: number | null;
  readonly lines: number;
  /** Of the certificate; null: the identity has none, or it cannot be read. */
  readonly certificate: {
    readonly notBefore: string; // ISO 8601 UTC
    readonly notAfter: string;
    readonly sha256Thumbprint: string;
    /** Whether the key that should have signed it did; null: nobody here has that key. */
    readonly signed: boolean | null;
  } | null;
  /** SHA-256 thumbprint of the certificate that the board told; null: none, or unreadable. */
  readonly boardThumbprint: string | null;
  /** Whether the key of the recorded certificate signed the challenge; null: nobody signed. */
  readonly boardSigned: boolean | null;
  readonly firmwareVersion: string | null; // that the recipe wants
  readonly now: string; // ISO 8601 UTC
};

/** All comparisons of a unit. What was not asked for is not compared; what nobody answered stays open. */
export function judgeUnit(record: UnitRecord, observed: Observed, findings: RecordFindings): Check[] {
  const own = [...recordChecks(record, findings), ...boardChecks(record, observed.board, findings)];
  const { identity } = record;
  if (identity === null) return own;
  const unit = { ...record, identity };
  return [
    ...own,
    ...entryChecks(unit, observed.entry),
    ...registrationChecks(unit, observed),
    ...hubChecks(identity, observed),
  ];
}

function* recordChecks(record: UnitRecord, findings: RecordFindings): Generator<Check> {
  const { serial, job, identity } = record;
  const outcome = record.retired ? 'retired' : outcomeOf(job);
  const passed = outcome === 'passed';
  const notPassed = problem('unit-not-passed', { serial, outcome });
  yield checkOf('record', 'passed', outcome, passed ? 'pass' : 'fail', notPassed);
  if (passed && identity === null) {
    yield checkOf('record', 'an identity', null, 'cannot-tell', problem('unit-has-no-identity', { serial }));
  }
  if (job === null) return;
  const { brokenLine, lines } = findings;
  const broken = problem('record-chain-broken', { seq: brokenLine, serial });
  const found = brokenLine === null ? `${lines} lines fit` : `line ${brokenLine} does not fit`;
  yield checkOf('audit', `${lines} lines fit`, found, brokenLine === null ? 'pass' : 'fail', broken);
  if (identity?.attestation === 'x509') yield* certificateChecks(identity, findings);
}

function outcomeOf(job: Job | null): string {
  if (job === null) return 'unknown';
  return job.state.step === 'done' ? job.state.outcome : 'in work';
}

function* certificateChecks(identity: PublicIdentity, { certificate, now }: RecordFindings): Generator<Check> {
  if (certificate === null || certificate.sha256Thumbprint !== identity.fingerprint) {
    const found = certificate?.sha256Thumbprint ?? 'unreadable';
    yield checkOf('certificate-dates', identity.fingerprint, found, 'fail', problem('record-certificate-unreadable'));
    return;
  }
  const { notBefore, notAfter, signed } = certificate;
  const inDates = notBefore <= now && now <= notAfter;
  const dates = problem('certificate-out-of-dates', { notBefore, notAfter });
  yield checkOf('certificate-dates', `${notBefore} to ${notAfter}`, now, inDates ? 'pass' : 'fail', dates);
  if (signed === null) return;
  const unsigned = problem('certificate-not-signed');
  yield checkOf('certificate-issuer', 'signed', signed ? 'signed' : 'not signed', signed ? 'pass' : 'fail', unsigned);
}

function boardChecks(record: UnitRecord, board: Observation<'board'>, findings: RecordFindings): Check[] {
  if (board.seen === 'not-asked') return [];
  if (board.seen === 'unknown') return [checkOf('board', null, null, 'cannot-tell', board.problem as Problem)];
  const told = board.seen === 'found' ? board.value : null;
  const { identity, job } = record;
  const compared: readonly (readonly [CheckName, string | null, string | null])[] = [
    ['board-usb-serial', job?.hardwareId ?? null, told?.usbSerial ?? null],
    ['board-mac', record.mac, told?.mac ?? null],
    ['board-firmware', findings.firmwareVersion, told?.firmwareVersion ?? null],
    ['board-registration-id', identity?.registrationId ?? null, told?.registrationId ?? null],
    [
      'board-endorsement-key',
      identity?.attestation === 'tpm' ? identity.endorsementKey : null,
      told?.endorsementKey ?? null,
    ],
    [
      'board-certificate',
      identity?.attestation === 'x509' ? identity.fingerprint : null,
      told?.certificate == null ? null : (findings.boardThumbprint ?? 'unreadable'),
    ],
  ];
  const checks = compared.flatMap(([name, expected, found]) => {
    if (expected === null || found === null) return [];
    const differs = problem('board-differs', { what: name.slice('board-'.length), expected, found });
    return [checkOf(name, expected, found, expected === found ? 'pass' : 'fail', differs)];
  });
  const challenge = told?.challenge ?? null;
  if (challenge !== null && identity?.attestation === 'x509') checks.push(keyCheck(findings.boardSigned));
  return checks.length > 0 ? checks : [checkOf('board', null, null, 'cannot-tell', problem('board-tells-nothing'))];
}

/** Whoever copied a certificate has not its key. */
function keyCheck(signed: boolean | null): Check {
  const expected = 'signed with the key of the certificate';
  if (signed === null) return checkOf('board-key', expected, null, 'cannot-tell', problem('board-cannot-sign'));
  const found = signed ? expected : 'signed with another key';
  return checkOf('board-key', expected, found, signed ? 'pass' : 'fail', problem('board-key-differs'));
}
