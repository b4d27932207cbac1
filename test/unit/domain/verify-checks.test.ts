import { describe, expect, it } from 'vitest';
import type { UnitRecord } from '../../../src/main/domain/verify-check.ts';
import { judgeUnit, type RecordFindings } from '../../../src/main/domain/verify-checks.ts';
import { consoleFacts, hasTriedToRegister } from '../../../src/main/domain/verify-console.ts';
import type { Enrollment } from '../../../src/shared/enrollment.ts';
import type { PublicIdentity } from '../../../src/shared/job.ts';
import type { OutboxItem } from '../../../src/shared/outbox.ts';
import { problem } from '../../../src/shared/problem.ts';
import type { CheckName, EntryView, HubView, Observed, RegistrationView } from '../../../src/shared/verification.ts';
import { doneState, enrollmentOf, identityOf, jobOf, newItem } from '../../doubles/books.ts';

/* Every comparison by itself: a unit that fits in all of them, and one difference at a time. */

const print = 'ab'.repeat(32);
const sha1 = 'cd'.repeat(20);
const identity: PublicIdentity = { ...identityOf('sn1', print), sha1Thumbprint: sha1 } as PublicIdentity;
const enrollment: Enrollment = {
  ...enrollmentOf('sn1', 'AAAA'),
  deviceId: 'SN1',
  allocationPolicy: 'hashed',
  iotHubs: ['one.hub', 'two.hub'],
  initialTwin: { tags: { line: '7' } },
  reprovisionPolicy: { updateHubAssignment: true, migrateDeviceData: true },
  capabilities: { iotEdge: false },
  optionalDeviceInformation: { batch: 'b1' },
};
const job = jobOf('SN1', { hardwareId: 'USB1', state: doneState('passed', identity) });
const item: OutboxItem = {
  ...newItem(job, { enrollment, fingerprint: print, registrationId: 'sn1' }),
  id: 1,
  state: 'delivered',
  attempts: 1,
  notBefore: null,
  problem: null,
  deliveredAt: '2026-11-20T10:00:01.000Z',
  provedAt: null,
  proofAfter: null,
};
const unit: UnitRecord = { serial: 'SN1', job, item, identity, retired: false, mac: 'c89346000001' };
const findings: RecordFindings = {
  brokenLine: null,
  lines: 12,
  certificate: {
    notBefore: '2017-01-01T00:00:00.000Z',
    notAfter: '2037-01-01T00:00:00.000Z',
    sha256Thumbprint: print,
    signed: true,
  },
  boardThumbprint: null,
  boardSigned: null,
  firmwareVersion: '1.6.5',
  now: '2026-11-21T10:00:00.000Z',
};
const entry: EntryView = {
  kind: 'individual',
  id: 'sn1',
  attestation: 'x509',
  primaryThumbprint: print,
  secondaryThumbprint: null,
  endorsementKey: null,
  keyFingerprint: null,
  keyProblem: null,
  own: null,
  settings: {
    deviceId: 'SN1',
    allocationPolicy: 'hashed',
    iotHubs: ['one.hub', 'two.hub'],
    initialTwin: { tags: { line: '7' }, properties: {} },
    reprovisionPolicy: { updateHubAssignment: true, migrateDeviceData: true },
    capabilities: { iotEdge: false },
    optionalDeviceInformation: { batch: 'b1', auditHead: 'added later' },
  },
  etag: 'x',
  createdDateTimeUtc: '2026-11-20T10:00:00.1234567Z',
  lastUpdatedDateTimeUtc: '2026-11-20T10:00:00.1234567Z',
};
const registration: RegistrationView = {
  registrationId: 'sn1',
  status: 'assigned',
  substatus: 'initialAssignment',
  assignedHub: 'Two.hub',
  deviceId: 'SN1',
  errorCode: null,
  errorMessage: null,
  createdDateTimeUtc: '2026-11-20T10:00:09Z',
  lastUpdatedDateTimeUtc: '2026-11-20T10:00:09Z',
};
const hub: HubView = {
  hostName: 'two.hub',
  deviceId: 'SN1',
  status: 'enabled',
  connectionState: 'disconnected',
  lastActivityTime: null,
  generationId: '1',
  authentication: 'selfSigned',
  primaryThumbprint: print.toUpperCase(),
  secondaryThumbprint: null,
};
const board = {
  usbSerial: 'USB1',
  mac: 'c89346000001',
  firmwareVersion: '1.6.5',
  registrationId: 'sn1',
  registeredAt: null,
  endorsementKey: null,
  certificate: null,
  challenge: null,
};
const found = <T>(value: T) => ({ seen: 'found' as const, value });
const observed: Observed = {
  board: found(board),
  entry: found(entry),
  registration: found(registration),
  before: { seen: 'not-asked' },
  hub: found(hub),
};

/** What does not hold, as `check verdict code`. */
function open(
  change: Partial<Observed>,
  record: Partial<UnitRecord> = {},
  more: Partial<RecordFindings> = {},
): readonly string[] {
  return judgeUnit({ ...unit, ...record }, { ...observed, ...change }, { ...findings, ...more })
    .filter((one) => one.verdict !== 'pass')
    .map((one) => `${one.check} ${one.verdict} ${one.problem?.code}`);
}
const settings = (change: object): Partial<Observed> => ({
  entry: found({ ...entry, settings: { ...entry.settings, ...change } }),
});
const registered = (change: Partial<RegistrationView>): Partial<Observed> => ({
  registration: found({ ...registration, ...change }),
});
const atHub = (change: Partial<HubView>): Partial<Observed> => ({ hub: found({ ...hub, ...change }) });
const down = { seen: 'unknown' as const, problem: problem('network-down', { reason: 'x' }) };
const networkDown = { seen: down.seen, problem: { code: down.problem.code, facts: { ...down.problem.facts } } };
const tpm: PublicIdentity = {
  attestation: 'tpm',
  registrationId: 'sn1',
  fingerprint: print,
  replaces: false,
  group: null,
  endorsementKey: 'EK1=',
  storageRootKey: null,
};
const keyed: PublicIdentity = {
  attestation: 'symmetricKey',
  registrationId: 'sn1',
  fingerprint: print,
  replaces: false,
  group: null,
};
const noEnrollment = { ...item, enrollment: null, mode: 'group' as const };

describe('a unit that fits', () => {
  it('has every comparison there is for it, in their order, and all hold', () => {
    const checks = judgeUnit(unit, observed, findings);
    expect(open({})).toEqual([]);
    const names: CheckName[] = [
      'record',
      'audit',
      'certificate-dates',
      'certificate-issuer',
      'board-usb-serial',
      'board-mac',
      'board-firmware',
      'board-registration-id',
      'entry',
      'entry-credential',
      'entry-enabled',
      'entry-device-id',
      'entry-twin',
      'entry-reprovision-policy',
      'entry-allocation',
      'entry-capabilities',
      'entry-device-information',
      'registration',
      'registration-since',
      'registration-hub',
      'registration-device-id',
      'hub-device',
      'hub-enabled',
      'hub-authentication',
      'hub-thumbprint',
    ];
    expect(checks.map((one) => one.check)).toEqual(names);
    expect(checks.every((one) => one.problem === null)).toBe(true);
  });

  it('may have what only the service or a later step added, a null status, and the thumbprint as SHA-1', () => {
    expect(open(settings({ provisioningStatus: null }))).toEqual([]);
    expect(open(atHub({ primaryThumbprint: null, secondaryThumbprint: sha1.toUpperCase() }))).toEqual([]);
  });
});

describe('one difference', () => {
  it.each<[string, Partial<Observed>, string]>([
    ['another adapter', { board: found({ ...board, usbSerial: 'USB2' }) }, 'board-usb-serial fail board-differs'],
    ['another MAC', { board: found({ ...board, mac: 'c89346000002' }) }, 'board-mac fail board-differs'],
    ['other firmware', { board: found({ ...board, firmwareVersion: '1.6.2' }) }, 'board-firmware fail board-differs'],
    ['another id', { board: found({ ...board, registrationId: 'sn2' }) }, 'board-registration-id fail board-differs'],
    ['a line that died', { board: networkDown }, 'board cannot-tell network-down'],
    ['a disabled entry', settings({ provisioningStatus: 'disabled' }), 'entry-enabled fail entry-disabled'],
    ['another device id', settings({ deviceId: 'SN2' }), 'entry-device-id fail enrollment-drift'],
    ['another twin', settings({ initialTwin: { tags: { line: '8' } } }), 'entry-twin fail enrollment-drift'],
    ['no policy', settings({ reprovisionPolicy: undefined }), 'entry-reprovision-policy fail enrollment-drift'],
    ['fewer hubs', settings({ iotHubs: ['one.hub'] }), 'entry-allocation fail enrollment-drift'],
    ['an edge device', settings({ capabilities: { iotEdge: true } }), 'entry-capabilities fail enrollment-drift'],
    ['no information', settings({ optionalDeviceInformation: {} }), 'entry-device-information fail enrollment-drift'],
    ['no entry', { entry: { seen: 'absent' } }, 'entry fail enrollment-not-found'],
    [
      'another credential',
      { entry: found({ ...entry, primaryThumbprint: 'ef'.repeat(32) }) },
      'entry-credential fail enrollment-conflict',
    ],
    [
      'another kind of credential',
      { entry: found({ ...entry, attestation: 'tpm' }) },
      'entry-credential fail enrollment-conflict',
    ],
    [
      'a second credential',
      { entry: found({ ...entry, secondaryThumbprint: 'ef'.repeat(32) }) },
      'entry-second-credential cannot-tell entry-second-credential',
    ],
    ['nobody answers', { entry: networkDown }, 'entry cannot-tell network-down'],
    ['no registration', { registration: { seen: 'absent' } }, 'registration cannot-tell registration-missing'],
    ['one under way', registered({ status: 'assigning' }), 'registration cannot-tell registration-not-assigned'],
    [
      'one that failed',
      registered({ status: 'failed', errorCode: 400_207 }),
      'registration fail registration-not-assigned',
    ],
    ['one that is disabled', registered({ status: 'disabled' }), 'registration fail registration-not-assigned'],
    [
      'an older one, by the seventh decimal',
      registered({ lastUpdatedDateTimeUtc: '2026-11-20T10:00:00.1234566Z' }),
      'registration-since cannot-tell registration-older',
    ],
    ['a foreign hub', registered({ assignedHub: 'three.hub' }), 'registration-hub fail registration-differs'],
    ['another letter case', registered({ deviceId: 'sn1' }), 'registration-device-id fail registration-differs'],
    [
      'none newer than before',
      { before: found(registration) },
      'registration-new cannot-tell registration-not-renewed',
    ],
    ['no device', { hub: { seen: 'absent' } }, 'hub-device fail hub-device-missing'],
    ['a disabled device', atHub({ status: 'disabled' }), 'hub-enabled fail hub-device-differs'],
    ['a device with keys', atHub({ authentication: 'sas' }), 'hub-authentication fail hub-device-differs'],
    ['another thumbprint', atHub({ primaryThumbprint: 'EF'.repeat(32) }), 'hub-thumbprint fail hub-device-differs'],
    ['a silent hub', { hub: networkDown }, 'hub-device cannot-tell network-down'],
  ])('%s is one open comparison, and no other', (_, change, expected) => {
    expect(open(change)).toEqual([expected]);
  });

  it('in the record itself is found without asking anybody', () => {
    expect(open({}, {}, { brokenLine: 7 })).toEqual(['audit fail record-chain-broken']);
    const { certificate } = findings;
    if (certificate === null) throw new Error('none');
    const late = { now: '2037-01-02T00:00:00.000Z' };
    expect(open({}, {}, late)).toEqual(['certificate-dates fail certificate-out-of-dates']);
    expect(open({}, {}, { certificate: { ...certificate, signed: false } })).toEqual([
      'certificate-issuer fail certificate-not-signed',
    ]);
    expect(open({}, {}, { certificate: null })).toEqual(['certificate-dates fail record-certificate-unreadable']);
    const unsettled = { ...job, state: doneState('unsettled', identity) };
    expect(open({}, { job: unsettled })).toEqual(['record fail unit-not-passed']);
    expect(open({}, { job: null, identity: null, item: null })).toEqual(['record fail unit-not-passed']);
  });

  it('of an entry that still waits in the queue is none', () => {
    // The old entry is still there: what takes its place waits in the queue.
    const before = found({ ...entry, primaryThumbprint: 'cd', settings: { provisioningStatus: 'disabled' } });
    expect(open({ entry: before }, { item: { ...item, state: 'pending', mode: 'replace' } })).toEqual([
      'entry cannot-tell entry-not-sent',
    ]);
    expect(open({ entry: { seen: 'absent' } }, { item: { ...item, state: 'pending' } })).toEqual([
      'entry cannot-tell entry-not-sent',
    ]);
  });

  it('of a retired unit is a failure, whatever the service still has', () => {
    expect(open({}, { retired: true })).toEqual(['record fail unit-not-passed']);
  });

  it('of a certificate that is in its place and cannot be read is a failure', () => {
    expect(open({ board: found({ ...board, certificate: '' }) })).toEqual(['board-certificate fail board-differs']);
  });

  it('of a board that says nothing is an open question', () => {
    const silent = { ...board, usbSerial: null, mac: null, firmwareVersion: null, registrationId: null };
    expect(open({ board: found(silent) })).toEqual(['board cannot-tell board-tells-nothing']);
  });
});

describe('a certificate that stands beside the old one until its board has registered', () => {
  const { enrollment } = item;
  if (enrollment === null) throw new Error('no enrollment');
  const both = { type: 'x509', x509: { clientCertificates: { primary: {}, secondary: {} } } };
  const overlapping = { item: { ...item, enrollment: { ...enrollment, attestation: both } } } as unknown as UnitRecord;
  const second = { ...entry, primaryThumbprint: 'cd', secondaryThumbprint: print };

  it('is the right one in the second place, and after its promotion in the first', () => {
    expect(open({ entry: found(second) }, overlapping)).toEqual([]);
    expect(open({ entry: found(entry) }, overlapping)).toEqual([]);
  });

  it('is another one where it was not put there, or a third one stands there', () => {
    expect(open({ entry: found(second) })).toEqual(['entry-credential fail enrollment-conflict']);
    const third = { ...second, secondaryThumbprint: 'ef' };
    expect(open({ entry: found(third) }, overlapping)).toEqual(['entry-credential fail enrollment-conflict']);
  });
});

describe('other credentials', () => {
  const ofTpm = { ...entry, attestation: 'tpm', primaryThumbprint: null, endorsementKey: 'EK1=' };
  const sas = atHub({ authentication: 'sas', primaryThumbprint: null });
  it('of a TPM are compared as endorsement keys, of the board too', () => {
    const told = { ...board, endorsementKey: 'EK1=' };
    expect(open({ board: found(told), entry: found(ofTpm), ...sas }, { identity: tpm })).toEqual([]);
    const other = { ...board, endorsementKey: 'EK2=' };
    expect(open({ board: found(other), entry: found(ofTpm), ...sas }, { identity: tpm })).toEqual([
      'board-endorsement-key fail board-differs',
    ]);
    expect(open({ entry: found({ ...ofTpm, endorsementKey: 'EK2=' }), ...sas }, { identity: tpm })).toEqual([
      'entry-credential fail enrollment-conflict',
    ]);
  });

  it("are the board's own only when it signs with their key", () => {
    const told = { ...board, challenge: { text: 'a challenge', signature: 'MEUCIQ==' } };
    expect(open({ board: found(told) }, {}, { boardSigned: true })).toEqual([]);
    expect(open({ board: found(told) }, {}, { boardSigned: false })).toEqual(['board-key fail board-key-differs']);
    const mute = { ...told, challenge: { ...told.challenge, signature: null } };
    expect(open({ board: found(mute) }, {}, { boardSigned: null })).toEqual([
      'board-key cannot-tell board-cannot-sign',
    ]);
  });

  it('of a symmetric key are compared by fingerprint, and stay open where the service does not reveal them', () => {
    const ofKey = { ...entry, attestation: 'symmetricKey', primaryThumbprint: null, keyFingerprint: print };
    expect(open({ entry: found(ofKey), ...sas }, { identity: keyed })).toEqual([]);
    expect(open({ entry: found({ ...ofKey, keyFingerprint: 'ef' }), ...sas }, { identity: keyed })).toEqual([
      'entry-credential fail enrollment-conflict',
    ]);
    expect(open({ entry: found({ ...ofKey, keyFingerprint: null }), ...sas }, { identity: keyed })).toEqual([
      'entry-credential cannot-tell entry-key-hidden',
    ]);
  });

  it('of a unit of a group are the group, and its registration since the write', () => {
    const group = { ...entry, kind: 'group' as const, id: 'plant', attestation: null, settings: {} };
    const record = { identity: { ...identity, group: 'plant' }, item: noEnrollment };
    const own = registered({ deviceId: 'sn1' });
    expect(open({ entry: found(group), ...own }, record)).toEqual([]);
    expect(open({ entry: { seen: 'absent' }, ...own }, record)).toEqual(['entry fail group-gone']);
    const keptOut = { ...group, own: 'disabled' };
    expect(open({ entry: found(keptOut), ...own }, record)).toEqual(['entry-beside-group fail entry-beside-group']);
    const beside = { ...group, own: 'enabled' };
    expect(open({ entry: found(beside), ...own }, record)).toEqual([
      'entry-beside-group cannot-tell entry-beside-group',
    ]);
    const disabled = { ...group, settings: { provisioningStatus: 'disabled' } };
    expect(open({ entry: found(disabled), ...own }, record)).toEqual(['entry-enabled fail entry-disabled']);
    const early = registered({ deviceId: 'sn1', lastUpdatedDateTimeUtc: '2026-11-20T09:59:59Z' });
    expect(open({ entry: found(group), ...early }, record)).toEqual([
      'registration-since cannot-tell registration-older',
    ]);
  });
});

describe('what a DevKit tells', () => {
  it('is read from what it prints in each mode (Microsoft DevKit SDK)', () => {
    const start = '\r\nInfo: DevKit MAC Address: c8934680ec24\r\nInfo: DevKit Firmware Version: 1.3.0\r\n';
    const trace =
      'PUT /0ne00A/registrations/az-c8934680ec24v1v3v0/register?api-version=2018-09-01-preview HTTP/1.1\r\n';
    const end = '\r\nRegistration Information received from service: some.azure-devices.net!\r\n';
    expect(consoleFacts(start + trace + end)).toEqual({
      mac: 'c8934680ec24',
      firmwareVersion: '1.3.0',
      registrationId: 'az-c8934680ec24v1v3v0',
      registeredAt: 'some.azure-devices.net',
    });
    expect(consoleFacts('AP mode Wi-Fi AZ-c8934680ec24 started .\r\n').mac).toBe('c8934680ec24');
    expect(consoleFacts('DevKitSDK version: 1.6.5\r\n').firmwareVersion).toBe('1.6.5');
    expect([start, end, 'registration failed!\r\n'].map(hasTriedToRegister)).toEqual([false, true, true]);
  });
});
