import type { Recipe } from '../../shared/recipe.ts';
import type { FirmwareBuild } from './firmware.ts';

/** Name of the Wi-Fi network on the bench; its password is the secret `wifi-password`. */
export const benchSsid = 'dps-station-bench';

/** Base name of the image files, as the Arduino build names them. */
export const firmwareFile = 'DevKitDPS.ino';

/**
 * The recipe for boards that run `build`, whose files lie in `imageFolder` (relative to the recipe). Units carry a
 * label with serial number and MAC, for example `AB-0001;c8:93:46:84:1a:81`.
 */
export function benchRecipe(build: FirmwareBuild, imageFolder: string): Recipe {
  return {
    schema: 'dps-station/recipe/1',
    name: 'mxchip-devkit',
    title: 'MXChip IoT DevKit',
    board: { kind: 'mxchip-devkit', usb: { vendorId: '0483', productId: '374b' }, baudRate: 115_200 },
    label: { pattern: '^(?<serial>[A-Z]{2}-?[0-9]{4,12})(?:[;, ](?<mac>[0-9A-Fa-f:]{12,17}))?$' },
    registrationId: { template: 'az-{mac}v{version}', macFrom: 'label' },
    firmware: {
      version: build.version,
      bin: { file: `${imageFolder}/${firmwareFile}.bin`, sha256: build.image.binSha256 },
      map: { file: `${imageFolder}/${firmwareFile}.map`, sha256: build.image.mapSha256 },
    },
    secret: { storage: 'rewritable' },
    wifi: { do: 'set', ssid: benchSsid, passwordSecret: 'wifi-password' },
    enrollment: { instance: 'default', deviceId: '{serial}', provisioningStatus: 'enabled' },
  };
}
