import { createHash } from 'node:crypto';
import type { Problem } from '../../shared/problem.ts';
import { problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { fail, ok } from '../../shared/result.ts';
import { diceHash } from './dice-hash.ts';
import type { FirmwareMap, MapSection } from './firmware-map.ts';
import { readFirmwareMap } from './firmware-map.ts';
import { sha256 } from './riot-keys.ts';

/** Smallest riot_core that the DICE stage measures, in bytes. */
const smallestRiotCore = 8;

/** Length of the boot loader that the drag-and-drop image carries in front, in bytes: boot.bin and padding to 0xC000. */
const bootLoaderBytes = 0xc000;

/** A range of flash addresses, `stop` exclusive. */
type FlashRange = { readonly start: number; readonly stop: number };

/** A firmware image measured once for any number of boards: whatever does not depend on the secret. */
export type FirmwareImage = {
  readonly flashOrigin: number;
  readonly riotCore: FlashRange;
  readonly riotFw: FlashRange;
  readonly riotCoreDigest: Buffer; // D(riot_core), 32 bytes
  readonly fwid: Buffer; // SHA-256(riot_fw), 32 bytes
  readonly binSha256: string; // lower-case hex of the whole .bin
  readonly mapSha256: string; // lower-case hex of the whole .map
  readonly warnings: readonly Problem<'riot-fw-empty'>[];
};

/** Why an image cannot be measured. */
export type FirmwareImageProblem = Problem<
  | 'map-symbol-missing'
  | 'map-range-invalid'
  | 'map-outside-image'
  | 'map-size-mismatch'
  | 'image-with-boot-loader'
  | 'riot-core-too-small'
>;

const hexAddress = (address: number): string => `0x${address.toString(16).padStart(8, '0')}`;

function missingSymbol(map: FirmwareMap): string | null {
  if (map.flashOrigin === 0) return 'FLASH';
  if (map.startRiotCore === 0) return '__start_riot_core';
  if (map.stopRiotCore === 0) return '__stop_riot_core';
  if (map.startRiotFw === 0) return '__start_riot_fw';
  return map.stopRiotFw === 0 ? '__stop_riot_fw' : null;
}

function checkRange(
  section: string,
  range: FlashRange,
  map: FirmwareMap,
  imageBytes: number,
): FirmwareImageProblem | null {
  if (range.stop < range.start) {
    return problem('map-range-invalid', { section, start: hexAddress(range.start), stop: hexAddress(range.stop) });
  }
  const outside = range.start < map.flashOrigin || range.stop - map.flashOrigin > imageBytes;
  return outside ? problem('map-outside-image', { section, imageBytes }) : null;
}

/** Input sections and the linker's padding must fill the range between the two symbols exactly. */
function checkInputSections(
  section: string,
  range: FlashRange,
  inputs: readonly MapSection[],
  fills: readonly MapSection[],
): FirmwareImageProblem | null {
  // An empty range is the tool's own border case: riot_core refuses it before, riot_fw warns.
  if (inputs.length === 0 || range.start === range.stop) return null;
  const inside = (part: MapSection) => part.address >= range.start && part.address + part.bytes <= range.stop;
  const listed = inputs.reduce((sum, part) => sum + part.bytes, 0);
  const padding = fills.filter(inside).reduce((sum, part) => sum + part.bytes, 0);
  const rangeBytes = range.stop - range.start;
  if (listed + padding === rangeBytes && inputs.every(inside)) return null;
  return problem('map-size-mismatch', { section, mapBytes: listed + padding, imageBytes: rangeBytes });
}

/** The whole image against the output sections: too short, larger than the flash, or with the boot loader in front. */
function checkImageSize(map: FirmwareMap, imageBytes: number): FirmwareImageProblem | null {
  if (map.flashBytes !== null && imageBytes > map.flashBytes) {
    return problem('map-size-mismatch', { section: 'FLASH', mapBytes: map.flashBytes, imageBytes });
  }
  if (map.text === null) return null;
  const textEnd = map.text.address - map.flashOrigin + map.text.bytes;
  if (textEnd > imageBytes) return problem('map-size-mismatch', { section: '.text', mapBytes: textEnd, imageBytes });
  const flashEnd = map.flashOrigin + (map.flashBytes ?? imageBytes);
  const loaded = map.outputs.filter((part) => part.address >= map.flashOrigin && part.address < flashEnd);
  const end = loaded.reduce((last, part) => Math.max(last, part.address + part.bytes - map.flashOrigin), textEnd);
  // A few bytes more may be a build's own trailer and move nothing; a boot loader's worth moves every offset.
  return imageBytes - end >= bootLoaderBytes
    ? problem('image-with-boot-loader', { mapBytes: end, imageBytes, excessBytes: imageBytes - end })
    : null;
}

function checkMap(map: FirmwareMap, imageBytes: number): FirmwareImageProblem | null {
  const symbol = missingSymbol(map);
  if (symbol !== null) return problem('map-symbol-missing', { symbol });
  const core = { start: map.startRiotCore, stop: map.stopRiotCore };
  const fw = { start: map.startRiotFw, stop: map.stopRiotFw };
  const rangeProblem = checkRange('riot_core', core, map, imageBytes) ?? checkRange('riot_fw', fw, map, imageBytes);
  if (rangeProblem !== null) return rangeProblem;
  const coreBytes = core.stop - core.start;
  if (coreBytes < smallestRiotCore) return problem('riot-core-too-small', { bytes: coreBytes });
  return (
    checkInputSections('riot_core', core, map.riotCoreSections, map.fills) ??
    checkInputSections('riot_fw', fw, map.riotFwSections, map.fills) ??
    checkImageSize(map, imageBytes)
  );
}

/**
 * Measures a raw application image (`bin`, first byte at the flash origin) with the map of the same build.
 * A map of another build cannot be recognised in general; what contradicts the image is refused: a missing symbol,
 * ranges outside the image, sizes that differ, a drag-and-drop image, a core under 8 bytes. An empty riot_fw is a
 * warning in the answer.
 */
export function measureFirmwareImage(files: {
  readonly bin: Uint8Array;
  readonly map: Uint8Array;
}): Result<FirmwareImage, FirmwareImageProblem> {
  const map = readFirmwareMap(files.map);
  const mapProblem = checkMap(map, files.bin.length);
  if (mapProblem !== null) return fail(mapProblem);
  const riotCore = { start: map.startRiotCore, stop: map.stopRiotCore };
  const riotFw = { start: map.startRiotFw, stop: map.stopRiotFw };
  const slice = (range: FlashRange) => files.bin.subarray(range.start - map.flashOrigin, range.stop - map.flashOrigin);
  return ok({
    flashOrigin: map.flashOrigin,
    riotCore,
    riotFw,
    riotCoreDigest: diceHash(slice(riotCore)),
    fwid: sha256(slice(riotFw)),
    binSha256: createHash('sha256').update(files.bin).digest('hex'),
    mapSha256: createHash('sha256').update(files.map).digest('hex'),
    warnings: riotFw.start === riotFw.stop ? [problem('riot-fw-empty')] : [],
  });
}
