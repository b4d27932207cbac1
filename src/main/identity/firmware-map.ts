/*
 * Reads a linker map the way Microsoft's enrolment tool does, because the keys depend on which line it believes.
 * Sections are read besides, only to notice a map and an image that do not belong together.
 */

/** A section as the map lists it: address and size in bytes. */
export type MapSection = { readonly address: number; readonly bytes: number };

/** What a map says; addresses are 0 where the tool would find none. Stops are exclusive. */
export type FirmwareMap = {
  readonly flashOrigin: number;
  readonly flashBytes: number | null; // length of the flash region, null where the map does not say
  readonly startRiotCore: number;
  readonly stopRiotCore: number;
  readonly startRiotFw: number;
  readonly stopRiotFw: number;
  readonly riotCoreSections: readonly MapSection[];
  readonly riotFwSections: readonly MapSection[];
  readonly fills: readonly MapSection[]; // padding between input sections
  readonly outputs: readonly MapSection[]; // where output sections lie in the image (load address)
  readonly text: MapSection | null;
};

/** The tool reads with a buffer of 128 characters, its NUL included. */
const chunkCharacters = 127;

/** The map as `fgets` with a buffer of 128 would hand it out: lines with their LF, longer ones in pieces. */
function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  for (let start = 0; start < text.length; ) {
    const lineFeed = text.indexOf('\n', start);
    const lineEnd = lineFeed < 0 ? text.length : lineFeed + 1;
    const end = Math.min(lineEnd, start + chunkCharacters);
    chunks.push(text.slice(start, end));
    start = end;
  }
  return chunks;
}

/** The number at the first `0x` of the last chunk that holds both the keyword and `0x`; 0 when there is none. */
function lastValueOf(chunks: readonly string[], keyword: string): number {
  let value = 0;
  for (const chunk of chunks) {
    if (!chunk.includes(keyword)) continue;
    const prefix = chunk.indexOf('0x');
    if (prefix < 0) continue;
    value = Number.parseInt(/^[0-9a-fA-F]*/.exec(chunk.slice(prefix + 2))?.[0] || '0', 16);
  }
  return value;
}

function sectionsOf(text: string, pattern: RegExp): MapSection[] {
  return Array.from(text.matchAll(pattern), (match) => ({
    address: Number.parseInt(match[1] ?? '0', 16),
    bytes: Number.parseInt(match[2] ?? '0', 16),
  }));
}

/** Sections that the linker threw away are listed with address 0. */
function inputSectionsOf(text: string, name: string): MapSection[] {
  const pattern = new RegExp(`^ \\.${name}(?:\\.\\S+)?\\s+0x([0-9a-fA-F]+)\\s+0x([0-9a-fA-F]+)`, 'gm');
  return sectionsOf(text, pattern).filter((section) => section.address !== 0);
}

/** Output sections begin in the first column; a `load address` says where in the image the contents are. */
function outputSectionsOf(text: string): MapSection[] {
  const pattern =
    /^\.\S+[ \t]*\r?\n?[ \t]+0x([0-9a-fA-F]+)[ \t]+0x([0-9a-fA-F]+)(?:[ \t]+load address 0x([0-9a-fA-F]+))?/gm;
  return Array.from(text.matchAll(pattern), (match) => ({
    address: Number.parseInt(match[3] ?? match[1] ?? '0', 16),
    bytes: Number.parseInt(match[2] ?? '0', 16),
  }));
}

/**
 * Reads a map as the GNU linker writes it: 8- or 16-digit addresses, LF or CRLF, any bytes (Latin-1).
 * Source: microsoft/devkit-sdk AZ3166/tools/dice_device_enrollment.
 */
export function readFirmwareMap(map: Uint8Array): FirmwareMap {
  const text = Buffer.from(map.buffer, map.byteOffset, map.byteLength).toString('latin1');
  const chunks = chunksOf(text);
  const flash = /^FLASH {12}0x[0-9a-fA-F]+\s+0x([0-9a-fA-F]+)/m.exec(text)?.[1];
  return {
    flashOrigin: lastValueOf(chunks, 'FLASH            0x'),
    flashBytes: flash === undefined ? null : Number.parseInt(flash, 16),
    startRiotCore: lastValueOf(chunks, '__start_riot_core = .'),
    stopRiotCore: lastValueOf(chunks, '__stop_riot_core = .'),
    startRiotFw: lastValueOf(chunks, '__start_riot_fw = .'),
    stopRiotFw: lastValueOf(chunks, '__stop_riot_fw = .'),
    riotCoreSections: inputSectionsOf(text, 'riot_core'),
    riotFwSections: inputSectionsOf(text, 'riot_fw'),
    fills: sectionsOf(text, /^ \*fill\*\s+0x([0-9a-fA-F]+)\s+0x([0-9a-fA-F]+)/gm),
    outputs: outputSectionsOf(text),
    text: sectionsOf(text, /^\.text\s+0x([0-9a-fA-F]+)\s+0x([0-9a-fA-F]+)/gm)[0] ?? null,
  };
}
