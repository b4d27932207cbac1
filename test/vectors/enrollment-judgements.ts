import { certificates } from './enrollment-certificates.ts';
import { tpmKeys } from './tpm-keys.ts';

/*
 * What is a good enrollment, as data: the simulated service is judged by it, and so is whoever checks records before
 * they are sent. It imports nothing that is judged. Traps have the numbers that tests of the simulated service use.
 */

/** One case. `open`: no source says, and no judge is held to anything but a definite answer. */
export type Judgement = {
  readonly name: string;
  /** Where the verdict comes from. */
  readonly source: string;
  readonly kind: 'enrollment' | 'group';
  readonly body: { readonly [member: string]: unknown };
  /** What the service says to PUT: accepted, or its error code. */
  readonly service: 'accepted' | 400_004 | 'open';
  /** What a careful station says before it sends: it also refuses what would fail only later. */
  readonly station: 'accepted' | 'refused' | 'open';
};

/** The instance that the cases are judged against. */
export const instance = {
  linkedHubs: ['hub-a.azure-devices.net', 'hub-b.azure-devices.net'],
  authorities: [{ name: 'plant-root', certificate: certificates.root }],
} as const;

const documentation = {
  registrationId: 'Azure documentation, concepts-service: registration ID',
  specification: 'Azure REST specification 2021-10-01, registrationId: no special character at either end',
  deviceId: 'Azure documentation, IoT Hub identity registry: device identity properties',
  keys: 'Azure documentation, symmetric key attestation: base64, 16 to 64 bytes',
  x509: 'Azure documentation, X.509 attestation',
  base64: 'RFC 4648',
  groups: 'Azure REST specification 2021-10-01, EnrollmentGroup',
  tpm: 'Azure documentation, TPM attestation; TCG TPM 2.0 Library part 2, TPM2B_PUBLIC',
  rfc5280: 'RFC 5280, section 4.1.2.5: validity',
};

type Verdict = 'good' | 'bad' | 'open' | 'fails later';
const verdicts: Readonly<Record<Verdict, Pick<Judgement, 'service' | 'station'>>> = {
  good: { service: 'accepted', station: 'accepted' },
  bad: { service: 400_004, station: 'refused' },
  open: { service: 'open', station: 'open' },
  'fails later': { service: 'accepted', station: 'refused' },
};

const of = (
  kind: Judgement['kind'],
  name: string,
  source: string,
  verdict: Verdict,
  body: Judgement['body'],
): Judgement => ({ name, source, kind, body, ...verdicts[verdict] });

const pem = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
const der = (base64: string): Buffer => Buffer.from(base64, 'base64');
const keyOf = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');

const enrollment = (attestation: object, more: object = {}): Judgement['body'] => ({
  registrationId: 'unit-7',
  attestation,
  ...more,
});
const clientCertificate = (certificate: unknown, more: object = {}): Judgement['body'] =>
  enrollment({ type: 'x509', x509: { clientCertificates: { primary: { certificate } } } }, more);
const keyed = (symmetricKey: object | null, more: object = {}): Judgement['body'] =>
  enrollment({ type: 'symmetricKey', symmetricKey }, more);
const tpm = (endorsementKey: unknown, more: object = {}): Judgement['body'] =>
  enrollment({ type: 'tpm', tpm: { endorsementKey, ...more } });
const group = (attestation: object, more: object = {}): Judgement['body'] => ({
  enrollmentGroupId: 'line-3',
  attestation,
  ...more,
});
const x509Group = (x509: object): Judgement['body'] => group({ type: 'x509', x509 });

const certificateForms: readonly Judgement[] = (
  [
    ['PEM with its header lines', 'official Node sample', 'good', pem(certificates.p256)],
    ['PEM without the last line end', 'white space at the end is stripped (Azure CLI)', 'good', pem(certificates.p256).trimEnd()],
    ['PEM with Windows line ends', 'RFC 7468, section 2: line ends', 'good', pem(certificates.p256).replaceAll('\n', '\r\n')],
    ['base64 DER without headers', 'Azure CLI, binary certificate files', 'good', certificates.p256],
    ['base64 DER with white space at the end', 'white space at the end is stripped (Azure CLI)', 'good', `${certificates.p256}\n`],
    ['a PEM encoded a second time', 'seen in an old tool; users’ report of 400004', 'bad', Buffer.from(pem(certificates.p256)).toString('base64')],
    ['a chain in one slot', 'users’ reports: a chain with an individual enrollment is an invalid certificate', 'bad', pem(certificates.signed) + pem(certificates.root)],
    ['a key instead of a certificate', 'RFC 7468: the label says what it is', 'bad', pem(certificates.p256).replaceAll('CERTIFICATE', 'PRIVATE KEY')],
    ['a certificate cut short', 'RFC 5280, section 4.1', 'bad', der(certificates.p256).subarray(0, 200).toString('base64')],
    ['a certificate with bytes behind it', 'RFC 5280, section 4.1', 'bad', Buffer.concat([der(certificates.p256), Buffer.alloc(3)]).toString('base64')],
    ['base64 of something else', 'users’ report: not a valid base64 string value', 'bad', keyOf(40)],
    ['base64url', 'RFC 4648, section 5: another alphabet', 'bad', Buffer.concat([der(certificates.rsa2048), Buffer.from([0xff, 0xff, 0xff])]).toString('base64url')],
    ['plain words', 'users’ report: not a valid base64 string value', 'bad', 'hello certificate'],
    ['an empty text', 'users’ report: not a valid base64 string value', 'bad', ''],
    ['a number', documentation.x509, 'bad', 7],
  ] as const
).map(([name, source, verdict, certificate]) =>
  of('enrollment', `certificate: ${name}`, source, verdict, clientCertificate(certificate)),
);

const certificateContents: readonly Judgement[] = (
  [
    ['ECDSA P-256', 'certificates of the DevKit’s own tool', 'good', certificates.p256],
    ['ECDSA P-384', 'RFC 5480; no source on what the service refuses', 'open', certificates.p384],
    ['RSA 2048', 'RFC 8017; openssl as in the documentation’s samples', 'good', certificates.rsa2048],
    ['RSA 1024', 'NIST SP 800-131A: below 112 bits of strength; no source on the service', 'open', certificates.rsa1024],
    ['Ed25519', 'RFC 8410; no source on the service', 'open', certificates.ed25519],
    ['signed by an authority', documentation.x509, 'good', certificates.signed],
    ['self-signed by an authority: CN is no registration id', `${documentation.x509}: CN is the registration id`, 'fails later', certificates.root],
    ['expired', documentation.rfc5280, 'fails later', certificates.expired],
    ['not valid yet', documentation.rfc5280, 'fails later', certificates.future],
    ['CN of another unit', 'recorded traffic: accepted at enrollment; trap 12: fails at registration', 'fails later', certificates.otherName],
    ['CN in another letter case', 'trap 10: registration ids are case-insensitive; comparison with the CN is not documented', 'open', certificates.upperName],
    ['no CN', documentation.x509, 'fails later', certificates.noName],
    ['two CNs', documentation.x509, 'fails later', certificates.twoNames],
  ] as const
).map(([name, source, verdict, certificate]) =>
  of('enrollment', `certificate: ${name}`, source, verdict, clientCertificate(certificate)),
);

const certificateSlots: readonly Judgement[] = [
  of('enrollment', 'certificate: CN and registration id of 64 characters', `${documentation.x509}: at most 64`, 'good', clientCertificate(certificates.longName, { registrationId: 'u'.repeat(64) })),
  of('enrollment', 'certificate: registration id of 65 characters, longer than any CN', 'trap 12', 'fails later', clientCertificate(certificates.longName, { registrationId: 'u'.repeat(65) })),
  of('enrollment', 'certificates: primary and secondary', documentation.x509, 'good', enrollment({ type: 'x509', x509: { clientCertificates: { primary: { certificate: certificates.p256 }, secondary: { certificate: certificates.rsa2048 } } } })),
  of('enrollment', 'certificates: secondary null', 'null is accepted for every optional field (recorded traffic)', 'good', enrollment({ type: 'x509', x509: { clientCertificates: { primary: { certificate: certificates.p256 }, secondary: null } } })),
  of('enrollment', 'certificates: none', documentation.x509, 'bad', enrollment({ type: 'x509', x509: { clientCertificates: {} } })),
  of('enrollment', 'certificates: no x509 member', documentation.x509, 'bad', enrollment({ type: 'x509' })),
  of('enrollment', 'certificates: signing certificates on an individual enrollment', documentation.groups, 'bad', enrollment({ type: 'x509', x509: { signingCertificates: { primary: { certificate: certificates.line } } } })),
  of('enrollment', 'certificates: authority references on an individual enrollment', 'Azure REST specification 2021-10-01 names them for X.509 in general', 'open', enrollment({ type: 'x509', x509: { caReferences: { primary: 'plant-root' } } })),
];

const symmetricKeys: readonly Judgement[] = [
  of('enrollment', 'keys: of 16 bytes', documentation.keys, 'good', keyed({ primaryKey: keyOf(16), secondaryKey: keyOf(16) })),
  of('enrollment', 'keys: of 64 bytes', documentation.keys, 'good', keyed({ primaryKey: keyOf(64), secondaryKey: keyOf(64) })),
  of('enrollment', 'keys: null, to be generated', 'recorded traffic', 'good', keyed({ primaryKey: null, secondaryKey: null })),
  of('enrollment', 'keys: an empty object, to be generated', 'recorded traffic', 'good', keyed({})),
  of('enrollment', 'keys: of 15 bytes', documentation.keys, 'bad', keyed({ primaryKey: keyOf(15), secondaryKey: keyOf(16) })),
  of('enrollment', 'keys: of 65 bytes', documentation.keys, 'bad', keyed({ primaryKey: keyOf(65), secondaryKey: keyOf(64) })),
  of('enrollment', 'keys: a bad secondary', documentation.keys, 'bad', keyed({ primaryKey: keyOf(32), secondaryKey: keyOf(8) })),
  of('enrollment', 'keys: empty text', documentation.keys, 'bad', keyed({ primaryKey: '', secondaryKey: keyOf(16) })),
  of('enrollment', 'keys: no base64', `${documentation.base64}, section 3.3`, 'bad', keyed({ primaryKey: 'not base64 at all!!!!!!!!' })),
  of('enrollment', 'keys: hexadecimal with a colon', `${documentation.base64}, section 3.3`, 'bad', keyed({ primaryKey: '07:07:07:07:07:07:07:07' })),
  of('enrollment', 'keys: base64url', `${documentation.base64}, section 5: another alphabet`, 'bad', keyed({ primaryKey: Buffer.alloc(32, 0xff).toString('base64url') })),
  of('enrollment', 'keys: without padding', `${documentation.base64}, section 3.2`, 'bad', keyed({ primaryKey: keyOf(16).replaceAll('=', '') })),
  of('enrollment', 'keys: with a line break', `${documentation.base64}, section 3.1`, 'bad', keyed({ primaryKey: `${keyOf(48).slice(0, 32)}\n${keyOf(48).slice(32)}` })),
  of('enrollment', 'keys: a number', documentation.keys, 'bad', keyed({ primaryKey: 7 })),
];

const endorsementKeys: readonly Judgement[] = [
  of('enrollment', 'TPM: a standard endorsement key', documentation.tpm, 'good', tpm(tpmKeys.endorsement)),
  of('enrollment', 'TPM: with its storage root key', documentation.tpm, 'good', tpm(tpmKeys.endorsement, { storageRootKey: tpmKeys.storageRoot })),
  of('enrollment', 'TPM: storage root key null', 'null is accepted for every optional field (recorded traffic)', 'good', tpm(tpmKeys.endorsement, { storageRootKey: null })),
  of('enrollment', 'TPM: an elliptic-curve endorsement key', 'EK Credential Profile, template L-2; no source on the service', 'open', tpm(tpmKeys.endorsementOnCurve)),
  { ...of('enrollment', 'TPM: a storage root key in its place', 'EK Credential Profile: attributes and policy of an endorsement key', 'open', tpm(tpmKeys.storageRoot)), station: 'refused' },
  of('enrollment', 'TPM: cut short', documentation.tpm, 'bad', tpm(der(tpmKeys.endorsement).subarray(0, 300).toString('base64'))),
  of('enrollment', 'TPM: with bytes behind it', documentation.tpm, 'bad', tpm(Buffer.concat([der(tpmKeys.endorsement), Buffer.alloc(2)]).toString('base64'))),
  of('enrollment', 'TPM: without its size in front', documentation.tpm, 'bad', tpm(der(tpmKeys.endorsement).subarray(2).toString('base64'))),
  of('enrollment', 'TPM: the modulus alone', documentation.tpm, 'bad', tpm(der(tpmKeys.endorsement).subarray(-256).toString('base64'))),
  of('enrollment', 'TPM: a placeholder text', 'official tests had placeholders replaced by a real key', 'bad', tpm('AToAAQALAAMAsgAg')),
  of('enrollment', 'TPM: hexadecimal', documentation.base64, 'bad', tpm(der(tpmKeys.endorsement).toString('hex'))),
  of('enrollment', 'TPM: base64url', `${documentation.base64}, section 5: another alphabet`, 'bad', tpm(der(tpmKeys.endorsement).toString('base64url'))),
  of('enrollment', 'TPM: none', documentation.tpm, 'bad', tpm(null)),
];

const ids: readonly Judgement[] = (
  [
    ['of one character', documentation.registrationId, 'good', '7'],
    ['of 128 characters', documentation.registrationId, 'good', 'u'.repeat(128)],
    ['of 129 characters', documentation.registrationId, 'bad', 'u'.repeat(129)],
    ['with each special character inside', documentation.registrationId, 'good', 'a-b.c_d'],
    ['with a colon: it becomes no device id', 'trap 11: legal as registration id, not in the list of device ids', 'open', 'a:b'],
    ['with a space', documentation.registrationId, 'bad', 'a b'],
    ['with a letter beyond ASCII', documentation.registrationId, 'bad', 'ü7'],
    ['with a slash', documentation.registrationId, 'bad', 'a/b'],
    ['that begins with a dot', documentation.specification, 'bad', '.a'],
    ['that ends with an underscore', documentation.specification, 'bad', 'a_'],
    ['that ends with a hyphen', 'trap 11: documentation and specification disagree', 'open', 'a-'],
    ['of nothing', documentation.registrationId, 'bad', ''],
  ] as const
).map(([name, source, verdict, registrationId]) =>
  of('enrollment', `registration id ${name}`, source, verdict, keyed({}, { registrationId })),
);

const deviceIds: readonly Judgement[] = (
  [
    ['of its special characters', 'good', "a-.+%_#*?!(),=@$'"],
    ['of 128 characters', 'good', 'D'.repeat(128)],
    ['null', 'good', null],
    ['of 129 characters', 'bad', 'D'.repeat(129)],
    ['with a colon', 'bad', 'a:b'],
    ['with a space', 'bad', 'a b'],
    ['with a slash', 'bad', 'a/b'],
  ] as const
).map(([name, verdict, deviceId]) =>
  of('enrollment', `device id ${name}`, documentation.deviceId, verdict, keyed({}, { deviceId })),
);

const settings: readonly Judgement[] = [
  of('enrollment', 'two attestations', 'Azure REST specification 2021-10-01: one attestation mechanism', 'bad', enrollment({ type: 'symmetricKey', symmetricKey: {}, tpm: { endorsementKey: tpmKeys.endorsement } })),
  of('enrollment', 'attestation none', 'in the enumeration, without any known use', 'open', enrollment({ type: 'none' })),
  of('enrollment', 'an unknown attestation', 'Azure REST specification 2021-10-01', 'bad', enrollment({ type: 'password' })),
  of('enrollment', 'allocation geoLatency', 'trap 28: spelled exactly so', 'good', keyed({}, { allocationPolicy: 'geoLatency' })),
  of('enrollment', 'allocation geolatency', 'trap 28', 'bad', keyed({}, { allocationPolicy: 'geolatency' })),
  of('enrollment', 'static with one hub', 'Azure CLI: exactly one hub', 'good', keyed({}, { allocationPolicy: 'static', iotHubs: ['hub-a.azure-devices.net'] })),
  of('enrollment', 'static with two hubs', 'Azure CLI: exactly one hub; the service decides at registration', 'fails later', keyed({}, { allocationPolicy: 'static', iotHubs: [...instance.linkedHubs] })),
  of('enrollment', 'a hub that is not linked', 'Azure REST specification 2021-10-01: must be a subset of the linked hubs', 'bad', keyed({}, { iotHubs: ['hub-z.azure-devices.net'] })),
  of('enrollment', 'custom allocation without a webhook', 'Azure documentation, custom allocation', 'bad', keyed({}, { allocationPolicy: 'custom' })),
  of('enrollment', 'an unknown status', 'Azure REST specification 2021-10-01', 'bad', keyed({}, { provisioningStatus: 'paused' })),
  of('enrollment', 'status null', 'trap 32', 'good', keyed({}, { provisioningStatus: null })),
  of('enrollment', 'a tag called version', 'trap 27: collides with typed clients', 'fails later', keyed({}, { initialTwin: { tags: { version: '7' } } })),
  of('enrollment', 'a desired property called metadata', 'trap 27', 'fails later', keyed({}, { initialTwin: { properties: { desired: { metadata: 1 } } } })),
];

const groups: readonly Judgement[] = [
  of('group', 'group: keys to be generated', documentation.groups, 'good', group({ type: 'symmetricKey', symmetricKey: {} })),
  of('group', 'group: keys of 15 bytes', documentation.keys, 'bad', group({ type: 'symmetricKey', symmetricKey: { primaryKey: keyOf(15) } })),
  of('group', 'group: a signing certificate', documentation.groups, 'good', x509Group({ signingCertificates: { primary: { certificate: certificates.line } } })),
  of('group', 'group: a root as signing certificate', documentation.x509, 'good', x509Group({ signingCertificates: { primary: { certificate: certificates.root } } })),
  { ...of('group', 'group: the certificate of a device as signing certificate', 'RFC 5280, section 4.2.1.9: it may sign nothing', 'open', x509Group({ signingCertificates: { primary: { certificate: certificates.signed } } })), station: 'refused' },
  of('group', 'group: a verified authority', documentation.groups, 'good', x509Group({ caReferences: { primary: 'plant-root' } })),
  of('group', 'group: an authority that is not verified', 'Azure documentation: names of verified certificates', 'bad', x509Group({ caReferences: { primary: 'unknown' } })),
  of('group', 'group: signing certificates and authorities', documentation.groups, 'bad', x509Group({ signingCertificates: { primary: { certificate: certificates.line } }, caReferences: { primary: 'plant-root' } })),
  of('group', 'group: client certificates', documentation.groups, 'bad', x509Group({ clientCertificates: { primary: { certificate: certificates.p256 } } })),
  of('group', 'group: TPM', 'Azure documentation: TPM has no group form', 'bad', group({ type: 'tpm', tpm: { endorsementKey: tpmKeys.endorsement } })),
  { ...of('group', 'group: a device id', documentation.groups, 'open', group({ type: 'symmetricKey', symmetricKey: {} }, { deviceId: 'a' })), station: 'refused' },
  of('group', 'group: id that begins with a dot', documentation.specification, 'bad', group({ type: 'symmetricKey', symmetricKey: {} }, { enrollmentGroupId: '.a' })),
];

/** The whole table. */
export const judgements: readonly Judgement[] = [
  ...certificateForms,
  ...certificateContents,
  ...certificateSlots,
  ...symmetricKeys,
  ...endorsementKeys,
  ...ids,
  ...deviceIds,
  ...settings,
  ...groups,
];
