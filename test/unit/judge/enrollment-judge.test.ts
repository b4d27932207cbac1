import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeEnrollment, judgeGroup } from '../../../src/main/station/enrollment-judge.ts';
import { describeProblem } from '../../../src/shared/describe-problem.ts';
import { enrollmentGroupSchema } from '../../../src/shared/enrollment-group.ts';
import { type Finding, type JudgeContext, sentEnrollmentSchema } from '../../../src/shared/enrollment-judgement.ts';
import { aliasVectors } from '../../interop/dps-bench.ts';
import { certificates } from '../../vectors/enrollment-certificates.ts';
import { instance, judgements } from '../../vectors/enrollment-judgements.ts';
import { tpmKeys } from '../../vectors/tpm-keys.ts';

/* The station's own judge against the table that the simulated service is judged by too, and against anything at all. */

const now = Date.UTC(2026, 10, 20);
const context: JudgeContext = {
  now,
  linkedHubs: instance.linkedHubs,
  authorities: instance.authorities.map(({ name }) => name),
};
const codes = (findings: readonly Finding[], weight: Finding['weight']): string[] =>
  findings.filter((one) => one.weight === weight).map((one) => one.problem.code);

describe('the table of judgements', () => {
  it.each(judgements.map((one) => [one.name, one] as const))('%s', (_name, { kind, body, station, source }) => {
    const judged = kind === 'group' ? judgeGroup(body, context) : judgeEnrollment(body, context);
    if (station === 'open') expect(['accepted', 'refused']).toContain(judged.verdict);
    else expect({ verdict: judged.verdict, source }).toEqual({ verdict: station, source });
    // Who is refused is told why, in a whole sentence.
    if (judged.verdict === 'refused') expect(codes(judged.findings, 'refusal')).not.toEqual([]);
    for (const { problem } of judged.findings) {
      const { title, remedy } = describeProblem(problem);
      expect(`${title} ${remedy}`).not.toMatch(/[{}]|undefined|unknown \(|null/);
    }
  });
});

describe('a finding names its cause', () => {
  const clientCertificate = (certificate: unknown, registrationId = 'unit-7') => ({
    registrationId,
    attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate } } } },
  });
  const keyed = (more: object) => ({
    registrationId: 'unit-7',
    attestation: { type: 'symmetricKey', symmetricKey: {} },
    ...more,
  });
  const pem = `-----BEGIN CERTIFICATE-----\n${certificates.p256}\n-----END CERTIFICATE-----\n`;
  const cases: readonly (readonly [string, unknown, Finding['weight'], string])[] = [
    [
      'PEM encoded twice',
      clientCertificate(Buffer.from(pem).toString('base64')),
      'refusal',
      'certificate-encoded-twice',
    ],
    ['a chain', clientCertificate(pem + pem), 'refusal', 'certificate-chain'],
    ['a root', clientCertificate(certificates.root), 'refusal', 'certificate-of-authority'],
    ['expired', clientCertificate(certificates.expired), 'refusal', 'certificate-expired'],
    ['not valid yet', clientCertificate(certificates.future), 'refusal', 'certificate-not-yet'],
    ['another unit', clientCertificate(certificates.otherName), 'refusal', 'certificate-name-differs'],
    ['letter case', clientCertificate(certificates.upperName), 'advice', 'certificate-name-case'],
    ['two names', clientCertificate(certificates.twoNames), 'refusal', 'certificate-names'],
    ['RSA 1024', clientCertificate(certificates.rsa1024), 'refusal', 'certificate-key-unfit'],
    ['Ed25519', clientCertificate(certificates.ed25519), 'refusal', 'certificate-key-unfit'],
    [
      'an exported record, whose certificate came back as info',
      { ...clientCertificate(undefined), registrationState: {}, createdDateTimeUtc: '2026-01-01T00:00:00Z' },
      'refusal',
      'certificate-missing',
    ],
    ['capitals in the id', keyed({ registrationId: 'Unit-7' }), 'advice', 'enrollment-id-unsafe'],
    ['a colon without a device id', keyed({ registrationId: 'a:b' }), 'refusal', 'device-id-missing'],
    ['static without a hub', keyed({ allocationPolicy: 'static' }), 'refusal', 'allocation-needs-hub'],
    ['a typing mistake in a member', keyed({ provisioningstatus: 'enabled' }), 'refusal', 'record-unreadable'],
    [
      'more than a message',
      keyed({ initialTwin: { tags: { text: 'x'.repeat(100_000) } } }),
      'refusal',
      'enrollment-too-large',
    ],
    [
      'a storage root key',
      { registrationId: 'a', attestation: { type: 'tpm', tpm: { endorsementKey: tpmKeys.storageRoot } } },
      'refusal',
      'endorsement-key-invalid',
    ],
  ];
  it.each(cases)('%s', (_name, record, weight, code) => {
    const judged = judgeEnrollment(record, context);
    expect(codes(judged.findings, weight)).toContain(code);
    expect(judged.verdict).toBe(weight === 'refusal' ? 'refused' : 'accepted');
  });

  it('holds nothing against hubs and authorities that are not known', () => {
    const record = keyed({ iotHubs: ['hub-z.azure-devices.net'] });
    expect(judgeEnrollment(record, { now }).verdict).toBe('accepted');
    const group = {
      enrollmentGroupId: 'line-3',
      attestation: { type: 'x509', x509: { caReferences: { primary: 'unknown' } } },
    };
    expect(judgeGroup(group, { now }).verdict).toBe('accepted');
  });

  it('gives the record as it may be sent: bare base64, no nulls, nothing that the service sets', () => {
    const judged = judgeEnrollment(
      {
        ...clientCertificate(pem),
        deviceId: null,
        provisioningStatus: null,
        etag: 'IjEi',
        registrationState: { status: 'unassigned' },
        initialTwin: { tags: { line: null } },
      },
      context,
    );
    expect(judged).toMatchObject({
      verdict: 'accepted',
      record: {
        registrationId: 'unit-7',
        provisioningStatus: 'enabled',
        attestation: {
          type: 'x509',
          x509: { clientCertificates: { primary: { certificate: certificates.p256 } } },
        },
        initialTwin: { tags: { line: null } },
      },
    });
    if (judged.verdict === 'accepted')
      expect(Object.keys(judged.record).sort()).toEqual([
        'attestation',
        'initialTwin',
        'provisioningStatus',
        'registrationId',
      ]);
  });

  it('takes what the DevKit’s own tool makes, malformed alternative name and all', () => {
    const vectors = aliasVectors().filter(({ registrationId }) => registrationId.length <= 64);
    expect(vectors.length).toBeGreaterThan(3);
    for (const { registrationId, certPem } of vectors) {
      const judged = judgeEnrollment(clientCertificate(certPem, registrationId), context);
      expect({ registrationId, refusals: codes(judged.findings, 'refusal') }).toEqual({ registrationId, refusals: [] });
    }
  });

  it('never quotes a key', () => {
    const secret = Buffer.alloc(15, 0x5a).toString('base64');
    const record = { registrationId: 'a', attestation: { type: 'symmetricKey', symmetricKey: { primaryKey: secret } } };
    expect(JSON.stringify(judgeEnrollment(record, context))).not.toContain(secret);
  });
});

describe('anything at all', () => {
  const members = ['registrationId', 'deviceId', 'attestation', 'iotHubs', 'allocationPolicy', 'initialTwin', 'etag'];
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom(...members, '__proto__', 'constructor'), fc.jsonValue()),
  );
  /** A record of the table with one part of it exchanged. */
  const spoiled = fc
    .tuple(fc.constantFrom(...judgements), fc.constantFrom(...members, 'capabilities'), anything)
    .map(([{ body }, member, value]) => ({ ...body, [member]: value }));
  const spoiledCredential = fc
    .tuple(fc.constantFrom(...judgements), fc.constantFrom('type', 'tpm', 'x509', 'symmetricKey'), anything)
    .map(([{ body }, member, value]) => ({
      ...body,
      attestation: { ...(body['attestation'] as object), [member]: value },
    }));

  it('gets a verdict, and what is accepted fits the schema of what is sent', () => {
    fc.assert(
      fc.property(fc.oneof(anything, spoiled, spoiledCredential), (record) => {
        const one = judgeEnrollment(record, context);
        if (one.verdict === 'accepted') expect(sentEnrollmentSchema.safeParse(one.record).success).toBe(true);
        else expect(codes(one.findings, 'refusal')).not.toEqual([]);
        const group = judgeGroup(record, context);
        if (group.verdict === 'accepted') expect(enrollmentGroupSchema.safeParse(group.record).success).toBe(true);
        else expect(codes(group.findings, 'refusal')).not.toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same verdict when the accepted record is judged again', () => {
    for (const { kind, body } of judgements) {
      const judge = kind === 'group' ? judgeGroup : judgeEnrollment;
      const once = judge(body, context);
      if (once.verdict === 'accepted') expect(judge(once.record, context)).toEqual(once);
    }
  });

  it('even when it is nested deeper than a reader can follow', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    const record = { registrationId: 'a', attestation: { type: 'symmetricKey' }, optionalDeviceInformation: { deep } };
    expect(judgeEnrollment(record, context).verdict).toBe('refused');
  });
});
