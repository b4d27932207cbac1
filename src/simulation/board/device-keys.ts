import type { FirmwareImage } from '../../main/identity/firmware-image.ts';
import type { DerivedMxchipIdentity } from '../../main/identity/mxchip-identity.ts';
import { deriveMxchipIdentity } from '../../main/identity/mxchip-identity.ts';

/** Characters of the stored secret that the board reads at run time; longer text is silently cut. */
const udsCharacters = 64;

/**
 * The secret as the running board reads it: 64 characters at offset 0, each nibble by itself, anything that is no hex
 * digit as 0. Null when the stored text is shorter. Source: microsoft/devkit-sdk, DevkitDPSClient.
 */
export function udsAsTheBoardReadsIt(stored: string): Buffer | null {
  if (stored.length < udsCharacters) return null;
  const digits = stored.slice(0, udsCharacters).replaceAll(/[^0-9a-fA-F]/g, '0');
  return Buffer.from(digits, 'hex');
}

/** The keys that a board with this stored text and image makes at start-up; null where it says `DiceInit failed!`. */
export function keysAtRunTime(
  stored: string,
  image: FirmwareImage,
  registrationId: string,
): DerivedMxchipIdentity | null {
  const uds = udsAsTheBoardReadsIt(stored);
  if (uds === null) return null;
  const derived = deriveMxchipIdentity({ uds, image, registrationId });
  return derived.ok ? derived.value : null;
}
