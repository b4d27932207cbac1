import { createHash } from 'node:crypto';
import type { FirmwareImage } from '../../main/identity/firmware-image.ts';
import { measureFirmwareImage } from '../../main/identity/firmware-image.ts';

/** What a sketch is built for; all three stand as text inside the image. */
export type FirmwareConfiguration = {
  readonly version: string; // of the SDK, three numbers with dots
  readonly idScope: string;
  readonly globalEndpoint: string; // host name of the provisioning service
};

/** A synthetic build of the DevKitDPS sketch: its files, and the measurement that boards and stations take of them. */
export type FirmwareBuild = FirmwareConfiguration & {
  readonly bin: Buffer;
  readonly map: Buffer;
  readonly image: FirmwareImage;
};

const origin = 0x0800c000; // where the AZ3166 runs applications from
const imageBytes = 0x4000;
const stringsAt = 0x200;
const coreAt = 0x1000;
const coreBytes = 1580; // size of .riot_core in SDK 1.6.2 to 2.0.0
const fwAt = coreAt + coreBytes;
const fwBytes = 432;
const dataBytes = 0x400; // initialised data, kept behind the text

/** A stream that depends on the configuration only: SHA-256 over seed and counter. */
function filling(seed: string): Buffer {
  const bytes = Buffer.alloc(imageBytes);
  for (let at = 0; at < imageBytes; at += 32) {
    createHash('sha256').update(`${seed}\0${at}`).digest().copy(bytes, at);
  }
  return bytes;
}

function binOf(configuration: FirmwareConfiguration): Buffer {
  const { version, idScope, globalEndpoint } = configuration;
  const bin = filling(`simulated DevKitDPS sketch ${version} ${idScope} ${globalEndpoint}`);
  bin.writeUInt32LE(0x20040000, 0); // initial stack pointer
  bin.writeUInt32LE(origin + 0x101, 4); // reset vector, Thumb
  const strings = Buffer.from([version, globalEndpoint, idScope, ''].join('\0'), 'latin1');
  bin.fill(0, stringsAt, stringsAt + strings.length + 1);
  strings.copy(bin, stringsAt);
  return bin;
}

const hex16 = (value: number) => `0x${value.toString(16).padStart(16, '0')}`;
const size = (value: number) => `0x${value.toString(16)}`.padStart(10);
const symbol = (address: number, text: string) => `                ${hex16(address)}                ${text}`;

/** The map of the build, in the columns of the GNU linker. */
function mapText(): string {
  const core = origin + coreAt;
  const fw = origin + fwAt;
  const textBytes = imageBytes - dataBytes;
  return [
    'Archive member included to satisfy reference by file (symbol)',
    '',
    'Memory Configuration',
    '',
    'Name             Origin             Length             Attributes',
    `FLASH            ${hex16(origin)} 0x00000000000f4000 xr`,
    'RAM              0x00000000200001c4 0x000000000003fe3c xrw',
    '*default*        0x0000000000000000 0xffffffffffffffff',
    '',
    'Linker script and memory map',
    '',
    `.text           ${hex16(origin)} ${size(textBytes)}`,
    ' *(.isr_vector)',
    ' *(.rodata*)',
    symbol(core, '__start_riot_core = .'),
    ' *(.riot_core)',
    ` .riot_core     ${hex16(core)} ${size(coreBytes)} core.a(RiotCore.o)`,
    symbol(core, 'RiotStart'),
    symbol(fw, '__stop_riot_core = .'),
    symbol(fw, '__start_riot_fw = .'),
    ' *(.riot_fw)',
    ` .riot_fw       ${hex16(fw)} ${size(fwBytes)} AzureIoT/DevkitDPSClient.cpp.o`,
    symbol(fw, 'DevkitDPSClientStart'),
    symbol(fw + fwBytes, '__stop_riot_fw = .'),
    ' *(.eh_frame*)',
    '',
    `.data           0x0000000020000200 ${size(dataBytes)} load address ${hex16(origin + textBytes)}`,
    '',
  ].join('\n');
}

/**
 * Builds the image of a simulated board: the same configuration gives the same bytes (16 KiB), so that a recipe can pin
 * them. It looks like a real one to whoever measures it; nothing in it can run.
 */
export function buildFirmware(configuration: FirmwareConfiguration): FirmwareBuild {
  const bin = binOf(configuration);
  const map = Buffer.from(mapText(), 'latin1');
  const measured = measureFirmwareImage({ bin, map });
  if (!measured.ok) throw new Error(`the synthetic image cannot be measured: ${measured.problem.code}`);
  return { ...configuration, bin, map, image: measured.value };
}
