import { trainingWifi } from '../../shared/bench.ts';
import type { RecipeOf } from '../../shared/recipe.ts';
import type { FirmwareBuild } from './firmware.ts';

/** A serial number such as SN-0001, and behind a separator the MAC with or without colons. */
const labelPattern =
  '^(?<serial>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?)(?:[;,| ](?<mac>(?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}))?$';

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
