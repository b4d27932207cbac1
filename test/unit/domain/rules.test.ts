import { describe, expect, it } from 'vitest';
import { compileLabelPattern } from '../../../src/main/adapters/pattern/label-matcher.ts';
import { base64DerFromPem, enrollmentFrom, x509Attestation } from '../../../src/main/domain/enrollment.ts';
import { judgeMode, judgeReadiness } from '../../../src/main/domain/mode-rules.ts';
import { judgeProof } from '../../../src/main/domain/proof.ts';
import { retryDelayInMs, watchDelayInMs } from '../../../src/main/domain/retry-schedule.ts';
import { readScan } from '../../../src/main/domain/scan-rules.ts';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { compareServiceTimes, type EnrollmentAnswer } from '../../../src/shared/enrollment.ts';
import type { OutboxItem } from '../../../src/shared/outbox.ts';
import { fillTemplate } from '../../../src/shared/template.ts';
import { jobOf, newItem, valueFrom } from '../../doubles/books.ts';

describe('proof', () => {
  const fingerprint = 'ab'.repeat(32);
  const item = (proofAfter: string | null): OutboxItem => ({
    ...newItem(jobOf('s1'), { fingerprint }),
    id: 1,
    state: 'delivered',
    attempts: 1,
    notBefore: null,
    problem: null,
    deliveredAt: null,
    provedAt: null,
    proofAfter,
  });
  const found = (created: string, updated: string | undefined, status = 'assigned', thumbprint = fingerprint) =>
    ({
      registrationId: 's1',
      createdDateTimeUtc: created,
      attestation: {
        x509: { clientCertificates: { primary: { info: { sha256Thumbprint: thumbprint.toUpperCase() } } } },
      },
      registrationState: { status, ...(updated === undefined ? {} : { lastUpdatedDateTimeUtc: updated }) },
    }) satisfies EnrollmentAnswer;

  it.each<[string, string | null, EnrollmentAnswer | null, string]>([
    ['registered after the enrollment', null, found('2026-11-20T10:00:00Z', '2026-11-20T10:00:01Z'), 'registered'],
    [
      'later by the seventh decimal',
      null,
      found('2026-11-20T10:00:00.1234567Z', '2026-11-20T10:00:00.1234568Z'),
      'registered',
    ],
    [
      'earlier by the seventh decimal',
      null,
      found('2026-11-20T10:00:00.1234568Z', '2026-11-20T10:00:00.1234567Z'),
      'not-yet',
    ],
    ['trimmed zeros', null, found('2026-11-20T10:00:00.12Z', '2026-11-20T10:00:00.1200001Z'), 'registered'],
    ['no decimals against some', null, found('2026-11-20T10:00:00.0000001Z', '2026-11-20T10:00:00Z'), 'not-yet'],
    [
      'a record that outlived an older enrollment',
      null,
      found('2026-11-20T10:00:00Z', '2026-11-19T23:59:59Z'),
      'not-yet',
    ],
    [
      'before the credential was exchanged',
      '2026-11-20T11:00:00Z',
      found('2026-11-20T10:00:00Z', '2026-11-20T10:30:00Z'),
      'not-yet',
    ],
    [
      'after the credential was exchanged',
      '2026-11-20T11:00:00Z',
      found('2026-11-20T10:00:00Z', '2026-11-20T11:30:00Z'),
      'registered',
    ],
    ['still assigning', null, found('2026-11-20T10:00:00Z', '2026-11-20T10:00:01Z', 'assigning'), 'not-yet'],
    ['failed', null, found('2026-11-20T10:00:00Z', '2026-11-20T10:00:01Z', 'failed'), 'not-yet'],
    ['unassigned', null, found('2026-11-20T10:00:00Z', undefined, 'unassigned'), 'not-yet'],
    [
      'another certificate by now',
      null,
      found('2026-11-20T10:00:00Z', '2026-11-20T10:00:01Z', 'assigned', 'cd'.repeat(32)),
      'gone',
    ],
    ['deleted', null, null, 'gone'],
  ])('%s', (_, proofAfter, answer, expected) => {
    expect(judgeProof(item(proofAfter), answer).proof).toBe(expected);
  });

  it.each([
    ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.0000000Z', 0],
    ['2026-11-20T10:00:00.3915513Z', '2026-11-20T10:00:00.391Z', 1],
    ['2026-11-20T10:00:00.9Z', '2026-11-20T10:00:01Z', -1],
    ['2026-11-20T10:00:00+00:00', '2026-11-20T10:00:00Z', 0],
  ])('%s against %s: %i', (a, b, order) => {
    expect(compareServiceTimes(a, b)).toBe(order);
  });
});

describe('scans', () => {
  const match = valueFrom(compileLabelPattern('^(?<serial>[A-Z]{2}-\\d{4})(?:;(?<mac>[0-9a-f]{12}))?$', 'test'));
  it.each<[string, object]>([
    ['AB-0001', { scan: 'unit', serial: 'AB-0001', mac: null }],
    ['AB-0001;c8934680ec24', { scan: 'unit', serial: 'AB-0001', mac: 'c8934680ec24' }],
    ['\u0002AB-0001\r\n', { scan: 'unit', serial: 'AB-0001', mac: null }],
    ['  AB-0001  ', { scan: 'unit', serial: 'AB-0001', mac: null }],
    ['AB-0001\u0000', { scan: 'unit', serial: 'AB-0001', mac: null }],
    ['SLOT 3', { scan: 'slot', slot: 3 }],
    ['slot-12', { scan: 'slot', slot: 12 }],
    ['SLOT7', { scan: 'slot', slot: 7 }],
    ['SLOT 123', { scan: 'unknown', text: 'SLOT 123' }],
    ['CANCEL', { scan: 'cancel' }],
    ['CONFIRM', { scan: 'confirm' }],
    ['ABORT 3', { scan: 'abort', slot: 3 }],
    ['abort-12', { scan: 'abort', slot: 12 }],
    ['cancel', { scan: 'cancel' }],
    ['QA ON', { scan: 'quality', on: true }],
    ['qa-off\r', { scan: 'quality', on: false }],
    ['QA ONE', { scan: 'unknown', text: 'QA ONE' }],
    ['QA', { scan: 'unknown', text: 'QA' }],
    ['', { scan: 'nothing' }],
    ['\r\n\t', { scan: 'nothing' }],
    ['AB-00012', { scan: 'unknown', text: 'AB-00012' }],
    ['xAB-0001', { scan: 'unknown', text: 'xAB-0001' }],
    ['AB-0001;C8934680EC24', { scan: 'unknown', text: 'AB-0001;C8934680EC24' }],
  ])('%j', (text, meaning) => {
    expect(readScan(text, match)).toEqual(meaning);
  });

  it.each([
    ['(?<serial>', 'label.pattern'],
    ['^[A-Z]+$', 'named group'],
    ['(?<serial>a)(?=b)', 'label.pattern'],
    ['(?<serial>a)\\1', 'label.pattern'],
  ])('the pattern %s is refused', (pattern, reason) => {
    const compiled = compileLabelPattern(pattern, 'test');
    expect(compiled).toMatchObject({ ok: false, problem: { code: 'recipe-invalid' } });
    expect(compiled.ok ? '' : compiled.problem.facts['reason']).toContain(reason);
  });

  it('a pattern that would take for ever elsewhere is answered at once', () => {
    const evil = valueFrom(compileLabelPattern('(?<serial>(a+)+)b', 'test'));
    const started = process.cpuUsage().user;
    expect(evil('a'.repeat(20_000))).toBeNull();
    expect(process.cpuUsage().user - started).toBeLessThan(10_000_000);
  });
});

describe('modes', () => {
  const live = 'plant.azure-devices-provisioning.net';
  const endpoint = 'global.azure-devices-provisioning.net';
  it.each<['training' | 'production', string, string, string[], string | null]>([
    ['training', 'localhost', 'localhost', [], null],
    ['training', '127.0.0.1', 'localhost', ['DPS Station simulation CA (training only)'], null],
    ['training', live, endpoint, [], 'service-in-training'],
    ['production', live, endpoint, [], null],
    ['production', live, endpoint, ['CN=Plant proxy'], null],
    ['production', 'localhost', endpoint, [], 'simulator-in-production'],
    ['production', live, '127.0.0.1', [], 'simulator-in-production'],
    [
      'production',
      live,
      endpoint,
      ['CN=Plant', 'CN=DPS Station simulation CA (training only)'],
      'simulator-in-production',
    ],
  ])('%s, %s, %s, %j: %s', (mode, hostName, globalEndpoint, authorities, code) => {
    expect(judgeMode(mode, { hostName, globalEndpoint, authorities })?.code ?? null).toBe(code);
  });

  const ready = {
    freeBytes: 100,
    neededBytes: 10,
    now: '2026-11-20T10:00:00.000Z',
    newestRecordAt: null,
    releasedAt: '2026-01-01T00:00:00.000Z',
  };
  it.each<[object, string | null]>([
    [{}, null],
    [{ freeBytes: 10 }, null],
    [{ freeBytes: 9 }, 'disk-full'],
    [{ now: '2025-12-31T23:59:59.999Z' }, 'clock-behind'],
    [{ newestRecordAt: '2026-11-20T09:59:59.000Z' }, null],
    [{ newestRecordAt: '2026-11-20T10:00:04.999Z' }, null],
    [{ newestRecordAt: '2026-11-20T10:00:05.001Z' }, 'clock-behind'],
  ])('%j: %s', (change, code) => {
    expect(judgeReadiness({ ...ready, ...change })?.code ?? null).toBe(code);
  });
});

describe('retry', () => {
  const delay = (failures: number, fraction: number) =>
    retryDelayInMs({ failures, firstInMs: 1_000, mostInMs: 60_000, fraction });
  it('doubles from the first to the most, spread over its upper half', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((failures) => delay(failures, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
    expect([1, 2, 7].map((failures) => delay(failures, 0))).toEqual([500, 1_000, 30_000]);
  });
  it('the watcher asks soon, then ever more seldom, at least four times a day', () => {
    expect([0, 1, 2, 8, 13, 14, 100].map(watchDelayInMs)).toEqual([
      2_000, 4_000, 8_000, 512_000, 16_384_000, 21_600_000, 21_600_000,
    ]);
  });
});

describe('enrollments', () => {
  const identity = {
    registrationId: 'id-1',
    certificatePem: '-----BEGIN CERTIFICATE-----QUJD\nREVG-----END CERTIFICATE-----',
  };
  const credential = x509Attestation(identity.certificatePem);
  it('carry the bare base64 of the certificate and nothing that was not planned', () => {
    expect(base64DerFromPem(identity.certificatePem)).toBe('QUJDREVG');
    expect(enrollmentFrom(identity, credential, { instance: 'default', provisioningStatus: 'enabled' }, {})).toEqual({
      registrationId: 'id-1',
      attestation: { type: 'x509', x509: { clientCertificates: { primary: { certificate: 'QUJDREVG' } } } },
      provisioningStatus: 'enabled',
    });
  });
  it('fill the device id from the label, and take the rest of the plan as it is', () => {
    const plan = {
      instance: 'x',
      deviceId: 'dev-{serial}-{registrationId}',
      provisioningStatus: 'disabled',
      allocationPolicy: 'static',
      iotHubs: ['hub.azure-devices.net'],
      iotEdge: true,
      reprovisionPolicy: { updateHubAssignment: false, migrateDeviceData: true },
      initialTwin: { tags: { line: 'L3' } },
      optionalDeviceInformation: { lot: 'W47' },
    } as const;
    const { instance: _, iotEdge: __, ...rest } = plan;
    expect(
      enrollmentFrom(identity, credential, { ...plan, iotHubs: [...plan.iotHubs] }, { serial: 'S1' }),
    ).toMatchObject({
      ...rest,
      deviceId: 'dev-S1-id-1',
      capabilities: { iotEdge: true },
    });
  });
  it.each([
    ['az-{mac}v{version}', { mac: 'c8', version: '1v6v5' }, 'az-c8v1v6v5'],
    ['{serial}', { serial: null }, null],
    ['{nobody}', {}, null],
    ['plain', {}, 'plain'],
  ])('template %s with %j: %s', (template, values, text) => {
    expect(fillTemplate(template, values)).toBe(text);
  });
});

describe('canonical JSON', () => {
  it('is RFC 8785: its example, sorted by UTF-16, numbers as ECMAScript writes them', () => {
    const value = {
      numbers: [JSON.parse('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const names = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.keys(JSON.parse(canonicalJson(names))).length).toBe(7);
    expect(canonicalJson(names)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
    expect(canonicalJson({ b: undefined, a: [{ d: 1, c: -0 }] })).toBe('{"a":[{"c":0,"d":1}]}');
  });
});
