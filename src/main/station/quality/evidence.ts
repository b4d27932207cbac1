import { canonicalJson } from '../../../shared/canonical-json.ts';
import type { Enrollment } from '../../../shared/enrollment.ts';
import type { Origin, PublicIdentity } from '../../../shared/job.ts';
import type { Verification } from '../../../shared/verification.ts';
import type { UnitRecord } from '../../domain/verify-check.ts';
import { deviceIdKeyOf, namesItselfIssuer, wrappedPem } from '../../identity/certificate-signer.ts';
import { fingerprintOf } from '../../identity/fingerprint.ts';
import type { PackedFile } from '../../ports/evidence-packer.ts';
import type { ChainedLine } from '../../ports/verification-books.ts';
import { evidenceReadme } from './evidence-readme.ts';
import { boardSigned } from './unit-record.ts';

/** All that a pack is made of. */
export type EvidenceParts = {
  readonly unit: UnitRecord;
  readonly verification: Verification;
  readonly journal: readonly ChainedLine[];
  readonly issuerPem: string | null; // of the CA that issued the certificate
  readonly stationKeyPem: string;
  readonly verifier: Uint8Array;
  readonly head: { readonly seq: number; readonly hash: string }; // newest line of the journal
  readonly packedBy: string;
  readonly packedAt: string;
};

/** What the script in a pack checks of the credential. */
type Credential = {
  readonly kind: 'alias' | 'issued' | 'self-signed' | 'certificate' | 'endorsement-key' | 'symmetric-key' | 'none';
  readonly sha256: string | null;
  readonly sha1: string | null;
  readonly files: readonly PackedFile[];
};

/** The files of a pack but the signature, `manifest.json` last: whoever signs it signs all of them. */
export function evidenceFiles(parts: EvidenceParts): readonly PackedFile[] {
  const { unit, verification } = parts;
  const { registration, entry } = verification.state.observed;
  const credential = credentialOf(unit.identity, parts.issuerPem);
  const files: PackedFile[] = [
    text('README.txt', evidenceReadme(unit.serial, verification, parts.packedAt)),
    { name: 'verify.sh', bytes: parts.verifier },
    text('station-key.pem', parts.stationKeyPem),
    json('unit.json', unitRecord(parts)),
    json('verification.json', verification),
    text('journal.ndjson', parts.journal.map(journalRow).join('')),
    ...credential.files,
    ...challengeFiles(unit.identity, verification),
  ];
  const expected = unit.item?.enrollment ?? null;
  const found = entry.seen === 'found' ? entry.value : null;
  if (expected !== null || found !== null) {
    files.push(json('enrollment.json', { expected: expected === null ? null : withoutSalt(expected), found }));
  }
  if (registration.seen === 'found') files.push(json('registration.json', registration.value));
  return [...files, text('manifest.json', manifestText(parts, credential, files))];
}

/** One line of the log: what was hashed stands between the two hashes, as it was spelled when it was hashed. */
function journalRow({ seq, line, previousHash, hash }: ChainedLine): string {
  return `${canonicalJson({ hash, line, previousHash, seq })}\n`;
}

function unitRecord({ unit, verification, packedBy, packedAt }: EvidenceParts) {
  const { job, item, identity } = unit;
  const place = ({ station, mode, softwareVersion }: Origin) => ({ station, mode, softwareVersion });
  const state = job?.state;
  return {
    schema: 'dps-station/evidence-unit/1',
    serial: unit.serial,
    provisionedAt: job === null ? null : place(job.origin),
    verifiedAt: place(verification.origin),
    people: { provisioned: job?.origin.actor ?? null, verified: verification.origin.actor, packed: packedBy },
    times: {
      started: job?.startedAt ?? null,
      passed: job?.finishedAt ?? null,
      delivered: item?.deliveredAt ?? null,
      proved: (state?.step === 'done' ? state.provedAt : null) ?? item?.provedAt ?? null,
      verificationStarted: verification.startedAt,
      verified: verification.finishedAt,
      packed: packedAt,
    },
    job: job === null ? null : { id: job.id, kind: job.kind, slot: job.slot, supersedes: job.supersedes },
    outcome: state?.step === 'done' ? state.outcome : null,
    retired: unit.retired,
    recipe: job === null ? null : { name: job.recipe, sha256: job.recipeHash },
    instance: job?.instance ?? null,
    hardwareId: job?.hardwareId ?? null,
    mac: unit.mac,
    identity,
    enrollment: item === null ? null : { mode: item.mode, state: item.state, fingerprint: item.fingerprint },
  };
}

/** The salt from which keys are derived is no secret by itself; outside it is of no use either. */
function withoutSalt({ attestation, ...rest }: Enrollment) {
  if (attestation.type !== 'symmetricKey') return { ...rest, attestation };
  return { ...rest, attestation: { type: attestation.type, keyFingerprint: attestation.keyFingerprint } };
}

function credentialOf(identity: PublicIdentity | null, issuerPem: string | null): Credential {
  if (identity === null) return { kind: 'none', sha256: null, sha1: null, files: [] };
  const sha256 = identity.fingerprint;
  switch (identity.attestation) {
    case 'symmetricKey':
      return { kind: 'symmetric-key', sha256, sha1: null, files: [] };
    case 'tpm': {
      const files = [text('endorsement-key.txt', `${identity.endorsementKey}\n`)];
      return { kind: 'endorsement-key', sha256, sha1: null, files };
    }
    case 'x509': {
      const { certificatePem, sha1Thumbprint: sha1 } = identity;
      const own = text('certificate.pem', wrappedPem(certificatePem) ?? certificatePem);
      const deviceIdKey = deviceIdKeyOf(certificatePem);
      if (deviceIdKey !== null) {
        return { kind: 'alias', sha256, sha1, files: [own, text('device-id-key.pem', deviceIdKey)] };
      }
      if (namesItselfIssuer(certificatePem)) return { kind: 'self-signed', sha256, sha1, files: [own] };
      if (issuerPem === null) return { kind: 'certificate', sha256, sha1, files: [own] };
      return { kind: 'issued', sha256, sha1, files: [own, text('issuer.pem', issuerPem)] };
    }
  }
}

/**
 * What is signed. One member per line, because a shell script reads it: a value cannot break out of its line, JSON
 * escapes line ends.
 */
function manifestText(parts: EvidenceParts, credential: Credential, files: readonly PackedFile[]): string {
  const { unit, verification, head, packedAt } = parts;
  const { state, origin } = verification;
  const members: readonly (readonly [string, string | null])[] = [
    ['schema', 'dps-station/evidence/1'],
    ['serial', unit.serial],
    ['verdict', state.step === 'done' ? state.verdict : 'open'],
    ['station', origin.station],
    ['mode', origin.mode],
    ['packedAt', packedAt],
    ['auditHead', head.hash],
    ['auditSeq', String(head.seq)],
    ['credential', credential.kind],
    ['sha256', credential.sha256],
    ['sha1', credential.sha1],
  ];
  const rows = members
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  const sums = files.map(({ name, bytes }) => `    ${JSON.stringify(name)}: ${JSON.stringify(fingerprintOf(bytes))}`);
  return `{\n${rows.join('\n')}\n  "files": {\n${sums.join(',\n')}\n  }\n}\n`;
}

/** What the board signed, where the key of its certificate did. */
function challengeFiles(identity: PublicIdentity | null, { state }: Verification): readonly PackedFile[] {
  const { board } = state.observed;
  const challenge = board.seen === 'found' ? board.value.challenge : null;
  if (challenge === null || boardSigned(identity, challenge) !== true) return [];
  const signature = { name: 'challenge.sig', bytes: Buffer.from(challenge.signature ?? '', 'base64') };
  return [text('challenge.txt', challenge.text), signature];
}

function text(name: string, content: string): PackedFile {
  return { name, bytes: Buffer.from(content) };
}

function json(name: string, value: unknown): PackedFile {
  return text(name, `${canonicalJson(value)}\n`);
}
