import { trainingWifi } from '../../shared/bench.ts';
import type { RecipeOf } from '../../shared/recipe.ts';
import type { FirmwareBuild } from './firmware.ts';

/** A serial number such as SN-0001, and behind a separator the MAC with or without colons. */
const labelPattern =
  '^(?<serial>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?)(?:[;,| ](?<mac>(?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}))?$';

/** A serial number alone. */
const serialPattern = '^(?<serial>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?)$';

/** Common serial adapters of boards with Linux: FT232R. */
const linuxBoard = { kind: 'linux-shell', usb: { vendorId: '0403', productId: '6001' }, baudRate: 115_200 } as const;

/** Attributes of a storage root key as Azure's clients make it (TPMA_OBJECT 0x00030472). */
const storageAttributes = 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt';

/** Base name of the image files, as the Arduino build names them. */
export const firmwareFile = 'DevKitDPS.ino';

/**
 * The recipe for boards that run `build`, whose files lie in `imageFolder` (relative to the recipe). Units carry a
 * label with serial number and MAC, for example `AB-0001;c8:93:46:84:1a:81`.
 */
export function benchRecipe(build: FirmwareBuild, imageFolder: string): RecipeOf<'mxchip-devkit'> {
  return {
    kind: 'mxchip-devkit',
    schema: 'dps-station/recipe/1',
    name: 'mxchip-devkit',
    title: 'MXChip IoT DevKit',
    board: { kind: 'mxchip-devkit', usb: { vendorId: '0483', productId: '374b' }, baudRate: 115_200 },
    label: { pattern: labelPattern },
    registrationId: { template: 'az-{mac}v{version}', macFrom: 'label' },
    firmware: {
      version: build.version,
      bin: { file: `${imageFolder}/${firmwareFile}.bin`, sha256: build.image.binSha256 },
      map: { file: `${imageFolder}/${firmwareFile}.map`, sha256: build.image.mapSha256 },
    },
    secret: { storage: 'rewritable' },
    wifi: { do: 'set', ssid: trainingWifi.ssid, passwordSecret: 'wifi-password' },
    enrollment: { instance: 'default', deviceId: '{serial}', provisioningStatus: 'enabled' },
  };
}

/** The recipe for DevKits of this SDK version that register with a symmetric key of their own. */
export function devkitKeyRecipe(version: string): RecipeOf<'mxchip-devkit-symmetric-key'> {
  return {
    kind: 'mxchip-devkit-symmetric-key',
    schema: 'dps-station/recipe/1',
    name: 'mxchip-devkit-symmetric-key',
    title: 'MXChip IoT DevKit with a symmetric key',
    board: { kind: 'mxchip-devkit', usb: { vendorId: '0483', productId: '374b' }, baudRate: 115_200 },
    label: { pattern: labelPattern },
    registrationId: { template: '{serial}', macFrom: 'none' },
    firmware: { version },
    secret: { storage: 'rewritable' },
    wifi: { do: 'set', ssid: trainingWifi.ssid, passwordSecret: 'wifi-password' },
    enrollment: { instance: 'default', deviceId: '{serial}', provisioningStatus: 'enabled' },
  };
}

/**
 * The recipe for boards with Linux and a TPM 2.0. The commands are those of tpm2-tools; keys that a board has not made
 * yet are made under the handles that Azure's clients look for (azure-iot-sdk, TPM attestation).
 */
export function linuxTpmRecipe(): RecipeOf<'linux-tpm'> {
  const made = `tpm2_createprimary -Q -C o -g sha256 -G rsa -a '${storageAttributes}' -c /tmp/dps-srk.ctx`;
  const kept = 'tpm2_evictcontrol -Q -C o -c /tmp/dps-srk.ctx 0x81000001';
  const read = 'tpm2_readpublic -Q -c 0x81000001 -o /tmp/dps-srk.pub';
  return {
    kind: 'linux-tpm',
    schema: 'dps-station/recipe/1',
    name: 'linux-tpm',
    title: 'Linux board with a TPM',
    board: linuxBoard,
    label: { pattern: serialPattern },
    registrationId: { template: '{endorsementKeyHash}' },
    secret: { storage: 'rewritable' },
    read: {
      endorsementKey:
        'tpm2_readpublic -Q -c 0x81010001 -o /tmp/dps-ek.pub 2>/dev/null || ' +
        'tpm2_createek -Q -c 0x81010001 -G rsa -u /tmp/dps-ek.pub; base64 -w0 /tmp/dps-ek.pub',
      storageRootKey: `${read} 2>/dev/null || { ${made} && ${kept} && ${read}; }; base64 -w0 /tmp/dps-srk.pub`,
    },
    enrollment: { instance: 'default', deviceId: '{serial}', provisioningStatus: 'enabled' },
  };
}

/** The recipe for boards with Linux that get a key and a certificate of an issuing CA. */
export function stationCertificateRecipe(issuer: {
  readonly file: string;
  readonly sha256: string;
}): RecipeOf<'x509-station'> {
  return {
    kind: 'x509-station',
    schema: 'dps-station/recipe/1',
    name: 'x509-station',
    title: 'Linux board with a certificate of the station',
    board: linuxBoard,
    label: { pattern: serialPattern },
    registrationId: { template: '{serial}' },
    secret: { storage: 'rewritable' },
    issuer: { certificate: issuer, keySecret: 'issuing-ca-key' },
    read: { signature: 'openssl dgst -sha256 -sign /etc/dps/device.key' },
    validityInDays: 3_650,
    write: {
      key: '/etc/dps/device.key',
      certificate: '/etc/dps/device.pem',
      afterwards: 'systemctl restart dps-agent',
    },
    enrollment: { instance: 'default', deviceId: '{serial}', provisioningStatus: 'enabled' },
  };
}
