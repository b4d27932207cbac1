import type { Finding, JudgeContext } from '../../shared/enrollment-judgement.ts';
import { type Problem, problem } from '../../shared/problem.ts';
import { type CertificatePlace, certificateFrom, judgeCertificate } from './certificate-judge.ts';
import { fingerprintOf } from './fingerprint.ts';
import { symmetricKeyFrom } from './symmetric-keys.ts';
import { endorsementKeyFrom, storageKeyFrom } from './tpm-public.ts';

/** Whose credential it is. */
export type AttestationOwner =
  | { readonly kind: 'enrollment'; readonly registrationId: string }
  | { readonly kind: 'group' };

/** What a judge says of a credential. `attestation` is its form for sending; only as good as `findings` say. */
export type JudgedAttestation = {
  readonly findings: readonly Finding[];
  readonly attestation: unknown;
  readonly fingerprints: readonly string[]; // SHA-256 of each credential, lower-case hex
};

type JsonObject = Readonly<Record<string, unknown>>;
const types = ['x509', 'tpm', 'symmetricKey'] as const;

/**
 * Judges the credential of an enrollment or a group offline (DPS REST API 2021-10-01, AttestationMechanism; what the
 * service would find out only when the device registers is refused too). Nulls must have been taken out before.
 */
export function judgeAttestation(value: unknown, owner: AttestationOwner, context: JudgeContext): JudgedAttestation {
  if (!isObject(value)) return refused(problem('attestation-missing'));
  const { type } = value;
  const known = types.find((one) => one === type);
  if (known === undefined)
    return refused(problem('attestation-unknown', { type: shown(type), known: types.join(', ') }));
  const others = Object.keys(value).filter((member) => member !== 'type' && member !== known);
  if (others.length > 0)
    return refused(problem('attestation-mixed', { type: known, others: shown(others.join(', ')) }));
  const content = value[known];
  if (known === 'symmetricKey') return judgeKeys(content);
  if (owner.kind === 'enrollment') {
    return known === 'tpm' ? judgeTpm(content) : judgeClientCertificates(content, owner.registrationId, context);
  }
  return known === 'tpm' ? refused(problem('attestation-not-for-group')) : judgeGroupCertificates(content, context);
}

function judgeClientCertificates(content: unknown, registrationId: string, { now }: JudgeContext): JudgedAttestation {
  const slots = isObject(content) ? content['clientCertificates'] : undefined;
  const others = isObject(content) ? Object.keys(content).filter((member) => member !== 'clientCertificates') : [];
  if (others.length > 0)
    return refused(problem('attestation-mixed', { type: 'x509', others: shown(others.join(', ')) }));
  return judgeSlots('clientCertificates', slots, { use: 'device', registrationId, now });
}

function judgeGroupCertificates(content: unknown, context: JudgeContext): JudgedAttestation {
  const members = isObject(content) ? content : {};
  const { signingCertificates, caReferences, ...others } = members;
  const names = Object.keys(others);
  if (names.length > 0) return refused(problem('attestation-mixed', { type: 'x509', others: shown(names.join(', ')) }));
  if (signingCertificates !== undefined && caReferences !== undefined) {
    return refused(problem('attestation-mixed', { type: 'signingCertificates', others: 'caReferences' }));
  }
  if (caReferences !== undefined) return judgeReferences(caReferences, context);
  const place = { use: 'signing', registrationId: null, now: context.now } as const;
  return judgeSlots('signingCertificates', signingCertificates, place);
}

/** Names of CA certificates that the instance has verified. */
function judgeReferences(references: unknown, { authorities }: JudgeContext): JudgedAttestation {
  const names = isObject(references) ? [references['primary'], references['secondary']] : [];
  const attestation = { type: 'x509', x509: { caReferences: references } };
  if (typeof names[0] !== 'string' || names[0] === '')
    return refused(problem('certificate-missing', { slot: 'primary' }));
  const findings = names
    .filter((name) => name !== undefined && authorities !== undefined && !authorities.includes(name as string))
    .map((name) => refusal(problem('authority-not-verified', { name: shown(name) })));
  return { findings, attestation, fingerprints: [] };
}

function judgeSlots(
  member: 'clientCertificates' | 'signingCertificates',
  slots: unknown,
  place: Omit<CertificatePlace, 'slot'>,
): JudgedAttestation {
  const findings: Finding[] = [];
  const fingerprints: string[] = [];
  const sent: Record<string, unknown> = {};
  const given = isObject(slots) ? slots : {};
  const others = Object.keys(given).filter((slot) => slot !== 'primary' && slot !== 'secondary');
  if (others.length > 0)
    return refused(problem('attestation-mixed', { type: member, others: shown(others.join(', ')) }));
  for (const [slot, held] of Object.entries(given)) {
    const text = isObject(held) ? held['certificate'] : undefined;
    if (typeof text !== 'string') {
      // What comes back of a certificate is `info` only: an exported record cannot be sent again.
      findings.push(refusal(problem('certificate-missing', { slot })));
      continue;
    }
    const read = certificateFrom(text, slot);
    if (!read.ok) {
      findings.push(refusal(read.problem));
      continue;
    }
    sent[slot] = { certificate: read.value.base64 };
    fingerprints.push(read.value.sha256);
    findings.push(...judgeCertificate(read.value, { ...place, slot }));
  }
  if (sent['primary'] === undefined && findings.length === 0) {
    findings.push(refusal(problem('certificate-missing', { slot: 'primary' })));
  }
  return { findings, attestation: { type: 'x509', x509: { [member]: sent } }, fingerprints };
}

/** Base64 of 16 to 64 bytes, exactly (Azure documentation, symmetric key attestation); none: the service makes both. */
function judgeKeys(content: unknown): JudgedAttestation {
  const keys = content === undefined ? {} : content;
  if (!isObject(keys)) return refused(problem('symmetric-key-invalid', { what: 'symmetricKey' }));
  const findings: Finding[] = [];
  const fingerprints: string[] = [];
  for (const what of ['primaryKey', 'secondaryKey']) {
    const text = keys[what];
    if (text === undefined) continue;
    const bytes = typeof text === 'string' && text === text.trim() ? symmetricKeyFrom(text) : null;
    if (bytes === null) findings.push(refusal(problem('symmetric-key-invalid', { what })));
    else fingerprints.push(fingerprintOf(bytes));
    bytes?.fill(0);
  }
  return { findings, attestation: { type: 'symmetricKey', symmetricKey: keys }, fingerprints };
}

function judgeTpm(content: unknown): JudgedAttestation {
  const { endorsementKey, ...rest } = isObject(content) ? content : {};
  const missing = problem('endorsement-key-invalid', { reason: 'there is none' });
  if (typeof endorsementKey !== 'string') return refused(missing);
  const key = endorsementKeyFrom(endorsementKey);
  if (!key.ok) return refused(key.problem);
  const findings: Finding[] = [];
  const { storageRootKey } = rest;
  // Optional, and not looked at by the service; what is sent at all should be what it says it is.
  if (typeof storageRootKey === 'string' && !storageKeyFrom(storageRootKey).ok) {
    findings.push(refusal(problem('endorsement-key-invalid', { reason: 'storageRootKey is no key of a TPM' })));
  }
  const attestation = { type: 'tpm', tpm: { ...rest, endorsementKey: key.value.base64 } };
  return { findings, attestation, fingerprints: [fingerprintOf(key.value.bytes)] };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(found: Problem): Finding {
  return { weight: 'refusal', problem: found };
}

function refused(found: Problem): JudgedAttestation {
  return { findings: [refusal(found)], attestation: undefined, fingerprints: [] };
}

function shown(value: unknown): string {
  return (typeof value === 'string' ? value : typeof value).slice(0, 64);
}
